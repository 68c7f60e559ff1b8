// SPDX-License-Identifier: GPL-2.0-or-later
// Starting a call manager on demand: the socket is bound here, and handed over as systemd would.
// As it listens before the manager runs, nobody has to wait for the manager to be ready.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/channel/channel.hh"
#include "common/system/os_error.hh"

namespace callgate {

struct ManagerProgram {
  std::string path;
  std::vector<std::string> arguments;  // with argv[0]
};

ManagerProgram installed_manager();  // exits a few seconds after its last call

// This path is not for us: we may not use a manager there, nor start one, as its directory is not
// ours to make or to write in.
class CannotStartHere : public OsError {
 public:
  using OsError::OsError;
};

// Connects if somebody listens. Throws OsError for any answer but "nobody does".
std::optional<Channel> connect_if_served(const std::string& socket_path);

// Connects, and starts `program` where nobody listens. Throws CannotStartHere or another OsError;
// ETIMEDOUT if somebody else is starting one for too long.
Channel connect_or_start(const std::string& socket_path, const ManagerProgram& program);

}  // namespace callgate
