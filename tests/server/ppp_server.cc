// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/server/ppp_server.hh"

#include <fmt/format.h>

namespace callgate::ppp::test {
namespace {

constexpr uint32_t kMagic = 0x5E4E4E4E;
constexpr InterfaceId kInterface = 0x5E;
constexpr unsigned kChallenges = 10;  // as pppd's chap-max-challenge

enum ChapCode : uint8_t { kChallenge = 1, kResponse = 2, kSuccess = 3, kFailure = 4 };
enum PapCode : uint8_t { kPapAck = 2, kPapNak = 3 };

Bytes bytes(std::string_view text) {
  return {text.begin(), text.end()};
}

Timing timing(const ServerSettings& settings) {
  Timing made;
  made.restart = settings.restart;
  // Suggestions without an end are what these faults are.
  if (settings.faults.nak_mru || settings.faults.nak_address || settings.faults.insists)
    made.max_failure = made.max_rounds = UINT32_MAX;
  return made;
}

// An IPv4 header without a payload, of a protocol that is for experiments (RFC 3692).
Bytes datagram(Ipv4 from, Ipv4 to) {
  Bytes made;
  Writer writer(made);
  writer(uint16_t{0x4500}, uint16_t{20}, uint32_t{0}, uint8_t{64}, uint8_t{253}, uint16_t{0}, from,
         to);
  return made;
}

std::string_view name(Authentication kind) {
  switch (kind) {
    case Authentication::none: return "nothing";
    case Authentication::pap: return "PAP";
    case Authentication::chap_md5: return "CHAP-MD5";
    case Authentication::ms_chap_v2: return "MS-CHAPv2";
  }
  return "";
}

std::string text(const std::optional<MppeKind>& kind) {
  if (!kind) return "none";
  int bits = kind->length == KeyLength::bits_40   ? 40
             : kind->length == KeyLength::bits_56 ? 56
                                                  : 128;
  return fmt::format("{}-bit {}", bits, kind->stateless ? "stateless" : "stateful");
}

}  // namespace

Server::Server(const ServerSettings& settings)
    : settings_(settings),
      lcp_policy(settings.lcp, kMagic, settings.asks, faults),
      ccp_policy(settings.ccp, faults),
      ipcp_policy(settings.addresses, faults),
      ipv6cp_policy(kInterface),
      lcp(lcp_policy, timing(settings)),
      ccp(ccp_policy, timing(settings)),
      ipcp(ipcp_policy, timing(settings)),
      ipv6cp(ipv6cp_policy, timing(settings)) {}

ServerSteps Server::start(TimePoint now) {
  handle(Protocol::lcp, lcp.open(now), now);
  handle(Protocol::lcp, lcp.lower_up(now), now);
  return take();
}

ServerSteps Server::renegotiate(TimePoint now) {
  say("renegotiates LCP");
  handle(Protocol::lcp, lcp.lower_down(now), now);
  handle(Protocol::lcp, lcp.lower_up(now), now);
  return take();
}

ServerSteps Server::terminate(std::string reason, TimePoint now) {
  if (faults.windows_reason) {
    Bytes binary;
    constexpr uint32_t kMarker = 0x003CCD74, kDisconnectedByUser = 629;
    Writer writer(binary);
    writer(kMagic, kMarker, kDisconnectedByUser);
    reason.assign(binary.begin(), binary.end());
  }
  handle(Protocol::lcp, lcp.close(std::move(reason), now), now);
  return take();
}

Negotiation* Server::negotiation(Protocol protocol) {
  switch (protocol) {
    case Protocol::lcp: return &lcp;
    case Protocol::ccp: return settings_.ccp_open && (keys || !authenticated_) ? &ccp : nullptr;
    case Protocol::ipcp: return settings_.ipv4 ? &ipcp : nullptr;
    case Protocol::ipv6cp: return settings_.ipv6 ? &ipv6cp : nullptr;
    default: return nullptr;
  }
}

ServerSteps Server::receive(ByteSpan bytes, TimePoint now) {
  auto parsed = parse_frame(bytes);
  if (!parsed || lost(faults.lose_received, parsed->protocol)) return take();
  if (parsed->protocol == Protocol::chap || parsed->protocol == Protocol::pap) {
    if (auto packet = parse_control_packet(parsed->payload))
      parsed->protocol == Protocol::chap ? response(*packet, now) : request(*packet, now);
  } else if (Negotiation* known = negotiation(parsed->protocol)) {
    handle(parsed->protocol, known->receive(parsed->payload, now), now);
  } else {
    Bytes rejected;
    Writer(rejected).put(parsed->protocol);
    rejected.insert(rejected.end(), parsed->payload.begin(), parsed->payload.end());
    send(Protocol::lcp, encode({Code::protocol_reject, 1, rejected}));
  }
  return take();
}

ServerSteps Server::advance(TimePoint now) {
  handle(Protocol::lcp, lcp.advance(now), now);
  handle(Protocol::ccp, ccp.advance(now), now);
  handle(Protocol::ipcp, ipcp.advance(now), now);
  handle(Protocol::ipv6cp, ipv6cp.advance(now), now);
  if (next_challenge_ && now >= *next_challenge_) challenge(now);
  return take();
}

std::optional<TimePoint> Server::deadline() const {
  std::optional<TimePoint> first = next_challenge_;
  for (auto deadline : {lcp.deadline(), ccp.deadline(), ipcp.deadline(), ipv6cp.deadline()})
    if (deadline && (!first || *deadline < *first)) first = deadline;
  return first;
}

void Server::send(Protocol protocol, ByteSpan packet) {
  if (!lost(faults.lose_sent, protocol)) out_.emplace_back(SendFrame{frame(protocol, packet)});
}

bool Server::lost(std::vector<Faults::Nth>& plan, Protocol protocol) {
  for (auto each = plan.begin(); each != plan.end(); ++each) {
    if (each->protocol != protocol || --each->number > 0) continue;
    plan.erase(each);
    say(fmt::format("lost a packet of protocol 0x{:04x}", static_cast<unsigned>(protocol)));
    return true;
  }
  return false;
}

ServerSteps Server::challenge_anew(TimePoint now) {
  another_challenge();
  challenges_left_ = kChallenges;
  challenge(now);
  return take();
}

void Server::another_challenge() {
  challenge_identifier++;
  challenge_value[0]++;
}

void Server::challenge(TimePoint now) {
  next_challenge_.reset();
  if (challenges_left_-- == 0)
    return handle(Protocol::lcp, lcp.close("no answer to the Challenge", now), now);
  next_challenge_ = now + settings_.restart;
  Bytes data{static_cast<uint8_t>(challenge_value.size())};
  data.insert(data.end(), challenge_value.begin(), challenge_value.end());
  for (uint8_t c : bytes("server")) data.push_back(c);
  for (int i = faults.repeat_challenge ? 2 : 1; i > 0; i--)
    send(Protocol::chap, encode({Code{kChallenge}, challenge_identifier, data}));
}

void Server::handle(Protocol protocol, const Steps& steps, TimePoint now) {
  for (const Step& step : steps) {
    if (auto* packet = std::get_if<SendPacket>(&step)) send(protocol, packet->packet);
    if (auto* heard = std::get_if<Heard>(&step)) hear(protocol, heard->packet);
    if (std::holds_alternative<LayerUp>(step)) up(protocol, now);
    if (std::holds_alternative<LayerDown>(step)) down(protocol, now);
    auto* finished = std::get_if<LayerFinished>(&step);
    if (!finished) continue;
    if (protocol == Protocol::lcp && !std::exchange(ended, true))
      out_.emplace_back(LinkEnded{EndKind::closed, finished->reason});
    if (protocol == Protocol::ccp && settings_.ccp.required)
      handle(Protocol::lcp, lcp.close("MPPE required but not available", now), now);
  }
}

void Server::up(Protocol protocol, TimePoint now) {
  switch (protocol) {
    case Protocol::lcp: {
      lcp_up = true;
      say(fmt::format("LCP up, MRU {}", lcp_agreement().peer_mru));
      const ServerAddresses& addresses = settings_.addresses;
      if (faults.early_data) send(Protocol::ipv4, datagram(addresses.own, addresses.client));
      auto asks = lcp_policy.asks();
      if (!asks) return good("nothing", now);
      if (*asks == Authentication::pap) return;
      challenges_left_ = kChallenges;
      return challenge(now);
    }
    case Protocol::ccp: {
      const CcpAgreement agreed = ccp_policy.agreement();
      say(fmt::format("MPPE to the client {}, from the client {}", text(agreed.send),
                      text(agreed.receive)));
      out_.emplace_back(Encryption{agreed.send, agreed.receive, keys.value_or(StartKeys{})});
      return;
    }
    case Protocol::ipcp: {
      ip_up = true;
      const ServerAddresses& addresses = ipcp_policy.addresses();
      out_.emplace_back(Ipv4Up{{.local = addresses.own, .remote = addresses.client}});
      return;
    }
    case Protocol::ipv6cp: out_.emplace_back(Ipv6Up{ipv6cp_policy.agreement()}); return;
    default: return;
  }
}

void Server::down(Protocol protocol, TimePoint now) {
  switch (protocol) {
    case Protocol::lcp:
      authenticated_ = lcp_up = false;
      keys.reset();
      next_challenge_.reset();
      another_challenge();
      for (Protocol each : {Protocol::ipv6cp, Protocol::ipcp, Protocol::ccp}) {
        Negotiation& layer = each == Protocol::ccp ? ccp : each == Protocol::ipcp ? ipcp : ipv6cp;
        handle(each, layer.lower_down(now), now);
        layer.close({}, now);
      }
      return;
    case Protocol::ccp: out_.emplace_back(Encryption{}); return;
    case Protocol::ipcp:
      ip_up = false;
      out_.emplace_back(Ipv4Down{});
      return;
    case Protocol::ipv6cp: out_.emplace_back(Ipv6Down{}); return;
    default: return;
  }
}

void Server::hear(Protocol protocol, const ControlPacket& packet) {
  if (packet.code == Code::protocol_reject) rejected_protocols++;
  if (protocol == Protocol::lcp && packet.code == Code::terminate_request)
    say(fmt::format(
        "the client terminates the link: \"{}\"",
        printable({reinterpret_cast<const char*>(packet.data.data()), packet.data.size()})));
  if (protocol == Protocol::ccp && packet.code == Code::reset_request) {
    say("Reset-Request");
    out_.emplace_back(ResetKeys{});
  }
  if (packet.code != Code::echo_request || faults.silent_to_echo) return;
  Bytes data;
  Writer(data).put(lcp_policy.magic());
  size_t room = lcp_policy.agreement().peer_mru - kControlHeader;  // RFC 1661 section 5.8
  for (size_t i = data.size(); i < std::min(packet.data.size(), room); i++)
    data.push_back(packet.data[i]);
  send(Protocol::lcp, encode({Code::echo_reply, packet.identifier, data}));
}

ServerSteps Server::lost_packet() {
  say("lost a packet of stateful MPPE");
  send(Protocol::ccp, encode({Code::reset_request, 1, {}}));
  return take();
}

void Server::response(const ControlPacket& packet, TimePoint now) {
  if (packet.code != Code{kResponse} || packet.identifier != challenge_identifier) return;
  responses++;
  next_challenge_.reset();
  Reader reader(packet.data);
  uint8_t size = 0;
  reader(size);
  ByteSpan value = reader.take(size);
  values.emplace_back(value.begin(), value.end());
  std::optional<std::string> success;
  if (lcp_policy.asks() == Authentication::ms_chap_v2)
    success = ms_chap_v2(value);
  else if (std::ranges::equal(value,
                              md5_response(packet.identifier, settings_.password, challenge_value)))
    success = "welcome";
  if (success && !faults.failure) {
    send(Protocol::chap, encode({Code{kSuccess}, packet.identifier, bytes(*success)}));
    return good(name(*lcp_policy.asks()), now);
  }
  say("refused the password");
  std::string why = faults.failure.value_or("E=691 R=0 V=3 M=no");
  send(Protocol::chap, encode({Code{kFailure}, packet.identifier, bytes(why)}));
}

// Returns the text of the Success packet, or nullopt if the Response is wrong (RFC 2759).
std::optional<std::string> Server::ms_chap_v2(ByteSpan value) {
  Challenge peer;
  NtResponse nt;
  if (value.size() != 49) return std::nullopt;
  std::copy_n(value.begin(), peer.size(), peer.begin());
  std::copy_n(value.begin() + 24, nt.size(), nt.begin());
  NtHash hash = *nt_hash(settings_.password);
  auto user = name_without_domain(settings_.name);
  if (nt != nt_response(challenge_value, peer, user, hash)) return std::nullopt;
  if (!keys) keys = start_keys(hash, nt, true);
  std::string proof = "S=";
  for (uint8_t byte : authenticator_response(hash, nt, challenge_value, peer, user))
    proof += fmt::format("{:02X}", faults.wrong_proof ? uint8_t(byte ^ 1) : byte);
  return proof + " M=welcome";
}

void Server::request(const ControlPacket& packet, TimePoint now) {
  responses++;
  Reader reader(packet.data);
  uint8_t size = 0;
  reader(size);
  ByteSpan user = reader.take(size);
  reader(size);
  ByteSpan password = reader.take(size);
  bool right = std::ranges::equal(user, settings_.name) &&
               std::ranges::equal(password, settings_.password) && !faults.failure;
  Bytes message{0};
  if (faults.failure) {
    message = {static_cast<uint8_t>(faults.failure->size())};
    for (uint8_t c : bytes(*faults.failure)) message.push_back(c);
  }
  send(Protocol::pap, encode({Code{right ? kPapAck : kPapNak}, packet.identifier, message}));
  if (right) return good(name(Authentication::pap), now);
  say("refused the password");
}

void Server::good(std::string_view how, TimePoint now) {
  say(fmt::format("authenticated by {}", how));
  authenticated_ = true;
  for (Protocol each : {Protocol::ccp, Protocol::ipcp, Protocol::ipv6cp}) {
    Negotiation* layer = negotiation(each);
    if (!layer || layer->state() != State::initial) continue;
    if (each == Protocol::ccp && settings_.ccp.lengths.empty()) continue;
    handle(each, layer->open(now), now);
    handle(each, layer->lower_up(now), now);
  }
}

}  // namespace callgate::ppp::test
