// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/ending.hh"

namespace callgate {
namespace {

PppdStatus status_of_end(LinkReport::End end, bool was_up) {
  switch (end) {
    case LinkReport::End::closed: return PppdStatus::user_request;
    case LinkReport::End::server_closed:
      return was_up ? PppdStatus::hangup : PppdStatus::negotiation_failed;
    case LinkReport::End::no_agreement:
    case LinkReport::End::no_encryption: return PppdStatus::negotiation_failed;
    case LinkReport::End::not_authenticated:
    case LinkReport::End::server_not_trusted: return PppdStatus::not_authenticated;
    case LinkReport::End::server_silent: return PppdStatus::peer_dead;
    case LinkReport::End::looped: return PppdStatus::loopback;
    case LinkReport::End::call_ended: return PppdStatus::hangup;
  }
  return PppdStatus::hangup;
}

}  // namespace

PppdStatus status_of(const Ending& ending) {
  switch (ending.request) {
    case Request::none: break;
    case Request::end:
    case Request::hang_up: return PppdStatus::user_request;
    case Request::idle: return PppdStatus::idle_timeout;
    case Request::time_over: return PppdStatus::connect_time;
    case Request::bad_report: return PppdStatus::negotiation_failed;
  }
  if (ending.end) return status_of_end(*ending.end, ending.was_up);
  return ending.had_call ? PppdStatus::hangup : PppdStatus::connect_failed;
}

// A password that the server has refused once is refused again, and a server that locks an account
// after some attempts would lock it.
std::optional<uint32_t> Redial::after(const Ending& ending) {
  failures_ = ending.was_up ? 0 : failures_ + 1;
  bool may = options_.persist && ending.request != Request::end &&
             status_of(ending) != PppdStatus::not_authenticated &&
             (options_.maxfail == 0 || failures_ < options_.maxfail);
  if (!may) return std::nullopt;
  return ending.request == Request::idle ? 0 : options_.holdoff;
}

}  // namespace callgate
