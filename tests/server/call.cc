// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/server/call.hh"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstring>

#include "common/system/os_error.hh"
#include "gre/writable.hh"

namespace callgate::ppp::test {
namespace {

// All headers before the packet: GRE, PPP, MPPE, and the encrypted protocol.
constexpr size_t kProtocol = 2;
constexpr size_t kRoom = kMaxGreHeaderSize + kMaxHeader + kMppeHeader + kProtocol;
constexpr auto kBetweenResets = std::chrono::milliseconds(50);

std::string text(Ipv4 address) {
  in_addr value{htonl(address)};
  char buffer[INET_ADDRSTRLEN];
  return inet_ntop(AF_INET, &value, buffer, sizeof buffer);
}

// What fits into a packet of 1500 bytes on the wire.
uint16_t mtu(const SocketAddress& client, uint16_t mru) {
  bool v6 = client.get()->sa_family == AF_INET6;
  size_t largest = 1500 - (v6 ? 40 : 20) - kRoom;
  return static_cast<uint16_t>(std::min<size_t>(largest, mru));
}

bool is_datagram(Protocol protocol) {
  return protocol == Protocol::compressed || protocol == Protocol::ipv4 ||
         protocol == Protocol::ipv6;
}

}  // namespace

Call::Call(const Ends& ends, const ServerSettings& settings, GreEnd& gre)
    : ends_(ends),
      settings_(settings),
      gre_(gre),
      server_(settings),
      port_(tun_.fd()),
      data_(settings.ccp.required && !settings.faults.clear_text, statistics_) {
  check(getentropy(server_.challenge_value.data(), server_.challenge_value.size()), "getentropy");
}

void Call::say(std::string_view text) const {
  fmt::print("call {}: {}\n", ends_.number, text);
  std::fflush(stdout);
}

void Call::steps(const ServerSteps& steps) {
  for (const ServerStep& step : steps)
    std::visit(Overloaded{[&](const SendFrame& send) { send_frame(send.frame); },
                          [&](const Encryption& keys) { encryption(keys); },
                          [&](const Ipv4Up& up) {
                            tun_.set_ipv4(up.agreement.local, up.agreement.remote);
                            tun_.set_up(mtu(ends_.client, server_.lcp_agreement().peer_mru));
                            up_ = true;
                            data_.set_up(IpVersion::v4, true);
                            say(fmt::format("IPv4 up on {}, own {}, client {}", tun_.name(),
                                            text(up.agreement.local), text(up.agreement.remote)));
                          },
                          [&](const Ipv6Up& up) {
                            tun_.set_up(mtu(ends_.client, server_.lcp_agreement().peer_mru));
                            tun_.set_ipv6(up.agreement.local);
                            up_ = true;
                            data_.set_up(IpVersion::v6, true);
                            say(fmt::format("IPv6 up on {}, own {:x}, client {:x}", tun_.name(),
                                            up.agreement.local, up.agreement.remote));
                          },
                          [&](const Ipv4Down&) { down(IpVersion::v4); },
                          [&](const Ipv6Down&) { down(IpVersion::v6); },
                          [&](const ResetKeys&) { data_.reset_keys(); },
                          [&](const LinkEnded& end) {
                            say(fmt::format("link ended: {}", printable(end.reason)));
                          },
                          [&](const Said& said) { say(said.text); }},
               step);
}

void Call::down(IpVersion version) {
  up_ = false;
  data_.set_up(version, false);
  say(version == IpVersion::v4 ? "IPv4 down" : "IPv6 down");
}

void Call::encryption(Encryption keys) {
  if (settings_.faults.clear_text) keys.send.reset();
  data_.encrypt(keys);
}

void Call::received(const GrePacket& packet, std::span<uint8_t> bytes, TimePoint now) {
  if (!packet.sequence) return;
  if (!newest_ || *packet.sequence - *newest_ > 0) newest_ = packet.sequence;
  acknowledgement_due_ = true;
  auto frame = parse_frame(packet.payload);
  if (!frame) return;
  if (!is_datagram(frame->protocol)) {
    to_tun(now);
    return steps(server_.receive(packet.payload, now));
  }
  bool clear = frame->protocol != Protocol::compressed && server_.requires_encryption();
  if (clear && !std::exchange(clear_text_said_, true)) say("a datagram came in clear text");
  if (!clear) received_.push_back({writable(packet.payload, bytes), *packet.sequence});
}

// The interface drops what it has no room for.
void Call::to_tun(TimePoint now) {
  data_.incoming(received_, [&](const auto&, const DataPath::Incoming& incoming) {
    if (auto* packet = std::get_if<std::span<uint8_t>>(&incoming)) port_.add(*packet);
    if (std::holds_alternative<DataPath::Lost>(incoming)) lost_packet(now);
  });
  port_.flush();
  received_.clear();
}

void Call::lost_packet(TimePoint now) {
  if (reset_asked_ && now - *reset_asked_ < kBetweenResets) return;
  reset_asked_ = now;
  steps(server_.lost_packet());
}

void Call::read_tun() {
  data_.compress(server_.lcp_agreement().to_peer);
  for (size_t reads = 0, sent = 0; reads < kBatch && sent < kBatch; reads++) {
    auto read = port_.read();
    if (read.empty()) break;
    auto packets = data_.outgoing(read);
    if (!packets) continue;
    for (size_t i = 0; i < packets->packets(); i++) send_datagram(*packets, i);
    sent += packets->packets();
  }
  seal();
}

void Call::send_datagram(const Segmenter& packets, size_t i) {
  const Faults& faults = settings_.faults;
  if (gre_.full()) seal();
  size_t size = data_.frame_size(packets.size(i));
  if (size > kSlot - kMaxGreHeaderSize) return;
  uint8_t* frame = gre_.slot(ends_.client) + kMaxGreHeaderSize;
  data_.write(packets, i, frame);
  to_seal_.emplace_back(frame, size);
  auto every = [&](unsigned n) { return n > 0 && datagrams_ % n == 0; };
  datagrams_++;
  bool lose = every(faults.lose_data);
  if (lose || faults.delay_data > 0) seal();
  if (lose)
    next_sequence_++;
  else
    send(frame, size);
}

// What is in the slots is encrypted before they are sent.
void Call::seal() {
  data_.seal(to_seal_);
  to_seal_.clear();
}

void Call::send_frame(ByteSpan frame) {
  uint8_t* payload = gre_.slot(ends_.client) + kMaxGreHeaderSize;
  size_t size = std::min(frame.size(), kSlot - kMaxGreHeaderSize);
  std::memcpy(payload, frame.data(), size);
  send(payload, size);
}

// The payload is in the slot, with room for the header before it.
void Call::send(uint8_t* payload, size_t size) {
  std::array<uint8_t, kMaxGreHeaderSize> header;
  size_t header_size =
      write_gre_header(header, ends_.peer, static_cast<uint16_t>(size), Sequence{next_sequence_++},
                       std::exchange(acknowledgement_due_, false) ? newest_ : std::nullopt);
  uint8_t* packet = payload - header_size;
  std::memcpy(packet, header.data(), header_size);
  size += header_size;
  unsigned delay = settings_.faults.delay_data;
  if (delay > 0 && up_ && held_.empty() && next_sequence_ % delay == 0) {
    held_.assign(packet, packet + size);
    return;
  }
  gre_.send(ends_.client, static_cast<size_t>(packet - gre_.slot(ends_.client)), size);
  if (Bytes held = std::exchange(held_, {}); !held.empty()) {
    std::memcpy(gre_.slot(ends_.client), held.data(), held.size());
    gre_.send(ends_.client, 0, held.size());
  }
}

void Call::acknowledge() {
  if (!std::exchange(acknowledgement_due_, false)) return;
  std::array<uint8_t, kMaxGreHeaderSize> header;
  size_t size = write_gre_header(header, ends_.peer, 0, std::nullopt, newest_);
  std::memcpy(gre_.slot(ends_.client), header.data(), size);
  gre_.send(ends_.client, 0, size);
}

}  // namespace callgate::ppp::test
