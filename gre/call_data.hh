// SPDX-License-Identifier: GPL-2.0-or-later
// What both directions of one call share: its ids, what acknowledgements, LCP and the server's
// verdict on the login have told, and the numbers.
#pragma once

#include "common/channel/statistics.hh"
#include "gre/acknowledger.hh"
#include "gre/auth_snoop.hh"
#include "gre/last_data.hh"
#include "gre/lcp_snoop.hh"
#include "gre/round_trip.hh"
#include "gre/transmit_window.hh"

namespace callgate {

struct CallData {
  CallId call_id{};       // ours: in what we receive
  CallId peer_call_id{};  // the server's: in what we send
  Acknowledger acknowledger;
  TransmitWindow transmit_window;
  RoundTrip round_trip;
  LcpSnoop lcp;
  AuthSnoop login;
  LastData received, sent;
  Statistics statistics;  // the counters; Gateway::statistics() adds the rest
};

}  // namespace callgate
