// SPDX-License-Identifier: GPL-2.0-or-later
// How a link has ended, as pppd's exit status, and whether it is dialled again (pppd's persist,
// maxfail and holdoff). Pure.
#pragma once

#include <optional>

#include "common/channel/link_report.hh"
#include "common/pppd/tunnel_options.hh"

namespace callgate {

// pppd(8), "EXIT STATUS".
enum class PppdStatus : int {
  ok = 0,
  fatal = 1,
  options = 2,
  no_kernel_support = 4,
  user_request = 5,
  connect_failed = 8,
  negotiation_failed = 10,
  idle_timeout = 12,
  connect_time = 13,
  peer_dead = 15,
  hangup = 16,
  loopback = 17,
  not_authenticated = 19,
};

// What we have asked the gateway for, if we have.
enum class Request : uint8_t { none, end, hang_up, idle, time_over, bad_report };

struct Ending {
  Request request = Request::none;
  std::optional<LinkReport::End> end;  // what the gateway has reported; nullopt: it has died
  bool was_up = false;                 // the network protocols were
  bool had_call = false;               // the gateway has reported something
};

PppdStatus status_of(const Ending& ending);

class Redial {
 public:
  explicit Redial(const TunnelOptions& options) : options_(options) {}

  // Returns the seconds to wait before the next attempt, or nullopt if there is none.
  std::optional<uint32_t> after(const Ending& ending);
  uint32_t failures() const { return failures_; }

 private:
  const TunnelOptions& options_;
  uint32_t failures_ = 0;  // in a row
};

}  // namespace callgate
