// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/control_packet.hh"

namespace callgate::ppp {
namespace {

constexpr size_t kOptionHeader = 2;  // type, length

}  // namespace

std::optional<ControlPacket> parse_control_packet(ByteSpan payload) {
  Reader reader(payload);
  ControlPacket packet;
  uint16_t length = 0;
  reader(packet.code, packet.identifier, length);
  if (!reader.ok() || length < kControlHeader) return std::nullopt;
  packet.data = reader.take(length - kControlHeader);
  if (!reader.ok()) return std::nullopt;
  return packet;
}

Bytes encode(const ControlPacket& packet) {
  Bytes out;
  Writer writer(out);
  writer(packet.code, packet.identifier,
         static_cast<uint16_t>(kControlHeader + packet.data.size()));
  out.insert(out.end(), packet.data.begin(), packet.data.end());
  return out;
}

std::optional<Options> parse_options(ByteSpan list) {
  Options options;
  Reader reader(list);
  while (!reader.rest().empty()) {
    uint8_t type = 0, length = 0;
    reader(type, length);
    if (!reader.ok() || length < kOptionHeader) return std::nullopt;
    ByteSpan value = reader.take(length - kOptionHeader);
    if (!reader.ok()) return std::nullopt;
    options.push_back({type, Bytes(value.begin(), value.end())});
  }
  return options;
}

Bytes encode(const Options& options) {
  Bytes out;
  Writer writer(out);
  for (const Option& option : options) {
    writer(option.type, static_cast<uint8_t>(kOptionHeader + option.value.size()));
    out.insert(out.end(), option.value.begin(), option.value.end());
  }
  return out;
}

}  // namespace callgate::ppp
