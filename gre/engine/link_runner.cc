// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/link_runner.hh"

#include <sys/socket.h>

#include "common/system/log.hh"
#include "common/system/path_mtu.hh"
#include "gre/engine/link_log.hh"
#include "gre/engine/link_settings.hh"
#include "gre/engine/outgoing_frames.hh"

namespace callgate {
namespace {

// A server that sends faster than we can answer gets no answers: its packets are not kept.
constexpr size_t kMostWaiting = 512;  // frames that wait to be sent

constexpr size_t kLargestRead = sizeof(VirtioHeader) + 65'536;  // bytes

constexpr Duration kLeastReset{100};  // between two Reset-Requests

}  // namespace

LinkRunner::LinkRunner(const LinkOptions& options, const Ports& ports, CallData& call,
                       const GreSocket& socket, FrameSender& sender, DataPath& data)
    : options_(options),
      ports_(ports),
      call_(call),
      socket_(socket),
      sender_(sender),
      data_(data),
      secret_(ports.secret),
      link_(link_settings(options), draw_link_random(options)) {}

void LinkRunner::receive(const ppp::Frame& frame, TimePoint now) {
  if (options_.debug) log::notice("{}", packet_text(Way::received, frame));
  say_received(frame);
  perform(link_.receive(frame, now), now);
}

// Each packet that is dropped until the server has answered would ask again.
void LinkRunner::lost_packet(TimePoint now) {
  auto wait = std::max<TimePoint::duration>(kLeastReset, 2 * call_.round_trip.estimate());
  if (reset_requested_ && now - *reset_requested_ < wait) return;
  reset_requested_ = now;
  perform(link_.lost_packet(now), now);
}

bool LinkRunner::hear_secret(TimePoint now) {
  auto heard = secret_.hear();
  if (auto* answer = std::get_if<ppp::SecretAnswer>(&heard)) {
    asked_ = false;
    perform(link_.answered(*answer, now), now);
  } else if (auto* refusal = std::get_if<SecretPort::Refusal>(&heard)) {
    asked_ = false;
    perform(link_.unanswerable(refusal->sentence, now), now);
  } else if (std::holds_alternative<SecretPort::Gone>(heard)) {
    if (std::exchange(asked_, false))
      perform(link_.unanswerable("the process that holds the password has gone", now), now);
    return false;
  }
  return true;
}

void LinkRunner::perform(const ppp::LinkSteps& steps, TimePoint now) {
  for (const ppp::LinkStep& step : steps)
    std::visit(ppp::Overloaded{
                   [&](const ppp::SendFrame& s) { send(s); },
                   [&](const ppp::AskSecret& s) { ask(s, now); },
                   [&](const ppp::LinkAuthenticated& s) {
                     say_authenticated(s);
                     report({.kind = LinkReport::Kind::authenticated});
                   },
                   [&](const ppp::Encryption& s) { encrypt(s); },
                   [&](const ppp::Ipv4Up& s) { up(s); }, [&](const ppp::Ipv6Up& s) { up(s); },
                   [&](const ppp::Ipv4Down&) { down(IpVersion::v4, LinkReport::Kind::ipv4_down); },
                   [&](const ppp::Ipv6Down&) { down(IpVersion::v6, LinkReport::Kind::ipv6_down); },
                   [&](const ppp::ResetKeys&) { data_.reset_keys(); },
                   [&](const ppp::LinkEnded& s) {
                     say_ended(s, options_.echo_failure);
                     ended_ = true;
                   }},
               step);
  data_.compress(link_.lcp().to_peer);
}

void LinkRunner::send(const ppp::SendFrame& step) {
  if (sender_.waiting() >= kMostWaiting) {
    call_.statistics.tx_refused++;
    return;
  }
  sender_.add(step.frame);
  call_.lcp.from_pppd(step.frame);
  if (!options_.debug) return;
  if (auto frame = ppp::parse_frame(step.frame)) log::notice("{}", packet_text(Way::sent, *frame));
}

void LinkRunner::ask(const ppp::AskSecret& step, TimePoint now) {
  auto trouble = secret_.ask(step.question);
  asked_ = !trouble;
  if (trouble) perform(link_.unanswerable(*trouble, now), now);
}

void LinkRunner::encrypt(const ppp::Encryption& step) {
  data_.encrypt(step);
  say_encryption(step);
}

// Takes the smallest of what the server accepts, what the administrator allows and what the path
// carries. MPPE makes a packet larger than the server's MRU says, by its header and a protocol
// number.
uint16_t LinkRunner::set_mtu() {
  constexpr uint16_t kMppe = 4;  // bytes
  auto mtu = static_cast<uint16_t>(link_.lcp().peer_mru - (data_.encrypts() ? kMppe : 0));
  mtu = std::min(mtu, options_.mtu);
  auto path = ppp_mtu(static_cast<uint32_t>(socket_.raw().path_mtu()), socket_.raw().family());
  if (path > 0) mtu = static_cast<uint16_t>(std::min<uint32_t>(mtu, path));
  data_.set_mtu(mtu);
  return mtu;
}

void LinkRunner::up(const ppp::Ipv4Up& step) {
  say_up(step.agreement);
  data_.set_up(IpVersion::v4, true);
  report({.kind = LinkReport::Kind::ipv4_up,
          .local = step.agreement.local,
          .remote = step.agreement.remote,
          .dns = step.agreement.dns,
          .wins = step.agreement.wins,
          .mtu = set_mtu()});
  send_first_packet();
}

// The packet for which the tunnel process has dialled (pppd's demand), if it did so. It comes as
// the interface had it, and may be a large one.
void LinkRunner::send_first_packet() {
  Bytes read(kLargestRead);
  ssize_t size = recv(ports_.tunnel, read.data(), read.size(), MSG_DONTWAIT);
  if (size <= 0) return;
  size_t first = sender_.waiting();
  add_packets(data_, std::span(read).first(static_cast<size_t>(size)), sender_);
  seal_packets(data_, sender_, first);
}

void LinkRunner::up(const ppp::Ipv6Up& step) {
  say_up(step.agreement);
  data_.set_up(IpVersion::v6, true);
  report({.kind = LinkReport::Kind::ipv6_up,
          .local_interface = step.agreement.local,
          .remote_interface = step.agreement.remote,
          .mtu = set_mtu()});
}

void LinkRunner::down(IpVersion version, LinkReport::Kind kind) {
  data_.set_up(version, false);
  report({.kind = kind});
}

void LinkRunner::report_end(LinkReport::End end) {
  report({.kind = LinkReport::Kind::ended, .end = end});
}

// If the tunnel process has ended, poll() says so.
void LinkRunner::report(LinkReport report) {
  report.sent = data_.sent();
  report.received = data_.received();
  if (auto server = IpAddress::parse(socket_.server()); server && server->family == IpFamily::v4)
    Reader(server->span()).get(report.server);
  Bytes record = encode(report);
  ::send(ports_.tunnel, record.data(), record.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
}

}  // namespace callgate
