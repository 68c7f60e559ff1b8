// SPDX-License-Identifier: GPL-2.0-or-later
// The calls that the call manager has at the moment, as far as this user may see them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/wire/ids.hh"

namespace callgate::diagnose::live {

struct ManagerCall {
  std::string server;  // its address
  std::string call_id, state, uid, pid, name;
};

// Nothing: there is no manager, or it does not answer in time.
std::optional<std::vector<ManagerCall>> calls_of_manager(TimePoint deadline);

}  // namespace callgate::diagnose::live
