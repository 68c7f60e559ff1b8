// SPDX-License-Identifier: GPL-2.0-or-later
// Errors of single packets are logged, but a flood of packets must not become a flood of log lines.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "common/system/rate_limit.hh"

namespace callgate {

// Errors that the system reports about single packets. The next packet may get through, so they
// never end a tunnel.
class SocketTroubles {
 public:
  using Advice = std::function<std::string()>;

  // Returns the text to log, or nullopt if the same error was logged less than a minute ago.
  // `advice` replaces the remedy that belongs to the error; it is called only if there is a text.
  // "The server's kernel takes no GRE any more" is logged only after kRefusalWaitsForHangUp: often
  // the server ends its side of the call just before the control connection says so, and then one
  // log line is enough.
  std::optional<std::string> happened(int error, TimePoint now, const Advice& advice = {});

  static constexpr std::chrono::seconds kRefusalWaitsForHangUp{1};

 private:
  struct Trouble {
    TimePoint since;
    RateLimit limit;
  };
  std::map<int, Trouble> troubles_;  // by error number
};

// Returns what to do about a socket error. May be empty.
std::string remedy(int error);

}  // namespace callgate
