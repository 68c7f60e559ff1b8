// SPDX-License-Identifier: GPL-2.0-or-later
// The packets of LCP and of each network control protocol (RFC 1661 section 5), and the list of
// options in a Configure packet (section 6): code, identifier, length, data.
#pragma once

#include <optional>
#include <string>

#include "common/wire/bytes.hh"

namespace callgate::ppp {

enum class Code : uint8_t {
  configure_request = 1,
  configure_ack = 2,
  configure_nak = 3,
  configure_reject = 4,
  terminate_request = 5,
  terminate_ack = 6,
  code_reject = 7,
  protocol_reject = 8,  // this one and the next: LCP only
  echo_request = 9,
  echo_reply = 10,
  discard_request = 11,
  identification = 12,  // RFC 1570
  time_remaining = 13,  // RFC 1570
  reset_request = 14,   // CCP only (RFC 1962)
  reset_ack = 15,
};

struct ControlPacket {
  Code code{};
  uint8_t identifier = 0;
  ByteSpan data;
};

constexpr size_t kControlHeader = 4;  // bytes

// Bytes after the packet's own length are padding. Returns nullopt if the length is smaller than
// the header or larger than what is there.
std::optional<ControlPacket> parse_control_packet(ByteSpan payload);

Bytes encode(const ControlPacket& packet);

struct Option {
  uint8_t type = 0;
  Bytes value;
  bool operator==(const Option&) const = default;
};
using Options = std::vector<Option>;

// Returns nullopt if an option is shorter than its own header, or reaches beyond the list.
std::optional<Options> parse_options(ByteSpan list);

Bytes encode(const Options& options);

// The value of an option in network byte order, if it has the right size.
template <WireInteger T>
std::optional<T> whole(const Option& option) {
  Reader reader(option.value);
  T value{};
  reader(value);
  if (!reader.done()) return std::nullopt;
  return value;
}

template <WireInteger T>
Option option(uint8_t type, T value) {
  Option made{type, {}};
  Writer(made.value).put(value);
  return made;
}

}  // namespace callgate::ppp
