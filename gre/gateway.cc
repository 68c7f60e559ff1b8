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
constexpr int kTurnsWithoutWait = 3;  // at most; then signals and the manager are asked for as well
constexpr Duration kPppdWaitsForServer{3'000};  // who hangs up sooner has not waited for an answer

std::optional<TimePoint> earlier(std::optional<TimePoint> a, std::optional<TimePoint> b) {
  if (!a || !b) return a ? a : b;
  return std::min(*a, *b);
}

}  // namespace

Gateway::Gateway(const GatewaySettings& settings, CallData& call, Ends& ends)
    : call_(call),
      ends_(ends),
      downlink_({.sync = settings.sync,
                 .window = {.missing = settings.missing_window,
                            .timeout = Duration(settings.timeout),
                            .buffering = settings.buffer}},
                call),
      uplink_(
          {.sync = settings.sync, .test = {.type = settings.test_type, .rate = settings.test_rate}},
          call),
      watch_({Ends::kFromPppd, Ends::kToPppd, call.socket.fd(), ends.channel.fd(),
              ends.signals.fd()}) {
  watch_.want(kManager, POLLIN);
  watch_.want(kSignals, POLLIN);
}

Reason Gateway::run() {
  now_ = up_since_ = Clock::now();
  if (ends_.take_statistics_request()) say_statistics();
  while (true) {
    if (!go_on_without_waiting()) {
      pause_if_it_pays();
      wait();
    }
    now_ = Clock::now();
    if (auto end = turn()) {
      if (call_.tap) end_capture();
      auto duration = std::chrono::duration_cast<std::chrono::seconds>(now_ - up_since_);
      log::notice("{}", summary(statistics(), duration));
      return *end;
    }
  }
}

// The control connection passes where GRE does not, and neither pppd ("LCP: timeout") nor a server
// that hangs up for want of an answer says why. Behind a NAT gateway that answers the server's
// first packet with ICMP, the server is often gone before pppd has said a word.
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
      call_.server, diagnose_hint("S26", call_.server));
}

// Not where somebody waits for us already.
void Gateway::pause_if_it_pays() {
  if (server_has_more_ || pppd_has_more_ || downlink_.wants_to_write() || uplink_.waits()) return;
  const Statistics& counted = call_.statistics;
  auto before = std::exchange(moved_, counted.rx_accepted + counted.tx_sent);
  if (!pace_.pause_after(moved_ - before, now_)) return;
  timespec pause{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(Pace::kPause).count()};
  ppoll(nullptr, 0, &pause, nullptr);
}

// Backpressure is here: a direction that cannot get rid of what it holds takes no more, and the
// other one goes on.
void Gateway::wait() {
  bool server_waits = !downlink_.wants_packets();
  if (server_waits && !server_waited_) call_.statistics.pty_waits++;
  server_waited_ = server_waits;
  watch_.want(kFromPppd, uplink_.waits() ? 0 : POLLIN);
  watch_.want(kToPppd, downlink_.wants_to_write() ? POLLOUT : 0);
  watch_.want(kServer, (server_waits ? 0 : POLLIN) | (uplink_.blocked() ? POLLOUT : 0));
  watch_.wait(time_left());
}

// Whoever filled a whole batch has most likely more by now: to ask first would only cost time.
bool Gateway::go_on_without_waiting() {
  bool server = server_has_more_ && downlink_.wants_packets();
  bool pppd = pppd_has_more_ && !uplink_.waits();
  if (!(server || pppd) || turns_without_wait_ == kTurnsWithoutWait) {
    turns_without_wait_ = 0;
    return false;
  }
  turns_without_wait_++;
  watch_.assume_nothing();
  if (server) watch_.assume(kServer, POLLIN);
  if (pppd) watch_.assume(kFromPppd, POLLIN);
  return true;
}

std::optional<TimePoint::duration> Gateway::time_left() const {
  auto deadline = earlier(downlink_.next_deadline(), call_.acknowledger.next_deadline());
  deadline = earlier(deadline, uplink_.next_deadline());
  if (!deadline) return std::nullopt;
  return std::max(*deadline - now_, TimePoint::duration::zero());
}

// The manager's news come last: what the server sent before it hung up, LCP's reason for example,
// still reaches pppd. And what pppd wrote before it went still reaches the server.
std::optional<Reason> Gateway::turn() {
  from_server();
  bool pppd_listens = to_pppd();
  if (!from_pppd() || (!pppd_listens && !(events(kFromPppd) & POLLIN))) return hung_up_by_pppd();
  if (call_.acknowledger.due(now_)) uplink_.acknowledge(now_);
  report_link();
  if (events(kSignals))
    if (auto end = take_signals()) return end;
  if (events(kManager))
    if (auto end = hear_manager()) return end;
  if (statistics_owed_) report_statistics();
  if (call_.tap) [[unlikely]]
    call_.tap->flush(ends_.channel);
  return std::nullopt;
}

std::optional<Reason> Gateway::hear_manager() {
  auto heard = ends_.hear_manager();
  if (auto* end = std::get_if<Reason>(&heard)) return std::move(*end);
  auto* message = std::get_if<ChannelMessage>(&heard);
  if (!message) return std::nullopt;
  if (auto* ended = std::get_if<CallEnded>(message)) return std::move(ended->reason);
  if (std::holds_alternative<StatisticsRequest>(*message)) statistics_owed_ = true;
  if (auto* credit = std::get_if<CaptureCredit>(message)) hear(*credit);
  if (auto* stop = std::get_if<CaptureStop>(message)) hear(*stop);
  return std::nullopt;
}

void Gateway::hear(const CaptureCredit& credit) {
  if (!call_.tap || call_.tap->capture() != credit.capture) begin_capture(credit.capture);
  call_.tap->add_credit(credit.records);
}

void Gateway::hear(const CaptureStop& stop) {
  if (call_.tap && call_.tap->capture() == stop.capture) end_capture();
}

// That a call was listened to is in its log.
void Gateway::begin_capture(uint32_t number) {
  call_.tap = std::make_unique<CaptureTap>(number);
  log::notice("a capture of this call has begun");
}

void Gateway::end_capture() {
  call_.tap->end(ends_.channel);
  log::notice("the capture of this call has ended ({} packets dropped)", call_.tap->dropped());
  call_.tap.reset();
}

void Gateway::from_server() {
  if (events(kServer) & POLLERR) call_.receive_error(call_.socket.take_error(), now_);
  bool asked = turns_without_wait_ == 0;  // and nothing was there
  bool empty = asked && downlink_.wants_packets();
  server_has_more_ = false;
  if (events(kServer) & POLLIN) {
    empty = downlink_.receive(now_);
    server_has_more_ = !empty;
  }
  if (empty) downlink_.expire(now_);
}

bool Gateway::to_pppd() {
  if (events(kToPppd) & kGone) return false;
  if (!downlink_.wants_to_write() || (pty_full_ && !(events(kToPppd) & POLLOUT))) return true;
  if (downlink_.flush(Ends::kToPppd) == PtyOutput::Result::closed) return false;
  pty_full_ = downlink_.wants_to_write();
  return true;
}

bool Gateway::from_pppd() {
  pppd_has_more_ = false;
  if (uplink_.waits()) {
    bool room =
        uplink_.blocked() ? events(kServer) & (POLLOUT | POLLERR) : uplink_.window_opens(now_);
    if (room) uplink_.send(now_);
    return !(events(kFromPppd) & kGone);
  }
  if (!(events(kFromPppd) & (POLLIN | kGone))) return true;
  auto result = uplink_.read(Ends::kFromPppd);
  pppd_has_more_ = uplink_.read_a_lot();
  uplink_.send(now_);
  return result != Uplink::Result::closed;
}

std::optional<Reason> Gateway::take_signals() {
  while (int signal = ends_.signals.take()) {
    if (signal == SIGUSR1) say_statistics();
    if (auto end = hung_up_by_signal(signal)) return end;
  }
  return std::nullopt;
}

void Gateway::report_link() {
  auto maps = call_.lcp.take_news();
  if (!maps) return;
  log::debug(
      "LCP agreed on control character maps: {:#010x} towards pppd, {:#010x} towards the"
      " server",
      maps->pppd, maps->server);
  // The manager passes it on in a Set-Link-Info. What the server sends to its client is what pppd's
  // side calls the server's map.
  ends_.channel.send(LinkInfo{.send_accm = maps->server, .receive_accm = maps->pppd});
}

// Where the manager takes nothing at present, the next turn tries again.
void Gateway::report_statistics() {
  auto uptime = std::chrono::duration_cast<Duration>(now_ - up_since_).count();
  statistics_owed_ = !ends_.channel.send(
      CallStatistics{.uptime = static_cast<uint64_t>(uptime), .values = values_of(statistics())});
}

Statistics Gateway::statistics() const {
  Statistics statistics = call_.statistics;
  statistics.round_trip = call_.round_trip.estimate();
  statistics.tx_window = call_.transmit_window.size();
  statistics.tx_timeouts = call_.transmit_window.timeouts();
  statistics.rx_buffer = call_.socket.buffer(RawSocket::Direction::receive);
  statistics.tx_buffer = call_.socket.buffer(RawSocket::Direction::send);
  statistics.path_mtu = call_.socket.path_mtu();
  downlink_.add_counters(statistics);
  uplink_.add_counters(statistics);
  return statistics;
}

void Gateway::say_statistics() const {
  for (const auto& line : dump(statistics())) log::notice("{}", line);
}

}  // namespace callgate
