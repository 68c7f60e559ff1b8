// SPDX-License-Identifier: GPL-2.0-or-later
// The enhanced GRE header of RFC 2637 section 4.1, without the IP header before it.
#pragma once

#include <optional>
#include <string_view>
#include <variant>

#include "common/wire/bytes.hh"
#include "common/wire/ids.hh"

namespace callgate {

constexpr uint16_t kGreProtocolPpp = 0x880B;
constexpr size_t kMaxGreHeaderSize = 16;  // bytes, with sequence and acknowledgement number
constexpr size_t kMaxIpHeaderSize = 60;   // bytes, which a raw IPv4 socket delivers as well

// A packet. A pure acknowledgement has an empty payload and no sequence number. Some servers send a
// sequence number without a payload, which uses the number up.
struct GrePacket {
  CallId call_id{};  // the receiver's, low half of the key
  std::optional<Sequence> sequence;
  std::optional<Sequence> acknowledgement;
  ByteSpan payload;  // a view into the received packet
};

// Why a received packet is no PPTP data packet. The gateway counts each of these.
enum class GreError : uint8_t {
  truncated,       // shorter than its header or its payload length requires
  not_enhanced,    // version, protocol type, or bits that section 4.1 fixes
  no_payload_bit,  // payload without the S bit, or neither a sequence number nor an ack
};
constexpr size_t kGreErrors = 3;

std::string_view describe(GreError error);

std::variant<GrePacket, GreError> parse_gre(ByteSpan packet);

// What the first eight bytes of a packet tell. An ICMP message need not quote more.
constexpr size_t kGreBeginning = 8;
struct GreBeginning {
  CallId call_id{};
  size_t size = 0;  // bytes, header and payload
};
std::optional<GreBeginning> parse_gre_beginning(ByteSpan packet);

// Skips the IPv4 header that a raw IPv4 socket delivers, and cuts off link-layer padding by the
// header's total length. Returns nullopt if this is not a whole, unfragmented IPv4 packet.
std::optional<ByteSpan> strip_ipv4_header(ByteSpan packet);

// Writes the header for a payload of `payload_size` bytes into `out`; returns its length in bytes.
// The packet must have a payload or an acknowledgement, because PPTP has no other packets.
size_t write_gre_header(std::span<uint8_t, kMaxGreHeaderSize> out, CallId peer_call_id,
                        uint16_t payload_size, std::optional<Sequence> sequence,
                        std::optional<Sequence> acknowledgement);

}  // namespace callgate
