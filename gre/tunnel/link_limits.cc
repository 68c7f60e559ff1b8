// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/link_limits.hh"

#include <array>
#include <fstream>
#include <sstream>

#include "common/system/log.hh"

namespace callgate {
namespace {

using std::chrono::seconds;

// Packets that the interface has carried; 0 if it is gone. /sys may belong to another network
// namespace than this process.
uint64_t packets(const std::string& interface) {
  std::ifstream devices(
      "/proc/self/net/dev");  // NAME: bytes, packets and six more received, then the same sent
  std::string name;
  for (std::string line; std::getline(devices, line);) {
    std::istringstream words(line);
    if (!std::getline(words >> std::ws, name, ':') || name != interface) continue;
    std::array<uint64_t, 10> counts{};
    for (auto& count : counts) words >> count;
    return counts[1] + counts[9];
  }
  return 0;
}

}  // namespace

void LinkLimits::start(const std::string& interface, Time now) {
  interface_ = interface;
  last_traffic_ = now;
  packets_ = packets(interface_);
  over_at_ = options_.maxconnect ? now + seconds(options_.maxconnect) : Time::max();
}

Request LinkLimits::reached(Time now) {
  if (!over_at_) return Request::none;
  if (now >= *over_at_) {
    log::notice("Connect time expired");
    return Request::time_over;
  }
  if (!options_.idle) return Request::none;
  if (auto count = packets(interface_); count != packets_) {
    packets_ = count;
    last_traffic_ = now;
  }
  if (now - last_traffic_ < seconds(options_.idle)) return Request::none;
  log::notice("Terminating connection due to lack of activity.");
  return Request::idle;
}

std::optional<LinkLimits::Time> LinkLimits::next_deadline(Time now) const {
  if (!over_at_) return std::nullopt;
  if (options_.idle) return std::min(*over_at_, now + seconds(1));
  if (*over_at_ == Time::max()) return std::nullopt;
  return over_at_;
}

}  // namespace callgate
