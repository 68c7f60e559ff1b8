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
constexpr Duration kPppdWaitsForServer{3'000};  // at least, before silence is why it hangs up

std::optional<TimePoint> earlier(std::optional<TimePoint> a, std::optional<TimePoint> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

Gateway::Gateway(const GatewaySettings& settings, CallData& call, GreSocket& socket, Ends& ends)
    : call_(call),
      socket_(socket),
      ends_(ends),
      downlink_({.sync = settings.sync,
                 .window = {.missing = settings.missing_window,
                            .timeout = Duration(settings.timeout),
                            .buffering = settings.buffer}},
                call, socket),
      uplink_({.sync = settings.sync,
               .records = ends.pppd_sends_records,
               .test = {.type = settings.test_type, .rate = settings.test_rate}},
              call, socket) {
  ends_.watch.add(socket.raw().fd());
}

Reason Gateway::run() {
  now_ = up_since_ = Clock::now();
  if (ends_.take_dump_request()) say_statistics();
  while (true) {
    if (!go_on_without_waiting()) {
      pause_if_it_pays();
      wait();
    }
    now_ = Clock::now();
    if (auto end = turn()) {
      if (socket_.tap) end_capture();
      auto duration = std::chrono::duration_cast<std::chrono::seconds>(now_ - up_since_);
      log::notice("{}", summary(statistics(), duration));
      return *end;
    }
  }
}

// If the path carries the control connection but not GRE, neither pppd ("LCP: timeout") nor a
// server that hangs up because it gets no answer says why. If a NAT gateway answers the server's
// first packet with ICMP, the server has often hung up before pppd sends anything.
std::string Gateway::advice(const Reason& end) const {
  Statistics counted = statistics();
  bool early = now_ - up_since_ < kPppdWaitsForServer;
  bool by_server = end.cause == Cause::lost_closed || end.cause == Cause::server_cleared ||
                   end.cause == Cause::server_stopped;
  if (heard(counted) || !(by_server || counted.tx_sent > 0)) return {};
  if (early && end.cause == Cause::hung_up_locally) return {};
  return fmt::format(
      "; no GRE packet (IP protocol 47) has come from {}: a firewall drops it, or a NAT gateway has"
      " no PPTP helper{}",
      socket_.server(), diagnose_hint("S26", socket_.server()));
}

// If a direction has filled a whole batch, it most likely has more by now: asking first would only
// cost time.
bool Gateway::go_on_without_waiting() {
  bool server = downlink_.has_more() && downlink_.wants_packets();
  bool pppd = uplink_.has_more() && !uplink_.waits();
  return ends_.watch.assume({{kServer, server ? POLLIN : 0}, {Ends::kFromPppd, pppd ? POLLIN : 0}});
}

// There is no pause if pppd or the server is waiting already.
void Gateway::pause_if_it_pays() {
  if (downlink_.has_more() || uplink_.has_more()) return;
  if (downlink_.wants_to_write() || uplink_.waits()) return;
  if (!pace_.pause_after(call_.statistics.rx_accepted + call_.statistics.tx_sent, now_)) return;
  timespec pause{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(Pace::kPause).count()};
  ppoll(nullptr, 0, &pause, nullptr);
}

// Backpressure is here: a direction that cannot get rid of what it holds takes no more, and the
// other one goes on.
void Gateway::wait() {
  auto& watch = ends_.watch;
  watch.want(Ends::kFromPppd, uplink_.waits() ? 0 : POLLIN);
  watch.want(Ends::kToPppd, downlink_.wants_to_write() ? POLLOUT : 0);
  watch.want(kServer, (downlink_.wants_packets() ? POLLIN : 0) | (uplink_.blocked() ? POLLOUT : 0));
  watch.wait(time_left());
}

std::optional<TimePoint::duration> Gateway::time_left() const {
  auto deadline = earlier(downlink_.next_deadline(), call_.acknowledger.next_deadline());
  deadline = earlier(deadline, uplink_.next_deadline());
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
  if (call_.acknowledger.due(now_)) uplink_.acknowledge(now_);
  report_link();
  auto end = events(Ends::kUser) ? ends_.hear_user() : std::nullopt;
  if (ends_.take_dump_request()) say_statistics();
  if (end) return end;
  if (events(Ends::kManager))
    if (end = hear_manager(); end) return end;
  if (ends_.owes_statistics()) report_statistics();
  if (socket_.tap) [[unlikely]]
    socket_.tap->flush();
  return std::nullopt;
}

std::optional<Reason> Gateway::hear_manager() {
  auto heard = ends_.hear_manager();
  if (auto* end = std::get_if<Reason>(&heard)) return std::move(*end);
  auto* message = std::get_if<ChannelMessage>(&heard);
  if (!message) return std::nullopt;
  if (auto* ended = std::get_if<CallEnded>(message)) return end_of_call(std::move(ended->reason));
  if (auto* begin = std::get_if<CaptureBegin>(message)) hear(*begin);
  if (auto* stop = std::get_if<CaptureStop>(message)) hear(*stop);
  return std::nullopt;
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

// Whoever reads the log of a call shall see that it was captured.
void Gateway::hear(const CaptureBegin& begin) {
  auto socket = ends_.channel.take_passed();
  if (!socket) return;
  socket_.tap = std::make_unique<CaptureTap>(begin.asker, std::move(socket));
  log::notice("a capture of this call has begun");
}

void Gateway::hear(const CaptureStop& stop) {
  if (socket_.tap && socket_.tap->asker() == stop.asker) end_capture();
}

void Gateway::end_capture() {
  auto ended = socket_.tap->end();
  log::notice("the capture of this call has ended ({} packets dropped)", socket_.tap->dropped());
  socket_.tap.reset();
  ends_.channel.send(ended);
}

void Gateway::from_server() {
  if (events(kServer) & POLLERR) downlink_.hear_errors(socket_.raw().take_error(), now_);
  if (events(kServer) & POLLIN)
    downlink_.receive(now_);
  else if (ends_.watch.asked() && downlink_.wants_packets())
    downlink_.socket_is_empty(now_);
}

bool Gateway::to_pppd() {
  if (events(Ends::kToPppd) & kGone) return false;
  return downlink_.flush(Ends::kToPppdFd, events(Ends::kToPppd) & POLLOUT) == PtyOutput::Result::ok;
}

bool Gateway::from_pppd() {
  auto pppd = events(Ends::kFromPppd);
  if (uplink_.waits()) {
    bool room =
        uplink_.blocked() ? events(kServer) & (POLLOUT | POLLERR) : uplink_.window_opens(now_);
    if (room) uplink_.send(now_);
    return !(pppd & kGone);
  }
  if (!(pppd & (POLLIN | kGone))) return true;
  auto result = uplink_.read(Ends::kFromPppdFd, now_);
  uplink_.send(now_);
  return result == Uplink::Result::ok;
}

void Gateway::report_link() {
  auto maps = call_.lcp.take_news();
  if (!maps) return;
  log::debug(
      "LCP agreed on control character maps: {:#010x} towards pppd, {:#010x} towards the"
      " server",
      maps->pppd, maps->server);
  // The manager sends them to the server in a Set-Link-Info, in which "send" and "receive" are the
  // client's.
  ends_.channel.send(LinkInfo{.send_accm = maps->server, .receive_accm = maps->pppd});
}

void Gateway::report_statistics() {
  ends_.report(statistics(), std::chrono::duration_cast<Duration>(now_ - up_since_));
}

// Adds to the counters what the parts of the call know themselves. Nothing else collects numbers.
Statistics Gateway::statistics() const {
  Statistics all = call_.statistics;
  all.round_trip = call_.round_trip.estimate();
  all.reorder_timeout = downlink_.window().timeout();
  all.tx_window = call_.transmit_window.size();
  all.tx_timeouts = call_.transmit_window.timeouts();
  all.rx_buffer = socket_.raw().buffer(RawSocket::Direction::receive);
  all.tx_buffer = socket_.raw().buffer(RawSocket::Direction::send);
  all.path_mtu = socket_.raw().path_mtu();
  all.tx_oversize += uplink_.hdlc_errors().oversized;
  all.pty_bad_fcs = uplink_.hdlc_errors().bad_fcs;
  all.pty_too_short = uplink_.hdlc_errors().too_short;
  all.pty_aborted += uplink_.hdlc_errors().aborted;
  all.pty_dropped = downlink_.output().dropped();
  return all;
}

void Gateway::say_statistics() const {
  for (const auto& line : dump(statistics())) log::notice("{}", line);
}

}  // namespace callgate
