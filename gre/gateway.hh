// SPDX-License-Identifier: GPL-2.0-or-later
// A call that is up: one loop that copies in both directions until somebody ends it.
#pragma once

#include <poll.h>

#include "gre/downlink.hh"
#include "gre/surroundings.hh"
#include "gre/uplink.hh"

namespace callgate {

struct GatewaySettings;

class Gateway {
 public:
  Gateway(const GatewaySettings& settings, CallData& call, Surroundings& surroundings);

  // Returns why the call ended.
  Reason run();

  // What is to be said beside that reason; empty as a rule.
  std::string advice(const Reason& end) const;

 private:
  enum Watched : size_t { kFromPppd, kToPppd, kServer, kManager, kSignals, kWatched };

  void wait();
  std::optional<timespec> time_left() const;
  short events(Watched fd) const { return fds_[fd].revents; }

  std::optional<Reason> turn();  // the reason if the call ends by it
  void from_server();
  bool to_pppd();    // false: pppd has gone
  bool from_pppd();  // false: pppd has gone
  std::optional<Reason> take_signals();
  void report_link();

  Statistics statistics() const;
  void say_statistics() const;

  CallData& call_;
  Surroundings& surroundings_;
  Downlink downlink_;
  Uplink uplink_;
  std::array<pollfd, kWatched> fds_;
  TimePoint now_, up_since_;  // now_: of this wake-up
  bool pty_full_ = false;
  bool server_waited_ = false;  // at the last wait: pppd did not read
};

}  // namespace callgate
