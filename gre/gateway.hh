// SPDX-License-Identifier: GPL-2.0-or-later
// A call that is up: one loop that copies in both directions until somebody ends the call.
#pragma once

#include "gre/downlink.hh"
#include "gre/ends.hh"
#include "gre/pace.hh"
#include "gre/uplink.hh"

namespace callgate {

struct GatewaySettings;

class Gateway {
 public:
  Gateway(const GatewaySettings& settings, CallData& call, GreSocket& socket, Ends& ends);

  // Returns why the call ended.
  Reason run();

  // Returns advice to log together with that reason. Mostly empty.
  std::string advice(const Reason& end) const;

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
  std::optional<Reason> hear_manager();
  Reason end_of_call(Reason reason) const;
  void report_link();
  void report_statistics();
  void hear(const CaptureBegin& begin);
  void hear(const CaptureStop& stop);
  void end_capture();

  Statistics statistics() const;
  void say_statistics() const;

  CallData& call_;
  GreSocket& socket_;
  Ends& ends_;
  Downlink downlink_;
  Uplink uplink_;
  Pace pace_;
  TimePoint now_, up_since_;  // now_: the time of this wake-up
};

}  // namespace callgate
