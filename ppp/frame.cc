// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/frame.hh"

namespace callgate::ppp {
namespace {

constexpr uint8_t kAllStations = 0xFF;
constexpr uint8_t kUnnumberedInformation = 0x03;

bool is_last_byte(uint8_t byte) {
  return (byte & 1) != 0;
}

}  // namespace

std::optional<Frame> parse_frame(ByteSpan bytes) {
  if (bytes.size() >= 2 && bytes[0] == kAllStations && bytes[1] == kUnnumberedInformation)
    bytes = bytes.subspan(2);
  if (bytes.empty()) return std::nullopt;
  if (is_last_byte(bytes[0])) return Frame{Protocol{bytes[0]}, bytes.subspan(1)};
  if (bytes.size() < 2 || !is_last_byte(bytes[1])) return std::nullopt;
  return Frame{static_cast<Protocol>(bytes[0] << 8 | bytes[1]), bytes.subspan(2)};
}

size_t write_header(std::span<uint8_t, kMaxHeader> out, Protocol protocol,
                    const HeaderCompression& compression) {
  size_t size = 0;
  bool whole = protocol == Protocol::lcp;
  if (whole || !compression.address_and_control) {
    out[size++] = kAllStations;
    out[size++] = kUnnumberedInformation;
  }
  auto number = static_cast<uint16_t>(protocol);
  if (whole || !compression.protocol || number > UINT8_MAX)
    out[size++] = static_cast<uint8_t>(number >> 8);
  out[size++] = static_cast<uint8_t>(number);
  return size;
}

Bytes frame(Protocol protocol, ByteSpan payload, const HeaderCompression& compression) {
  std::array<uint8_t, kMaxHeader> header;
  size_t size = write_header(header, protocol, compression);
  Bytes out(header.begin(), header.begin() + static_cast<std::ptrdiff_t>(size));
  out.insert(out.end(), payload.begin(), payload.end());
  return out;
}

}  // namespace callgate::ppp
