// SPDX-License-Identifier: GPL-2.0-or-later
// What both directions of one call share: the socket, the numbers, what acknowledgements and LCP
// said, and the counters.
#pragma once

#include "gre/acknowledger.hh"
#include "gre/lcp_snoop.hh"
#include "gre/overflow_sink.hh"
#include "gre/rate_limit.hh"
#include "gre/raw_socket.hh"
#include "gre/statistics.hh"

namespace callgate {

struct CallData {
  RawSocket socket;
  OverflowSink sink;
  CallId call_id{};       // ours: in what we receive
  CallId peer_call_id{};  // the server's: in what we send
  Acknowledger acknowledger;
  RoundTrip round_trip;
  LcpSnoop lcp;
  Statistics statistics;
  SocketTroubles troubles;

  // Counts an error of the socket, and says it if it was not said lately.
  void trouble(SocketTroubles::Doing doing, int error, TimePoint now);
};

}  // namespace callgate
