// SPDX-License-Identifier: GPL-2.0-or-later
// Starts a call manager on demand. pptp binds the socket and passes it on as systemd would. The
// socket listens before the manager runs, so nobody has to wait until the manager is ready.
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

// Connects if somebody listens, and returns nullopt if nobody does. Throws OsError for any other
// answer.
std::optional<Channel> connect_if_served(const std::string& socket_path);

// Connects, and starts `program` first if nobody listens. Throws OsError:
// ETIMEDOUT if another process takes too long to start one.
Channel connect_or_start(const std::string& socket_path, const ManagerProgram& program);

}  // namespace callgate
