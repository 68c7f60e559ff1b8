// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/gateway.hh"

#include <poll.h>

#include <csignal>

#include "common/system/log.hh"
#include "common/system/os_error.hh"
#include "gre/settings.hh"

namespace callgate {
namespace {

constexpr PollWatch::Events kGone = POLLHUP | POLLERR | POLLNVAL;

}  // namespace

Gateway::Gateway(const GatewaySettings& settings, CallData& call, GreSocket& socket, Ends& ends)
    : call_(call),
      socket_(socket),
      ends_(ends),
      downlink_(settings.sync, call),
      receiver_(window_settings(settings), call, socket, downlink_),
      sender_({.type = settings.test_type, .rate = settings.test_rate}, call, socket),
      uplink_({.sync = settings.sync, .records = ends.pppd_sends_records}, call, sender_),
      service_(
          call, socket, ends, receiver_.window(), [this](Statistics& all) { add_pty(all); }, now_) {
  ends_.watch.add(socket.raw().fd());
}

Reason Gateway::run() {
  service_.serve(now_);
  while (true) {
    if (!go_on_without_waiting()) {
      pause_if_it_pays();
      wait();
    }
    now_ = Clock::now();
    if (auto end = turn()) {
      service_.finish(now_);
      return *end;
    }
  }
}

// If a direction has filled a whole batch, it most likely has more by now: asking first would only
// cost time.
bool Gateway::go_on_without_waiting() {
  bool server = receiver_.has_more() && downlink_.wants_packets();
  bool pppd = uplink_.has_more() && !sender_.waits();
  return ends_.watch.assume({{kServer, server ? POLLIN : 0}, {Ends::kFromPppd, pppd ? POLLIN : 0}});
}

// There is no pause if pppd or the server is waiting already.
void Gateway::pause_if_it_pays() {
  if (receiver_.has_more() || uplink_.has_more()) return;
  if (downlink_.wants_to_write() || sender_.waits()) return;
  if (!pace_.pause_after(call_.statistics.rx_accepted + call_.statistics.tx_sent, now_)) return;
  timespec pause{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(Pace::kPause).count()};
  ppoll(nullptr, 0, &pause, nullptr);
}

// Backpressure is here: a direction that cannot get rid of what it holds takes no more, and the
// other one goes on.
void Gateway::wait() {
  auto& watch = ends_.watch;
  watch.want(Ends::kFromPppd, sender_.waits() ? 0 : POLLIN);
  watch.want(Ends::kToPppd, downlink_.wants_to_write() ? POLLOUT : 0);
  watch.want(kServer, (downlink_.wants_packets() ? POLLIN : 0) | (sender_.blocked() ? POLLOUT : 0));
  watch.wait(time_left());
}

std::optional<TimePoint::duration> Gateway::time_left() const {
  auto deadline = earlier(sender_.next_deadline(), call_.acknowledger.next_deadline());
  if (downlink_.wants_packets()) deadline = earlier(deadline, receiver_.next_deadline());
  if (!deadline) return std::nullopt;
  return std::max(*deadline - now_, TimePoint::duration::zero());
}

// The manager is heard last, so that what the server sent before it hung up, such as LCP's reason,
// still reaches pppd, and what pppd wrote before it went still reaches the server.
std::optional<Reason> Gateway::turn() {
  from_server();
  bool pppd_listens = to_pppd();
  if (!from_pppd() || (!pppd_listens && !(events(Ends::kFromPppd) & POLLIN)))
    return hung_up_by_pppd();
  if (call_.acknowledger.due(now_)) sender_.acknowledge(now_);
  auto end = events(Ends::kUser) ? ends_.hear_user() : std::nullopt;
  if (!end && events(Ends::kManager))
    if ((end = service_.hear_manager())) end = end_of_call(std::move(*end));
  service_.serve(now_);
  return end;
}

// accel-ppp answers pppd's Terminate-Request by Call-Disconnect-Notify and
// Stop-Control-Connection-Request, before pppd has closed the pty. That is an ordinary hang-up.
Reason Gateway::end_of_call(Reason reason) const {
  bool by_server =
      exit_status(reason.cause) == ExitStatus::server_hung_up || reason.cause == Cause::lost_closed;
  if (!by_server || !call_.lcp.pppd_ends()) return reason;
  return {.cause = Cause::hung_up_locally,
          .detail = "pppd has ended the connection, and the server has closed it"};
}

void Gateway::from_server() {
  if (events(kServer) & POLLERR) receiver_.hear_errors(socket_.raw().take_error(), now_);
  if (events(kServer) & POLLIN)
    receiver_.receive(now_);
  else if (ends_.watch.asked() && downlink_.wants_packets())
    receiver_.socket_is_empty(now_);
}

bool Gateway::to_pppd() {
  if (events(Ends::kToPppd) & kGone) return false;
  return downlink_.flush(Ends::kToPppdFd, events(Ends::kToPppd) & POLLOUT) == PtyOutput::Result::ok;
}

bool Gateway::from_pppd() {
  auto pppd = events(Ends::kFromPppd);
  if (sender_.waits()) {
    bool room =
        sender_.blocked() ? events(kServer) & (POLLOUT | POLLERR) : sender_.window_opens(now_);
    if (room) sender_.send(now_);
    return !(pppd & kGone);
  }
  if (!(pppd & (POLLIN | kGone))) return true;
  auto result = uplink_.read(Ends::kFromPppdFd, now_);
  sender_.send(now_);
  return result == Uplink::Result::ok;
}

void Gateway::add_pty(Statistics& all) const {
  all.tx_oversize += uplink_.hdlc_errors().oversized;
  all.pty_bad_fcs = uplink_.hdlc_errors().bad_fcs;
  all.pty_too_short = uplink_.hdlc_errors().too_short;
  all.pty_aborted += uplink_.hdlc_errors().aborted;
  all.pty_dropped = downlink_.output().dropped();
}

}  // namespace callgate
