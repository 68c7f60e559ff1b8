// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/unit/ppp/server.hh"

#include <fmt/format.h>

namespace callgate::ppp::test {

std::vector<Bytes> Server::receive(ByteSpan bytes, TimePoint now) {
  auto parsed = parse_frame(bytes);
  if (!parsed) return {};
  switch (parsed->protocol) {
    case Protocol::lcp: handle(Protocol::lcp, lcp.receive(parsed->payload, now), now); break;
    case Protocol::ipcp: handle(Protocol::ipcp, ipcp.receive(parsed->payload, now), now); break;
    case Protocol::chap:
      if (auto packet = parse_control_packet(parsed->payload)) response(*packet, now);
      break;
    case Protocol::pap:
      if (auto packet = parse_control_packet(parsed->payload)) request(*packet, now);
      break;
    case Protocol::ccp:
    case Protocol::ipv6cp: {
      bool known = parsed->protocol == Protocol::ccp ? settings_.ccp_open : settings_.ipv6;
      Negotiation& protocol = parsed->protocol == Protocol::ccp ? ccp : ipv6cp;
      if (known) {
        handle(parsed->protocol, protocol.receive(parsed->payload, now), now);
      } else {
        Bytes rejected;
        Writer(rejected).put(parsed->protocol);
        rejected.insert(rejected.end(), parsed->payload.begin(), parsed->payload.end());
        send(Protocol::lcp, encode({Code::protocol_reject, 1, rejected}));
      }
      break;
    }
    default: break;
  }
  return take();
}

std::vector<Bytes> Server::advance(TimePoint now) {
  handle(Protocol::lcp, lcp.advance(now), now);
  handle(Protocol::ccp, ccp.advance(now), now);
  handle(Protocol::ipcp, ipcp.advance(now), now);
  handle(Protocol::ipv6cp, ipv6cp.advance(now), now);
  return take();
}

std::vector<Bytes> Server::challenge() {
  Bytes data{16};
  data.insert(data.end(), challenge_value.begin(), challenge_value.end());
  for (char c : std::string_view("server")) data.push_back(static_cast<uint8_t>(c));
  send(Protocol::chap, encode({Code{1}, challenge_identifier, data}));
  return take();
}

void Server::handle(Protocol protocol, const Steps& steps, TimePoint now) {
  for (const Step& step : steps) {
    if (auto* packet = std::get_if<SendPacket>(&step)) send(protocol, packet->packet);
    if (auto* heard = std::get_if<Heard>(&step)) hear(heard->packet);
    if (std::holds_alternative<LayerFinished>(step) && protocol == Protocol::lcp) ended = true;
    if (!std::holds_alternative<LayerUp>(step)) continue;
    if (protocol == Protocol::ipcp) ip_up = true;
    if (protocol != Protocol::lcp) continue;
    lcp_up = true;
    auto asks = lcp_policy.asks();
    if (!asks) good(now);
    if (asks == Authentication::chap_md5 || asks == Authentication::ms_chap_v2)
      for (Bytes& made : challenge()) out_.push_back(std::move(made));
  }
}

void Server::hear(const ControlPacket& packet) {
  if (packet.code == Code::protocol_reject) rejected_protocols++;
  if (packet.code != Code::echo_request) return;
  Bytes data;
  Writer(data).put(lcp_policy.magic());
  send(Protocol::lcp, encode({Code::echo_reply, packet.identifier, data}));
}

void Server::response(const ControlPacket& packet, TimePoint now) {
  responses++;
  Reader reader(packet.data);
  uint8_t size = 0;
  reader(size);
  ByteSpan value = reader.take(size);
  values.emplace_back(value.begin(), value.end());
  auto reply = [&](uint8_t code, const std::string& text) {
    send(Protocol::chap, encode({Code{code},
                                 packet.identifier,
                                 {reinterpret_cast<const uint8_t*>(text.data()), text.size()}}));
  };
  if (failure) return reply(4, *failure);
  if (lcp_policy.asks() == Authentication::chap_md5) {
    auto right = md5_response(packet.identifier, settings_.password, challenge_value);
    if (!std::ranges::equal(value, right)) return reply(4, "no");
    reply(3, "welcome");
    return good(now);
  }
  Challenge peer;
  NtResponse nt;
  if (value.size() != 49) return reply(4, "E=691 R=0");
  std::copy_n(value.begin(), peer.size(), peer.begin());
  std::copy_n(value.begin() + 24, nt.size(), nt.begin());
  NtHash hash = *nt_hash(settings_.password);
  auto user = name_without_domain(settings_.name);
  if (nt != nt_response(challenge_value, peer, user, hash)) return reply(4, "E=691 R=0 V=3 M=no");
  if (!keys) keys = start_keys(hash, nt, true);
  std::string proof = "S=";
  for (uint8_t byte : authenticator_response(hash, nt, challenge_value, peer, user))
    proof += fmt::format("{:02X}", proves ? byte : uint8_t(byte ^ 1));
  reply(3, proof + " M=welcome");
  good(now);
}

void Server::request(const ControlPacket& packet, TimePoint now) {
  responses++;
  Reader reader(packet.data);
  uint8_t size = 0;
  reader(size);
  reader.take(size);
  reader(size);
  ByteSpan password = reader.take(size);
  bool right = std::ranges::equal(password, settings_.password);
  send(Protocol::pap,
       encode({Code{static_cast<uint8_t>(right ? 2 : 3)}, packet.identifier, ByteSpan{}}));
  if (right) good(now);
}

void Server::good(TimePoint now) {
  auto open = [&](Protocol protocol, Negotiation& negotiation) {
    if (negotiation.state() != State::initial) return;
    handle(protocol, negotiation.open(now), now);
    handle(protocol, negotiation.lower_up(now), now);
  };
  if (settings_.ccp_open && keys) open(Protocol::ccp, ccp);
  open(Protocol::ipcp, ipcp);
  if (settings_.ipv6) open(Protocol::ipv6cp, ipv6cp);
}

}  // namespace callgate::ppp::test
