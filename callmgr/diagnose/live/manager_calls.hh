// SPDX-License-Identifier: GPL-2.0-or-later
// The calls that the call manager has at the moment and that this user may see.
#pragma once

#include <optional>
#include <vector>

#include "common/channel/channel_message.hh"

namespace callgate::diagnose::live {

struct ManagerCall {
  IpAddress server;
  CallInfo info;
};

// Returns nullopt if there is no manager, or if it does not answer by the deadline.
std::optional<std::vector<ManagerCall>> calls_of_manager(TimePoint deadline);

}  // namespace callgate::diagnose::live
