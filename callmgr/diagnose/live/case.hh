// SPDX-License-Identifier: GPL-2.0-or-later
// What a live diagnosis is about, and what its steps have learned for those behind them.
#pragma once

#include "callmgr/diagnose/live/files/peers_file.hh"
#include "callmgr/diagnose/live/filter/packet_filter.hh"
#include "common/system/unique_fd.hh"
#include "common/wire/ip_address.hh"

namespace callgate::diagnose::live {

// How the test call went.
enum class GreState : uint8_t {
  untested,
  passes,
  not_sent,  // this host does not let it out
  refused,   // an ICMP message came in its place
  silent,    // sent, and nothing came back
  one_way,   // the server is heard, and does not hear us
  hung_up,   // the server ended the call before anything came
};

// GRE is stopped somewhere, and it is worth looking where.
constexpr bool blocked(GreState state) {
  return state != GreState::untested && state != GreState::passes;
}

struct Case {
  std::string server;  // as given
  std::string tunnel;  // name of a file in /etc/ppp/peers; may be empty
  TimePoint end;       // of the whole run

  std::vector<IpAddress> addresses;
  std::string interface;  // that leads to the first of them
  IpAddress address;      // that TCP port 1723 was reached at
  IpAddress local;        // our end of that connection
  UniqueFd control;       // that connection
  GreState gre = GreState::untested;
  uint16_t largest = 0;  // PPP packet that passed both ways; 0 = the server did not tell
  std::optional<FlowFilter> filter_before;  // the test call
  bool nat = false;
  PeersFile peers;

  const IpAddress& best_address() const { return address ? address : addresses.front(); }

  // The time that a step may take at most, out of what is left.
  TimePoint within(Duration limit) const { return std::min(Clock::now() + limit, end); }
};

}  // namespace callgate::diagnose::live
