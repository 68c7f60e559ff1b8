// SPDX-License-Identifier: GPL-2.0-or-later
#include "tests/server/call.hh"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <cstdio>
#include <cstring>

#include "common/system/os_error.hh"

namespace callgate::ppp::test {
namespace {

// A slot has room for all headers before the packet: GRE, PPP, MPPE, and the encrypted protocol.
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

std::optional<Protocol> protocol_of(uint8_t first_byte) {
  if (first_byte >> 4 == 4) return Protocol::ipv4;
  if (first_byte >> 4 == 6) return Protocol::ipv6;
  return std::nullopt;
}

}  // namespace

Call::Call(const Ends& ends, const ServerSettings& settings, GreEnd& gre)
    : ends_(ends), settings_(settings), gre_(gre), server_(settings) {
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
                            say(fmt::format("IPv4 up on {}, own {}, client {}", tun_.name(),
                                            text(up.agreement.local), text(up.agreement.remote)));
                          },
                          [&](const Ipv6Up& up) {
                            tun_.set_up(mtu(ends_.client, server_.lcp_agreement().peer_mru));
                            tun_.set_ipv6(up.agreement.local);
                            up_ = true;
                            say(fmt::format("IPv6 up on {}, own {:x}, client {:x}", tun_.name(),
                                            up.agreement.local, up.agreement.remote));
                          },
                          [&](const Ipv4Down&) { up_ = false, say("IPv4 down"); },
                          [&](const Ipv6Down&) { up_ = false, say("IPv6 down"); },
                          [&](const ResetKeys&) {
                            if (sender_) sender_->reset();
                          },
                          [&](const LinkEnded& end) {
                            say(fmt::format("link ended: {}", printable(end.reason)));
                          },
                          [&](const Said& said) { say(said.text); }},
               step);
}

void Call::encryption(const Encryption& keys) {
  sender_.reset();
  receiver_.reset();
  if (keys.send) sender_.emplace(keys.keys.send, *keys.send);
  if (keys.receive) receiver_.emplace(keys.keys.receive, *keys.receive);
}

void Call::received(const GrePacket& packet, TimePoint now) {
  if (!packet.sequence) return;
  if (!newest_ || *packet.sequence - *newest_ > 0) newest_ = packet.sequence;
  acknowledgement_due_ = true;
  auto frame = parse_frame(packet.payload);
  if (!frame) return;
  switch (frame->protocol) {
    case Protocol::compressed:
      if (receiver_) decrypt(packet, frame->payload, now);
      return;
    case Protocol::ipv4:
    case Protocol::ipv6:
      if (!server_.requires_encryption()) return datagram(*frame);
      if (!std::exchange(clear_text_said_, true)) say("a datagram came in clear text");
      return;
    default: steps(server_.receive(packet.payload, now));
  }
}

void Call::decrypt(const GrePacket& packet, ByteSpan payload, TimePoint now) {
  uint8_t plain[kSlot];
  switch (receiver_->decrypt(payload, plain, packet.sequence)) {
    case MppeReceiver::Verdict::decrypted:
      if (auto inner = parse_frame({plain, payload.size() - kMppeHeader})) datagram(*inner);
      return;
    case MppeReceiver::Verdict::lost:
      if (reset_asked_ && now - *reset_asked_ < kBetweenResets) return;
      reset_asked_ = now;
      return steps(server_.lost_packet());
    case MppeReceiver::Verdict::late:
    case MppeReceiver::Verdict::malformed: return;
  }
}

void Call::datagram(const Frame& frame) {
  if (!up_ || frame.payload.empty()) return;
  // The interface drops what it has no room for.
  [[maybe_unused]] ssize_t written = write(tun_.fd(), frame.payload.data(), frame.payload.size());
}

void Call::read_tun() {
  for (size_t i = 0; i < kBatch; i++) {
    uint8_t* packet = gre_.slot() + kRoom;
    ssize_t size = read(tun_.fd(), packet, kSlot - kRoom);
    if (size <= 0) return;
    if (up_) send_datagram(packet, static_cast<size_t>(size));
  }
}

// The packet is in a slot, after kRoom bytes.
void Call::send_datagram(uint8_t* packet, size_t size) {
  auto protocol = protocol_of(*packet);
  bool encrypt = sender_ && !settings_.faults.clear_text;
  if (!protocol || (server_.requires_encryption() && !sender_)) return;
  if (encrypt) {
    packet -= kProtocol;
    size += kProtocol;
    packet[0] = 0;
    packet[1] = static_cast<uint8_t>(*protocol);
    sender_->encrypt({packet, size}, packet - kMppeHeader);
    packet -= kMppeHeader;
    size += kMppeHeader;
    protocol = Protocol::compressed;
  }
  std::array<uint8_t, kMaxHeader> header;
  size_t header_size = write_header(header, *protocol, server_.lcp_agreement().to_peer);
  packet -= header_size;
  std::memcpy(packet, header.data(), header_size);

  auto every = [&](unsigned n) { return n > 0 && datagrams_ % n == 0; };
  datagrams_++;
  if (every(settings_.faults.lose_data)) {
    next_sequence_++;
    return;
  }
  send(packet, size + header_size);
}

void Call::send_frame(ByteSpan frame) {
  uint8_t* payload = gre_.slot() + kMaxGreHeaderSize;
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
  gre_.send(ends_.client, static_cast<size_t>(packet - gre_.slot()), size);
  if (Bytes held = std::exchange(held_, {}); !held.empty()) {
    std::memcpy(gre_.slot(), held.data(), held.size());
    gre_.send(ends_.client, 0, held.size());
  }
}

void Call::acknowledge() {
  if (!std::exchange(acknowledgement_due_, false)) return;
  std::array<uint8_t, kMaxGreHeaderSize> header;
  size_t size = write_gre_header(header, ends_.peer, 0, std::nullopt, newest_);
  std::memcpy(gre_.slot(), header.data(), size);
  gre_.send(ends_.client, 0, size);
}

}  // namespace callgate::ppp::test
