// SPDX-License-Identifier: GPL-2.0-or-later
// A PPP frame as GRE carries it (RFC 2637 section 4, RFC 1661 section 2): no flags, no escapes, no
// FCS. Address and control (FF 03) may be missing, and the protocol number may have one byte: a
// receiver accepts both in any mix, and a sender uses them only if LCP has agreed.
#pragma once

#include <optional>

#include "common/wire/bytes.hh"

namespace callgate::ppp {

// Protocol numbers (RFC 1661 section 2, and the IANA registry), in host order.
enum class Protocol : uint16_t {
  ipv4 = 0x0021,
  ipv6 = 0x0057,
  compressed = 0x00FD,  // "Compressed Datagram": with MPPE, an encrypted one
  ipcp = 0x8021,
  ipv6cp = 0x8057,
  ccp = 0x80FD,
  lcp = 0xC021,
  pap = 0xC023,
  chap = 0xC223,
  eap = 0xC227,
};

struct Frame {
  Protocol protocol{};
  ByteSpan payload;  // may be padded: each protocol has its own length
};

// Returns nullopt if the bytes end within the header, or the protocol number is malformed (the last
// byte of a number is odd, all before it are even).
std::optional<Frame> parse_frame(ByteSpan bytes);

// What LCP has agreed on for what we send.
struct HeaderCompression {
  bool address_and_control = false;  // ACFC: leave FF 03 out
  bool protocol = false;             // PFC: numbers below 0x100 have one byte
  bool operator==(const HeaderCompression&) const = default;
};

constexpr size_t kMaxHeader = 4;  // bytes: address, control, protocol number

// Writes the header of a frame, and returns its size. LCP is always sent with its whole header (RFC
// 1661 sections 6.5 and 6.6).
size_t write_header(std::span<uint8_t, kMaxHeader> out, Protocol protocol,
                    const HeaderCompression& compression);

// Returns a whole frame.
Bytes frame(Protocol protocol, ByteSpan payload, const HeaderCompression& compression = {});

}  // namespace callgate::ppp
