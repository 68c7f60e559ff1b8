// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/call_service.hh"

#include "common/system/log.hh"

namespace callgate {
namespace {

constexpr Duration kPppdWaitsForServer{3'000};  // at least, before silence is why it hangs up

}  // namespace

CallService::CallService(CallData& call, GreSocket& socket, Ends& ends, const ReceiveWindow& window,
                         std::function<void(Statistics&)> more, TimePoint now)
    : call_(call),
      socket_(socket),
      ends_(ends),
      window_(window),
      more_(std::move(more)),
      up_since_(now) {}

std::optional<Reason> CallService::hear_manager() {
  auto heard = ends_.hear_manager();
  if (auto* end = std::get_if<Reason>(&heard)) return std::move(*end);
  auto* message = std::get_if<ChannelMessage>(&heard);
  if (!message) return std::nullopt;
  if (auto* ended = std::get_if<CallEnded>(message)) return std::move(ended->reason);
  if (auto* begin = std::get_if<CaptureBegin>(message)) hear(*begin);
  if (auto* stop = std::get_if<CaptureStop>(message)) hear(*stop);
  return std::nullopt;
}

// Whoever reads the log of a call shall see that it was captured.
void CallService::hear(const CaptureBegin& begin) {
  auto socket = ends_.channel.take_passed();
  if (!socket) return;
  socket_.tap = std::make_unique<CaptureTap>(begin.asker, std::move(socket));
  log::notice("a capture of this call has begun");
}

void CallService::hear(const CaptureStop& stop) {
  if (socket_.tap && socket_.tap->asker() == stop.asker) end_capture();
}

void CallService::end_capture() {
  auto ended = socket_.tap->end();
  log::notice("the capture of this call has ended ({} packets dropped)", socket_.tap->dropped());
  socket_.tap.reset();
  ends_.channel.send(ended);
}

void CallService::serve(TimePoint now) {
  report_link();
  report_login();
  if (ends_.take_dump_request())
    for (const auto& line : dump(statistics(now))) log::notice("{}", line);
  if (ends_.owes_statistics())
    ends_.report(statistics(now), std::chrono::duration_cast<Duration>(now - up_since_));
  if (socket_.tap) [[unlikely]]
    socket_.tap->flush();
}

void CallService::finish(TimePoint now) {
  report_login();
  if (socket_.tap) end_capture();
  auto duration = std::chrono::duration_cast<std::chrono::seconds>(now - up_since_);
  log::notice("{}", summary(statistics(now), duration));
}

void CallService::report_link() {
  auto maps = call_.lcp.take_news();
  if (!maps) return;
  if (!ends_.without_pppd())  // else nothing escapes any character
    log::debug(
        "LCP agreed on control character maps: {:#010x} towards pppd, {:#010x} towards the"
        " server",
        maps->pppd, maps->server);
  // The manager sends them to the server in a Set-Link-Info, in which "send" and "receive" are the
  // client's.
  ends_.channel.send(LinkInfo{.send_accm = maps->server, .receive_accm = maps->pppd});
}

// The manager is told at once: the server may hang up any moment, and pppd may kill this process.
void CallService::report_login() {
  if (auto refused = call_.login.take_news()) ends_.channel.send(LoginVerdict{*refused});
}

// Adds to the counters what the parts of the call know themselves. Nothing else collects numbers.
Statistics CallService::statistics(TimePoint now) const {
  Statistics all = call_.statistics;
  all.round_trip = call_.round_trip.estimate();
  all.reorder_timeout = window_.timeout();
  all.rx_idle = call_.received.idle(now);
  all.tx_idle = call_.sent.idle(now);
  all.tx_window = call_.transmit_window.size();
  all.tx_timeouts = call_.transmit_window.timeouts();
  all.rx_buffer = socket_.raw().buffer(RawSocket::Direction::receive);
  all.tx_buffer = socket_.raw().buffer(RawSocket::Direction::send);
  all.path_mtu = socket_.raw().path_mtu();
  more_(all);
  return all;
}

// If the path carries the control connection but not GRE, neither pppd ("LCP: timeout") nor a
// server that hangs up because it gets no answer says why. If a NAT gateway answers the server's
// first packet with ICMP, the server has often hung up before pppd sends anything.
std::string CallService::advice(const Reason& end, TimePoint now) const {
  Statistics counted = statistics(now);
  bool early = now - up_since_ < kPppdWaitsForServer;
  bool by_server = end.cause == Cause::lost_closed || end.cause == Cause::server_cleared ||
                   end.cause == Cause::server_stopped;
  if (heard(counted) || !(by_server || counted.tx_sent > 0)) return {};
  if (early && end.cause == Cause::hung_up_locally) return {};
  return fmt::format(
      "; no GRE packet (IP protocol 47) has come from {}: a firewall drops it, or a NAT gateway has"
      " no PPTP helper{}",
      socket_.server(), diagnose_hint("S26", socket_.server()));
}

}  // namespace callgate
