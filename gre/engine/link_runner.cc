// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/link_runner.hh"

#include <sys/socket.h>

#include "common/system/log.hh"
#include "common/system/path_mtu.hh"
#include "gre/engine/link_log.hh"
#include "gre/engine/link_settings.hh"
#include "gre/engine/outgoing_frames.hh"
#include "gre/poll_watch.hh"

namespace callgate {
namespace {

// A server that sends faster than we can answer gets no answers: its packets are not kept.
constexpr size_t kMostWaiting = 512;  // frames that wait to be sent

constexpr size_t kLargestRead = sizeof(VirtioHeader) + 65'536;  // bytes

constexpr Duration kLeastReset{100};  // between two Reset-Requests

// MPPE makes a packet larger than the server's MRU says, by its header and a protocol number.
constexpr uint16_t kMppe = 4;  // bytes

// How often the MTU is checked if lcp-echo-interval does not say it.
constexpr std::chrono::seconds kCheckMtu{30};
constexpr int kRoundTrips = 3;  // an answer takes no longer

// The server's packets ought to fit as well, as far as the kernel knows the path to it.
LinkOptions within_path(LinkOptions options, const RawSocket& socket) {
  auto path = ppp_mtu(static_cast<uint32_t>(socket.path_mtu()), socket.family());
  if (options.measure_mtu && path > 0)
    options.mru = static_cast<uint16_t>(std::min<uint32_t>(options.mru, path));
  return options;
}

}  // namespace

LinkRunner::LinkRunner(const LinkOptions& options, const Ports& ports, CallData& call,
                       const GreSocket& socket, FrameSender& sender, DataPath& data)
    : options_(within_path(options, socket.raw())),
      ports_(ports),
      call_(call),
      socket_(socket),
      sender_(sender),
      data_(data),
      secret_(ports.secret),
      link_(link_settings(options_), draw_link_random(options_)) {}

void LinkRunner::receive(const ppp::Frame& frame, TimePoint now) {
  if (options_.debug) log::notice("{}", packet_text(Way::received, frame));
  if (auto words = termination_in(frame); words && terminations_.happened(now))
    log::notice("{}", *words);
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
    std::visit(
        ppp::Overloaded{
            [&](const ppp::SendFrame& s) { send(s); },
            [&](const ppp::AskSecret& s) { ask(s, now); },
            [&](const ppp::LinkAuthenticated& s) {
              say_authenticated(s);
              report({.kind = LinkReport::Kind::authenticated});
            },
            [&](const ppp::Encryption& s) { encrypt(s); },
            [&](const ppp::Ipv4Up& s) { up(s, now); }, [&](const ppp::Ipv6Up& s) { up(s, now); },
            [&](const ppp::Ipv4Down&) { down(IpVersion::v4, LinkReport::Kind::ipv4_down); },
            [&](const ppp::Ipv6Down&) { down(IpVersion::v6, LinkReport::Kind::ipv6_down); },
            [&](const ppp::EchoAnswered& s) { answered(s, now); },
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

// The smallest of what the server accepts, what the administrator allows and what the kernel knows
// of the path.
uint16_t LinkRunner::most_mtu() const {
  auto mtu = static_cast<uint16_t>(link_.lcp().peer_mru - (data_.encrypts() ? kMppe : 0));
  mtu = std::min(mtu, options_.mtu);
  auto path = ppp_mtu(static_cast<uint32_t>(socket_.raw().path_mtu()), socket_.raw().family());
  return path > 0 ? static_cast<uint16_t>(std::min<uint32_t>(mtu, path)) : mtu;
}

void LinkRunner::set_mtu(uint16_t mtu) {
  mtu_ = mtu;
  data_.set_mtu(mtu);
}

// The LCP packet that makes a frame as large as an IP packet of this size does.
size_t LinkRunner::echo_size(uint16_t mtu) const {
  return mtu + (data_.encrypts() ? kMppe : 0u);
}

// The server cuts an answer to our MRU. A shorter one says nothing about the way back.
void LinkRunner::answered(const ppp::EchoAnswered& step, TimePoint now) {
  uint16_t mtu = std::exchange(echoes_[step.identifier], 0);
  if (!mtu_watch_ || mtu == 0 || step.size < std::min<size_t>(echo_size(mtu), options_.mru)) return;
  mtu_watch_->answered(mtu, now);
}

void LinkRunner::up(const ppp::Ipv4Up& step, TimePoint now) {
  say_up(step.agreement);
  up(IpVersion::v4,
     {.kind = LinkReport::Kind::ipv4_up,
      .local = step.agreement.local,
      .remote = step.agreement.remote,
      .dns = step.agreement.dns,
      .wins = step.agreement.wins},
     now);
  send_first_packet();
}

void LinkRunner::up(IpVersion version, const LinkReport& report, TimePoint now) {
  if (!data_.open()) {
    set_mtu(most_mtu());
    mtu_said_ = false;
    if (options_.measure_mtu) {
      bool often = options_.echo_interval > 0;
      mtu_watch_.emplace(often ? std::chrono::seconds(options_.echo_interval) : kCheckMtu);
      mtu_watch_->begin(mtu_, kRoundTrips * call_.round_trip.estimate(), now);
    }
  }
  data_.set_up(version, true);
  held_reports_.push_back(report);
  watch_mtu(now);
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

void LinkRunner::up(const ppp::Ipv6Up& step, TimePoint now) {
  say_up(step.agreement);
  up(IpVersion::v6,
     {.kind = LinkReport::Kind::ipv6_up,
      .local_interface = step.agreement.local,
      .remote_interface = step.agreement.remote},
     now);
}

void LinkRunner::down(IpVersion version, LinkReport::Kind kind) {
  data_.set_up(version, false);
  std::erase_if(held_reports_, [&](const auto& held) {
    return (held.kind == LinkReport::Kind::ipv4_up) == (version == IpVersion::v4);
  });
  if (!data_.open()) mtu_watch_.reset();
  report({.kind = kind});
}

void LinkRunner::advance(TimePoint now) {
  perform(link_.advance(now), now);
  watch_mtu(now);
}

// The kernel may have learnt more about the path since the last look.
void LinkRunner::watch_mtu(TimePoint now) {
  if (mtu_watch_) {
    bool news = std::exchange(too_large_, socket_.too_large()) != socket_.too_large();
    if (news || mtu_watch_->deadline() <= now) mtu_watch_->limit(most_mtu(), now);
    for (uint16_t size : mtu_watch_->advance(now)) {
      auto [identifier, frame] = link_.echo_request(echo_size(size));
      echoes_[identifier] = size;
      sender_.add_with_acknowledgement(frame);
    }
    if (!mtu_watch_->ready()) return;
    uint16_t mtu = mtu_watch_->mtu();
    if (!std::exchange(mtu_said_, true)) {
      say_mtu(socket_.server(), mtu, mtu_watch_->measured());
    } else if (mtu != mtu_) {
      say_new_mtu(socket_.server(), mtu_, mtu);
      report({.kind = LinkReport::Kind::mtu, .mtu = mtu});
    }
    set_mtu(mtu);
  }
  for (LinkReport& held : held_reports_) {
    held.mtu = mtu_;
    report(held);
  }
  held_reports_.clear();
}

std::optional<TimePoint> LinkRunner::deadline() const {
  return earlier(link_.deadline(), mtu_watch_ ? mtu_watch_->deadline() : std::nullopt);
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
