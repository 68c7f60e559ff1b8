// SPDX-License-Identifier: GPL-2.0-or-later
// A call that is up: one loop that copies in both directions until somebody ends the call.
#pragma once

#include "gre/call_service.hh"
#include "gre/downlink.hh"
#include "gre/pace.hh"
#include "gre/uplink.hh"

namespace callgate {

struct GatewaySettings;

class Gateway {
 public:
  Gateway(const GatewaySettings& settings, CallData& call, GreSocket& socket, Ends& ends);

  // Returns why the call ended.
  Reason run();

  std::string advice(const Reason& end) const { return service_.advice(end, now_); }

 private:
  static constexpr size_t kServer = Ends::kUser + 1;  // its place in ends_.watch

  bool go_on_without_waiting();
  void pause_if_it_pays();
  void wait();
  std::optional<TimePoint::duration> time_left() const;
  PollWatch::Events events(size_t which) const { return ends_.watch.ready(which); }

  std::optional<Reason> turn();  // the reason if the call ends in this turn
  void from_server();
  bool to_pppd();    // false: pppd has gone
  bool from_pppd();  // false: pppd has gone
  Reason end_of_call(Reason reason) const;
  void add_pty(Statistics& all) const;

  CallData& call_;
  GreSocket& socket_;
  Ends& ends_;
  Downlink downlink_;
  FrameReceiver receiver_;
  FrameSender sender_;
  Uplink uplink_;
  Pace pace_;
  TimePoint now_ = Clock::now();  // the time of this wake-up
  CallService service_;
};

}  // namespace callgate
