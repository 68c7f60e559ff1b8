// SPDX-License-Identifier: GPL-2.0-or-later
// What happens to packets is said, but a flood of packets must not become a flood of log lines.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "common/wire/ids.hh"

namespace callgate {

// Once at first, then once per kInterval, with the number of occasions in between.
class RateLimit {
 public:
  static constexpr std::chrono::seconds kInterval{60};

  // How often it happened since it was said last, this time included; nothing = keep silent.
  std::optional<uint64_t> happened(TimePoint now);

 private:
  std::optional<TimePoint> said_;
  uint64_t unsaid_ = 0;
};

// What the system says of single packets. The next one may fare better: never the end of a tunnel.
class SocketTroubles {
 public:
  using Advice = std::function<std::string()>;

  // What to say of it, or nothing because it was said less than a minute ago. `advice` overrides
  // the remedy that belongs to the error, and is asked only if something is to be said. That the
  // server's kernel takes no more GRE is said once it has lasted for kRefusalWaitsForHangUp: its
  // end of a call often goes just before the control connection says so, and then one line is
  // enough.
  std::optional<std::string> happened(int error, TimePoint now, const Advice& advice = {});

  static constexpr std::chrono::seconds kRefusalWaitsForHangUp{1};

 private:
  struct Trouble {
    TimePoint since;
    RateLimit limit;
  };
  std::map<int, Trouble> troubles_;  // by error number: there are only so many
};

// What to do about an error of a socket; may be empty.
std::string remedy(int error);

}  // namespace callgate
