// SPDX-License-Identifier: GPL-2.0-or-later
// Starting a call manager on demand: the socket is bound here, and handed over as systemd would.
// As it listens before the manager runs, nobody has to wait for the manager to be ready.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/channel.hh"
#include "common/os_error.hh"
#include "common/unique_fd.hh"

namespace callgate {

struct ManagerProgram {
  std::string path;
  std::vector<std::string> arguments;  // with argv[0]
};

ManagerProgram installed_manager();  // exits a few seconds after its last call

// A manager cannot be started at this path: its directory is not ours to make or to write in.
class CannotStartHere : public OsError {
 public:
  using OsError::OsError;
};

// Held while a manager is started or goes away, by a file next to its socket that is never removed.
// The manager takes the same lock before it unlinks its socket.
class StartLock {
 public:
  // Creates the directory too. Throws CannotStartHere, or OsError: ETIMEDOUT if somebody holds it
  // for too long.
  explicit StartLock(const std::string& socket_path);

 private:
  UniqueFd fd_;
};

// Connects if somebody listens. Throws OsError for any answer but "nobody does".
std::optional<Channel> connect_if_served(const std::string& socket_path);

// Connects, and starts `program` where nobody listens. Throws OsError.
Channel connect_or_start(const std::string& socket_path, const ManagerProgram& program);

}  // namespace callgate
