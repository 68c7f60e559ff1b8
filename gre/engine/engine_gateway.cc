// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/engine_gateway.hh"

#include <poll.h>
#include <unistd.h>

#include "common/channel/gateway_settings.hh"
#include "common/system/log.hh"
#include "gre/engine/link_log.hh"
#include "gre/engine/outgoing_frames.hh"

namespace callgate {
namespace {

constexpr PollWatch::Events kGone = POLLHUP | POLLERR | POLLNVAL;
constexpr size_t kBatch = 64;  // packets, of which the last read may make more
// One packet may be a forged one, or one that was sent before MPPE began.
constexpr unsigned kClearTextIsServers = 3;

bool is_datagram(ppp::Protocol protocol) {
  using ppp::Protocol;
  return protocol == Protocol::compressed || protocol == Protocol::ipv4 ||
         protocol == Protocol::ipv6;
}

LinkReport::End end_of(ppp::EndKind kind) {
  switch (kind) {
    case ppp::EndKind::closed: return LinkReport::End::closed;
    case ppp::EndKind::peer_closed: return LinkReport::End::server_closed;
    case ppp::EndKind::no_agreement: return LinkReport::End::no_agreement;
    case ppp::EndKind::not_authenticated: return LinkReport::End::not_authenticated;
    case ppp::EndKind::server_not_trusted: return LinkReport::End::server_not_trusted;
    case ppp::EndKind::no_encryption: return LinkReport::End::no_encryption;
    case ppp::EndKind::peer_dead: return LinkReport::End::server_silent;
    case ppp::EndKind::looped: return LinkReport::End::looped;
  }
  return LinkReport::End::closed;
}

}  // namespace

EngineGateway::EngineGateway(const GatewaySettings& settings, CallData& call, GreSocket& socket,
                             Ends& ends)
    : call_(call),
      socket_(socket),
      ends_(ends),
      options_(*settings.link),
      data_(settings.link->mppe_required, call.statistics),
      receiver_(window_settings(settings), call, socket, *this),
      sender_({.type = settings.test_type, .rate = settings.test_rate}, call, socket),
      link_(*settings.link, {.tunnel = kGatewayLink, .secret = kGatewaySecret}, call, socket,
            sender_, data_),
      service_(
          call, socket, ends, receiver_.window(), [](Statistics&) {}, now_),
      tun_(kGatewayTun) {
  ends_.watch.add(socket.raw().fd());
  ends_.watch.add(kGatewaySecret);
  ends_.watch.want(kSecret, POLLIN);
}

Reason EngineGateway::run() {
  service_.serve(now_);
  link_.start(now_);
  sender_.send(now_);
  while (true) {
    if (!go_on_without_waiting()) {
      pause_if_it_pays();
      wait();
    }
    now_ = Clock::now();
    if (auto end = turn()) {
      link_.report_end(end_);
      service_.finish(now_);
      log::notice("Connection terminated.");
      return *end;
    }
  }
}

bool EngineGateway::go_on_without_waiting() {
  bool tun = tun_has_more_ && reads_tun();
  return ends_.watch.assume(
      {{kServer, receiver_.has_more() ? POLLIN : 0}, {Ends::kTun, tun ? POLLIN : 0}});
}

void EngineGateway::pause_if_it_pays() {
  if (receiver_.has_more() || tun_has_more_ || sender_.waits()) return;
  if (!pace_.pause_after(call_.statistics.rx_accepted + call_.statistics.tx_sent, now_)) return;
  timespec pause{.tv_sec = 0, .tv_nsec = std::chrono::nanoseconds(Pace::kPause).count()};
  ppoll(nullptr, 0, &pause, nullptr);
}

void EngineGateway::wait() {
  auto& watch = ends_.watch;
  watch.want(Ends::kTun, reads_tun() ? POLLIN : 0);
  watch.want(kServer, POLLIN | (sender_.blocked() ? POLLOUT : 0));
  watch.wait(time_left());
}

std::optional<TimePoint::duration> EngineGateway::time_left() const {
  auto deadline = earlier(sender_.next_deadline(), call_.acknowledger.next_deadline());
  deadline = earlier(earlier(deadline, receiver_.next_deadline()), link_.deadline());
  if (closing_) deadline = earlier(deadline, give_up_);
  if (!deadline) return std::nullopt;
  return std::max(*deadline - now_, TimePoint::duration::zero());
}

// The manager is heard last, so that what the server sent before it hung up is read first.
std::optional<Reason> EngineGateway::turn() {
  from_server();
  from_tun();
  if (events(kSecret) && !link_.hear_secret(now_)) ends_.watch.forget(kSecret);
  link_.advance(now_);
  if (!was_open_) was_open_ = data_.open();
  auto end = hear_others();
  to_server();
  if (call_.acknowledger.due(now_)) sender_.acknowledge(now_);
  service_.serve(now_);
  if (end) return end;
  if (link_.ended()) return link_ended();
  if (closing_ && now_ >= give_up_) return closing_;
  return std::nullopt;
}

void EngineGateway::from_server() {
  if (events(kServer) & POLLERR) receiver_.hear_errors(socket_.raw().take_error(), now_);
  if (events(kServer) & POLLIN)
    receiver_.receive(now_);
  else if (ends_.watch.asked())
    receiver_.socket_is_empty(now_);
  to_tun();
}

// A frame of stateless MPPE has its own key. All others need those before them.
ReceiveWindow::Order EngineGateway::order(ByteSpan frame) const {
  return data_.stands_alone(frame) ? ReceiveWindow::Order::at_once : ReceiveWindow::Order::in_turn;
}

void EngineGateway::take(ByteSpan frame, Sequence sequence) {
  Bytes copy(frame.begin(), frame.end());
  take_in_place(copy, sequence);
  copies_.push_back(std::move(copy));  // its bytes stay where they are
}

// A control frame is looked at on its own, after those before it: it may change the keys.
void EngineGateway::take_in_place(std::span<uint8_t> frame, Sequence sequence) {
  auto parsed = ppp::parse_frame(frame);
  bool control = !parsed || !is_datagram(parsed->protocol);
  if (control) to_tun();
  received_.push_back({frame, sequence});
  if (control || received_.size() == kBatch) to_tun();
}

// The kernel drops packets if the tunnel process has not set the interface up yet.
void EngineGateway::to_tun() {
  data_.incoming(received_, [this](const auto& received, const auto& incoming) {
    take_incoming(received, incoming);
  });
  call_.statistics.tun_dropped += tun_.flush();
  received_.clear();
  copies_.clear();
}

void EngineGateway::take_incoming(const DataPath::Received& received,
                                  const DataPath::Incoming& incoming) {
  if (auto* packet = std::get_if<std::span<uint8_t>>(&incoming)) {
    link_.traffic();
    tun_.add(*packet);
  } else if (auto* control = std::get_if<ppp::Frame>(&incoming)) {
    // What was encrypted is not looked at: the server has LCP in clear text.
    if (ppp::parse_frame(received.frame)->protocol == control->protocol)
      call_.lcp.from_server(received.frame);
    link_.receive(*control, now_);
  } else if (std::holds_alternative<DataPath::Lost>(incoming)) {
    link_.lost_packet(now_);
  } else if (std::get<DataPath::Refused>(incoming).clear_text) {
    if (++clear_text_ == kClearTextIsServers)
      log::warning(
          "{} sends packets that are not encrypted, although MPPE was agreed on; they are dropped",
          socket_.server());
  }
}

// Before the first address is up, packets stay in the interface's queue: one of them may be the
// reason for the call. Later, none is kept for a link that is being negotiated anew.
void EngineGateway::from_tun() {
  tun_has_more_ = false;
  if (!(events(Ends::kTun) & POLLIN) || !reads_tun()) return;
  size_t first = sender_.waiting();
  tun_has_more_ = true;
  for (size_t reads = 0; reads < kBatch && sender_.waiting() < first + kBatch; reads++) {
    auto read = tun_.read();
    tun_has_more_ = !read.empty();
    if (!tun_has_more_) break;
    add_packets(data_, read, sender_);
  }
  seal_packets(data_, sender_, first);
}

void EngineGateway::to_server() {
  if (sender_.waits()) {
    bool room =
        sender_.blocked() ? events(kServer) & (POLLOUT | POLLERR) : sender_.window_opens(now_);
    if (!room) return;
  }
  sender_.send(now_);
}

std::optional<Reason> EngineGateway::hear_others() {
  if ((events(Ends::kTun) | events(Ends::kTunnel)) & kGone) {
    link_.close("User request", now_);
    end_ = LinkReport::End::closed;
    return hung_up_by_tunnel();
  }
  if (events(Ends::kUser))
    if (auto end = ends_.hear_user()) {
      log::notice("Terminating the link: {}", end->detail);
      close(*end);
    }
  if (events(Ends::kManager))
    if (auto end = service_.hear_manager()) return call_ended(*end);
  return std::nullopt;
}

// The server gets a Terminate-Request, and this long to answer it.
void EngineGateway::close(const Reason& reason) {
  if (closing_) return;
  closing_ = reason;
  end_ = LinkReport::End::closed;
  give_up_ = now_ + 2 * std::chrono::seconds(options_.restart);
  link_.close("User request", now_);
}

// Some servers end the call together with the link. Then the link's end is the reason.
Reason EngineGateway::call_ended(Reason reason) {
  bool by_server =
      exit_status(reason.cause) == ExitStatus::server_hung_up || reason.cause == Cause::lost_closed;
  if (by_server && link_.end()) return link_ended();
  if (closing_ && by_server) return *closing_;
  log::notice("Modem hangup");
  return reason;
}

Reason EngineGateway::link_ended() {
  if (closing_) return *closing_;
  const auto& end = *link_.end();
  end_ = end_of(end.kind);
  return {.cause = end.kind == ppp::EndKind::peer_closed ? Cause::link_closed : Cause::link_failed,
          .subject = socket_.server(),
          .detail = end.reason};
}

}  // namespace callgate
