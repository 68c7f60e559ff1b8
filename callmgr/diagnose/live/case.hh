// SPDX-License-Identifier: GPL-2.0-or-later
// What a live diagnosis is about, and what its steps have learned for the steps after them.
#pragma once

#include "callmgr/diagnose/live/authentication.hh"
#include "callmgr/diagnose/live/filter/packet_filter.hh"
#include "common/pppd/peers_file.hh"
#include "common/system/unique_fd.hh"
#include "common/wire/ip_address.hh"

namespace callgate::diagnose::live {

// The result of the test call.
enum class GreState : uint8_t {
  untested,
  passes,
  not_sent,  // this host does not let GRE out
  refused,   // an ICMP message came instead of an answer
  silent,    // packets were sent, and none came back
  one_way,   // the server's packets arrive here, but ours do not arrive there
  hung_up,   // the server ended the call before anything came
};

// GRE is stopped somewhere, so that later steps look for the place.
constexpr bool blocked(GreState state) {
  return state != GreState::untested && state != GreState::passes;
}

struct Case {
  std::string server;  // as given
  std::string tunnel;  // name of a file in /etc/ppp/peers; may be empty
  TimePoint end;       // of the whole run

  std::vector<IpAddress> addresses;
  std::string interface;  // the way to the first of them
  IpAddress address;      // the address whose TCP port 1723 answered
  IpAddress local;        // our end of that connection
  UniqueFd control;       // that connection
  GreState gre = GreState::untested;
  Authentications authentications;  // that the server asks for in the test call
  uint16_t largest = 0;             // size of a PPP packet that passed both ways; 0 = not known
  std::optional<FlowFilter> filter_before;  // the rules before the test call
  bool nat = false;
  PeersFile peers;

  const IpAddress& best_address() const { return address ? address : addresses.front(); }

  // The deadline of a step that may take `limit`, within the deadline of the whole run.
  TimePoint within(Duration limit) const { return std::min(Clock::now() + limit, end); }
};

}  // namespace callgate::diagnose::live
