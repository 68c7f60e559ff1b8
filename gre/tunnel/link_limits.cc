// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/link_limits.hh"

#include <fstream>

#include "common/system/log.hh"

namespace callgate {
namespace {

using std::chrono::seconds;

// Packets that the interface has carried; 0 if it is gone.
uint64_t packets(const std::string& interface) {
  uint64_t sum = 0;
  for (const char* direction : {"rx_packets", "tx_packets"}) {
    uint64_t count = 0;
    std::ifstream(fmt::format("/sys/class/net/{}/statistics/{}", interface, direction)) >> count;
    sum += count;
  }
  return sum;
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
