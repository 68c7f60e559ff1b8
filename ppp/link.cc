// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/link.hh"

#include <fmt/format.h>

namespace callgate::ppp {
namespace {

// A server that negotiates again and again would keep scripts and log busy.
constexpr unsigned kMostUps = 60;
constexpr std::chrono::minutes kUpsPeriod{1};

constexpr size_t kMagicSize =
    4;  // bytes, at the beginning of an Echo packet (RFC 1661 section 5.8)

// pppd's words come first: users and the rules of the diagnosis know them.
std::string without_mppe(const std::string& reason) {
  if (reason.empty()) return "MPPE required but not available: the server closed CCP";
  if (reason.starts_with("MPPE")) return reason;
  return "MPPE required but peer negotiation failed: " + reason;
}

std::string without_network(const std::string& reason) {
  if (reason.starts_with("Could not determine")) return reason;
  return "No network protocols running: " + (reason.empty() ? "the server closed them" : reason);
}

}  // namespace

Link::Link(LinkSettings settings, const LinkRandom& random)
    : settings_(std::move(settings)),
      lcp_policy_(settings_.lcp, random.magic),
      ccp_policy_(settings_.ccp),
      ipcp_policy_(settings_.ipcp),
      ipv6cp_policy_(random.interface_id),
      lcp_(lcp_policy_, settings_.timing),
      ccp_{Protocol::ccp, {ccp_policy_, settings_.timing}},
      ipcp_{Protocol::ipcp, {ipcp_policy_, settings_.ipcp_timing}},
      ipv6cp_{Protocol::ipv6cp, {ipv6cp_policy_, settings_.ipv6cp_timing}} {}

LinkSteps Link::start(TimePoint now) {
  phase_ = Phase::establish;
  lcp_steps(lcp_.open(now), now);
  lcp_steps(lcp_.lower_up(now), now);
  return take();
}

LinkSteps Link::receive(const Frame& frame, TimePoint now) {
  if (phase_ == Phase::dead) return {};
  heard_ = true;
  switch (frame.protocol) {
    case Protocol::lcp: lcp_steps(lcp_.receive(frame.payload, now), now); break;
    case Protocol::pap:
    case Protocol::chap: {
      bool expected = (frame.protocol == Protocol::pap) ==
                      (lcp_policy_.agreement().authentication == Authentication::pap);
      if (authenticator_ && expected)
        authentication_steps(authenticator_->receive(frame.payload, now), now);
      break;
    }
    default:
      if (Layer* found = layer(frame.protocol)) {
        // Before the network phase these are dropped (RFC 1661 section 3.4).
        if (phase_ == Phase::network) network_packet(*found, frame.payload, now);
      } else if (lcp_.state() == State::opened) {
        reject_protocol(frame);
      }
  }
  return take();
}

// A server may begin IPCP while we still wait for CCP. Its request is kept for then, so that nobody
// has to wait until the server repeats it.
void Link::network_packet(Layer& layer, ByteSpan payload, TimePoint now) {
  if (layer.negotiation.state() == State::initial)
    layer.early.assign(payload.begin(), payload.end());
  else
    layer_steps(layer, layer.negotiation.receive(payload, now), now);
}

// Returns nullptr for a protocol that this link does not use.
Link::Layer* Link::layer(Protocol protocol) {
  switch (protocol) {
    case Protocol::ccp: return settings_.ccp.lengths.empty() ? nullptr : &ccp_;
    case Protocol::ipcp: return settings_.ipv4 ? &ipcp_ : nullptr;
    case Protocol::ipv6cp: return settings_.ipv6 ? &ipv6cp_ : nullptr;
    default: return nullptr;
  }
}

// Whether the address family is up, or may still come up. One is enough.
bool Link::may_use(const Layer& family) {
  State state = family.negotiation.state();
  return layer(family.protocol) && state != State::closed && state != State::stopped;
}

void Link::send(Protocol protocol, ByteSpan packet) {
  steps_.emplace_back(SendFrame{frame(protocol, packet, lcp_policy_.agreement().to_peer)});
}

void Link::reject_protocol(const Frame& frame) {
  Bytes rejected;
  Writer(rejected).put(frame.protocol);
  size_t room = std::min<size_t>(
      frame.payload.size(), lcp_policy_.agreement().peer_mru - kControlHeader - rejected.size());
  ByteSpan copied = frame.payload.first(room);
  rejected.insert(rejected.end(), copied.begin(), copied.end());
  send(Protocol::lcp, encode({Code::protocol_reject, ++reject_identifier_, rejected}));
}

void Link::lcp_steps(const Steps& steps, TimePoint now) {
  for (const Step& step : steps)
    std::visit(
        Overloaded{
            [&](const SendPacket& s) { send(Protocol::lcp, s.packet); },
            [&](const Heard& heard) { lcp_heard(heard.packet, now); },
            [&](const LayerUp&) {
              phase_ = Phase::authenticate;
              if (settings_.echo_interval.count() > 0) next_echo_ = now + settings_.echo_interval;
              auto kind = lcp_policy_.agreement().authentication;
              if (kind == Authentication::none) return authenticated({}, now);
              const Timing& timing =
                  kind == Authentication::pap ? settings_.pap_timing : settings_.timing;
              authenticator_.emplace(kind, Authenticator::Settings{settings_.name, timing.restart,
                                                                   timing.max_configure});
              authentication_steps(authenticator_->start(now), now);
            },
            [&](const LayerDown&) {
              phase_ = end_ ? Phase::terminate : Phase::establish;
              close_network(now);
              authenticator_.reset();
              next_echo_.reset();
            },
            [&](const LayerFinished& finished) {
              phase_ = Phase::dead;
              if (!end_)
                end_ = LinkEnded{lcp_policy_.looped() ? EndKind::looped : EndKind::no_agreement,
                                 finished.reason};
              steps_.emplace_back(*end_);
            }},
        step);
}

void Link::lcp_heard(const ControlPacket& packet, TimePoint now) {
  switch (packet.code) {
    case Code::terminate_request:
      if (lcp_.state() == State::closing) return;  // we have given up before, for another reason
      // The text is the server's. Windows sends a magic number and a RAS error instead.
      if (!end_ && lcp_.unacceptable() && is_authentication(*lcp_.unacceptable()))
        end_ = LinkEnded{EndKind::no_agreement, lcp_policy_.insisted(*lcp_.unacceptable())};
      if (!end_)
        end_ = LinkEnded{EndKind::peer_closed,
                         fmt::format("the server terminated the link: \"{}\"",
                                     printable({reinterpret_cast<const char*>(packet.data.data()),
                                                packet.data.size()}))};
      return;
    case Code::protocol_reject:
      if (lcp_.state() == State::opened) protocol_rejected(packet.data, now);
      return;
    case Code::echo_request:
      if (lcp_.state() == State::opened && packet.data.size() >= kMagicSize) {
        Bytes data;
        Writer(data).put(lcp_policy_.magic());
        data.insert(data.end(), packet.data.begin() + kMagicSize, packet.data.end());
        send(Protocol::lcp, encode({Code::echo_reply, packet.identifier, data}));
      }
      return;
    case Code::echo_reply: {
      uint32_t magic = 0;
      Reader(packet.data).get(magic);
      if (magic != 0 && magic == lcp_policy_.magic())
        return fail(EndKind::looped, "the link is looped back: our own Echo-Request came back",
                    now);
      unanswered_ = 0;
      steps_.emplace_back(EchoAnswered{packet.identifier, kControlHeader + packet.data.size()});
      return;
    }
    default: return;
  }
}

void Link::protocol_rejected(ByteSpan rejected, TimePoint now) {
  Protocol protocol{};
  Reader(rejected).get(protocol);
  if (protocol == Protocol::lcp || protocol == Protocol::chap || protocol == Protocol::pap)
    return fail(EndKind::no_agreement, "the server rejected a protocol that every link needs", now);
  if (protocol == Protocol::compressed && settings_.ccp.required)
    return fail(
        EndKind::no_encryption,
        "MPPE required but peer refused: it rejects encrypted packets, so it does not decrypt",
        now);
  if (Layer* found = layer(protocol))
    layer_steps(*found, found->negotiation.protocol_rejected(now), now);
}

void Link::authentication_steps(AuthenticationSteps steps, TimePoint now) {
  for (AuthenticationStep& step : steps)
    std::visit(
        Overloaded{[&](const SendAuthentication& s) {
                     bool pap = lcp_policy_.agreement().authentication == Authentication::pap;
                     send(pap ? Protocol::pap : Protocol::chap, s.packet);
                   },
                   [&](AskSecret& ask) { steps_.emplace_back(std::move(ask)); },
                   [&](const Authenticated& done) { authenticated(done, now); },
                   [&](AuthenticationFailed& failed) {
                     fail(failed.refused ? EndKind::not_authenticated : EndKind::server_not_trusted,
                          std::move(failed.reason), now);
                   }},
        step);
}

// A server may challenge again in mid-session. The keys stay those of the first time.
void Link::authenticated(const Authenticated& done, TimePoint now) {
  if (phase_ != Phase::authenticate) return;
  auto kind = lcp_policy_.agreement().authentication;
  steps_.emplace_back(LinkAuthenticated{kind, done.message});
  keys_ = done.keys;
  has_keys_ = kind == Authentication::ms_chap_v2;
  if (settings_.ccp.required && !has_keys_)
    return fail(
        EndKind::no_encryption,
        "MPPE required, but MS-CHAP[v2] auth not performed: the server asked for another one", now);
  phase_ = Phase::network;
  open_network(now);
}

// CCP comes first. If encryption is required, everything else waits for it.
void Link::open_network(TimePoint now) {
  bool encrypt = has_keys_ && !settings_.ccp.lengths.empty();
  for (Layer* next : {&ccp_, &ipcp_, &ipv6cp_}) {
    if (!layer(next->protocol) || (next == &ccp_ && !encrypt)) continue;
    if (next != &ccp_ && settings_.ccp.required && !ccp_.up) continue;
    if (next->negotiation.state() != State::initial) continue;
    layer_steps(*next, next->negotiation.open(now), now);
    layer_steps(*next, next->negotiation.lower_up(now), now);
    Bytes early = std::exchange(next->early, {});
    if (!early.empty()) layer_steps(*next, next->negotiation.receive(early, now), now);
  }
}

void Link::close_network(TimePoint now) {
  for (Layer* each : {&ipv6cp_, &ipcp_, &ccp_}) {
    layer_steps(*each, each->negotiation.lower_down(now), now);
    layer_steps(*each, each->negotiation.close({}, now), now);
    each->early.clear();
  }
}

void Link::layer_steps(Layer& layer, const Steps& steps, TimePoint now) {
  for (const Step& step : steps)
    std::visit(Overloaded{[&](const SendPacket& s) { send(layer.protocol, s.packet); },
                          [&](const Heard& heard) {
                            if (heard.packet.code == Code::reset_request && layer.up)
                              steps_.emplace_back(ResetKeys{});
                          },
                          [&](const LayerUp&) { layer_up(layer, now); },
                          [&](const LayerDown&) { layer_down(layer); },
                          [&](const LayerFinished& finished) {
                            if (phase_ != Phase::network || end_) return;
                            if (layer.protocol == Protocol::ccp && settings_.ccp.required)
                              fail(EndKind::no_encryption, without_mppe(finished.reason), now);
                            if (&layer != &ccp_ && !may_use(ipcp_) && !may_use(ipv6cp_))
                              fail(EndKind::no_agreement, without_network(finished.reason), now);
                          }},
               step);
}

void Link::layer_up(Layer& layer, TimePoint now) {
  layer.up = true;
  if (now - ups_since_ > kUpsPeriod) ups_since_ = now, ups_ = 0;
  if (++ups_ > kMostUps)
    return fail(EndKind::no_agreement, "the server negotiates the link again and again", now);
  switch (layer.protocol) {
    case Protocol::ccp: {
      const CcpAgreement& agreed = ccp_policy_.agreement();
      if (settings_.ccp.required && (!agreed.send || !agreed.receive))
        return fail(EndKind::no_encryption,
                    "MPPE required but not available: one direction is not encrypted", now);
      steps_.emplace_back(Encryption{agreed.send, agreed.receive, keys_});
      return open_network(now);
    }
    case Protocol::ipcp: steps_.emplace_back(Ipv4Up{ipcp_policy_.agreement()}); return;
    case Protocol::ipv6cp: steps_.emplace_back(Ipv6Up{ipv6cp_policy_.agreement()}); return;
    default: return;
  }
}

void Link::layer_down(Layer& layer) {
  layer.up = false;
  switch (layer.protocol) {
    case Protocol::ccp: steps_.emplace_back(Encryption{}); return;
    case Protocol::ipcp: steps_.emplace_back(Ipv4Down{}); return;
    case Protocol::ipv6cp: steps_.emplace_back(Ipv6Down{}); return;
    default: return;
  }
}

void Link::fail(EndKind kind, std::string reason, TimePoint now) {
  if (end_) return;
  end_ = LinkEnded{kind, reason};
  phase_ = Phase::terminate;
  lcp_steps(lcp_.close(std::move(reason), now), now);
}

LinkSteps Link::close(std::string reason, TimePoint now) {
  fail(EndKind::closed, std::move(reason), now);
  return take();
}

LinkSteps Link::answered(const SecretAnswer& answer, TimePoint now) {
  if (authenticator_) authentication_steps(authenticator_->answered(answer, now), now);
  return take();
}

LinkSteps Link::unanswerable(std::string reason, TimePoint now) {
  fail(EndKind::not_authenticated, std::move(reason), now);
  return take();
}

LinkSteps Link::lost_packet(TimePoint) {
  if (ccp_.up) send(Protocol::ccp, encode({Code::reset_request, ++reset_identifier_, {}}));
  return take();
}

void Link::echo(TimePoint now) {
  if (!next_echo_ || now < *next_echo_) return;
  next_echo_ = now + settings_.echo_interval;
  // A server that sends anything lives, even if its answer is lost in a full queue.
  if (std::exchange(heard_, false)) unanswered_ = 0;
  if (settings_.echo_failure > 0 && unanswered_ >= settings_.echo_failure)
    return fail(EndKind::peer_dead,
                fmt::format("the server did not answer {} LCP Echo-Requests", unanswered_), now);
  unanswered_++;
  steps_.emplace_back(SendFrame{echo_request(kControlHeader + kMagicSize).frame});
}

Link::EchoRequest Link::echo_request(size_t size) {
  Bytes data;
  Writer(data).put(lcp_policy_.magic());
  data.resize(size - kControlHeader);
  Bytes packet = encode({Code::echo_request, ++echo_identifier_, data});
  return {echo_identifier_, frame(Protocol::lcp, packet, lcp_policy_.agreement().to_peer)};
}

LinkSteps Link::advance(TimePoint now) {
  lcp_steps(lcp_.advance(now), now);
  for (Layer* each : {&ccp_, &ipcp_, &ipv6cp_})
    layer_steps(*each, each->negotiation.advance(now), now);
  if (authenticator_) authentication_steps(authenticator_->advance(now), now);
  echo(now);
  return take();
}

std::optional<TimePoint> Link::deadline() const {
  std::optional<TimePoint> first;
  for (auto deadline : {lcp_.deadline(), ccp_.negotiation.deadline(), ipcp_.negotiation.deadline(),
                        ipv6cp_.negotiation.deadline(), next_echo_,
                        authenticator_ ? authenticator_->deadline() : std::nullopt})
    if (deadline && (!first || *deadline < *first)) first = deadline;
  return first;
}

}  // namespace callgate::ppp
