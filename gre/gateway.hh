// SPDX-License-Identifier: GPL-2.0-or-later
// A call that is up: one loop that copies in both directions until somebody ends it.
#pragma once

#include "gre/downlink.hh"
#include "gre/ends.hh"
#include "gre/pace.hh"
#include "gre/poll_watch.hh"
#include "gre/uplink.hh"

namespace callgate {

struct GatewaySettings;

class Gateway {
 public:
  Gateway(const GatewaySettings& settings, CallData& call, Ends& ends);

  // Returns why the call ended.
  Reason run();

  // What is to be said beside that reason; empty as a rule.
  std::string advice(const Reason& end) const;

 private:
  enum Watched : size_t { kFromPppd, kToPppd, kServer, kManager, kSignals };

  void pause_if_it_pays();
  void wait();
  bool go_on_without_waiting();
  std::optional<TimePoint::duration> time_left() const;
  PollWatch::Events events(Watched fd) const { return watch_.ready(fd); }

  std::optional<Reason> turn();  // the reason if the call ends by it
  void from_server();
  bool to_pppd();    // false: pppd has gone
  bool from_pppd();  // false: pppd has gone
  std::optional<Reason> take_signals();
  std::optional<Reason> hear_manager();
  void report_link();
  void report_statistics();
  void hear(const CaptureCredit& credit);
  void hear(const CaptureStop& stop);
  void begin_capture(uint32_t number);
  void end_capture();

  Statistics statistics() const;
  void say_statistics() const;

  CallData& call_;
  Ends& ends_;
  Downlink downlink_;
  Uplink uplink_;
  PollWatch watch_;
  TimePoint now_, up_since_;                              // now_: of this wake-up
  bool server_has_more_ = false, pppd_has_more_ = false;  // than the last turn has taken
  int turns_without_wait_ = 0;
  Pace pace_;
  uint64_t moved_ = 0;            // packets, in either direction
  bool statistics_owed_ = false;  // to the manager
  bool pty_full_ = false;
  bool server_waited_ = false;  // at the last wait: pppd did not read
};

}  // namespace callgate
