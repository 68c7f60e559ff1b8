// SPDX-License-Identifier: GPL-2.0-or-later
// What both directions of one call share: the socket, the numbers, what acknowledgements and LCP
// said, and the counters.
#pragma once

#include <memory>

#include "common/channel/statistics.hh"
#include "gre/acknowledger.hh"
#include "gre/capture_tap.hh"
#include "gre/lcp_snoop.hh"
#include "gre/overflow_sink.hh"
#include "gre/rate_limit.hh"
#include "gre/raw_socket.hh"
#include "gre/round_trip.hh"
#include "gre/transmit_window.hh"

namespace callgate {

struct CallData {
  std::string server;  // as text
  RawSocket socket;
  OverflowSink sink;
  CallId call_id{};       // ours: in what we receive
  CallId peer_call_id{};  // the server's: in what we send
  Acknowledger acknowledger;
  TransmitWindow transmit_window;
  RoundTrip round_trip;
  LcpSnoop lcp;
  Statistics statistics;
  SocketTroubles troubles;
  std::unique_ptr<CaptureTap> tap;  // as a rule there is none

  // Says an error of the socket, if it was not said lately.
  void trouble(int error, TimePoint now);
  // Counts one that came in place of a packet: in general an ICMP message about one of ours. 0:
  // none, but there may be messages.
  void receive_error(int error, TimePoint now);

 private:
  bool hear_icmp(TimePoint now);
};

}  // namespace callgate
