// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/engine/packet_text.hh"

#include <fmt/format.h>

#include "gre/engine/address_text.hh"
#include "ppp/control_packet.hh"

namespace callgate {
namespace {

using ppp::Code;
using ppp::ControlPacket;
using ppp::Option;
using ppp::Protocol;

constexpr size_t kMostHex = 32;  // bytes; pppd prints no more of what it does not know
constexpr uint16_t kChap = 0xC223;

enum class Names : uint8_t { negotiation, pap, chap };

struct ProtocolName {
  Protocol protocol;
  const char* name;
  Names codes;
};
constexpr ProtocolName kProtocols[] = {
    {Protocol::lcp, "LCP", Names::negotiation},   {Protocol::ccp, "CCP", Names::negotiation},
    {Protocol::ipcp, "IPCP", Names::negotiation}, {Protocol::ipv6cp, "IPV6CP", Names::negotiation},
    {Protocol::pap, "PAP", Names::pap},           {Protocol::chap, "CHAP", Names::chap}};

constexpr const char* kCodes[] = {"",        "ConfReq", "ConfAck",  "ConfNak", "ConfRej", "TermReq",
                                  "TermAck", "CodeRej", "ProtRej",  "EchoReq", "EchoRep", "DiscReq",
                                  "Ident",   "TimeRem", "ResetReq", "ResetAck"};
constexpr const char* kPapCodes[] = {"", "AuthReq", "AuthAck", "AuthNak"};
constexpr const char* kChapCodes[] = {"", "Challenge", "Response", "Success", "Failure"};

std::string code_name(Names names, Code code) {
  auto find = [&](std::span<const char* const> all) {
    auto number = static_cast<size_t>(code);
    return number > 0 && number < all.size() ? std::string(all[number])
                                             : fmt::format("code={:#x}", number);
  };
  switch (names) {
    case Names::negotiation: return find(kCodes);
    case Names::pap: return find(kPapCodes);
    case Names::chap: return find(kChapCodes);
  }
  return {};
}

std::string hex(ByteSpan bytes) {
  std::string out;
  for (uint8_t byte : bytes) out += fmt::format("{:02x}", byte);
  return out;
}

// " 80 fd 01"
std::string spaced_hex(ByteSpan bytes) {
  std::string out;
  for (uint8_t byte : bytes.first(std::min(bytes.size(), kMostHex)))
    out += fmt::format(" {:02x}", byte);
  if (bytes.size() > kMostHex) out += " ...";
  return out;
}

std::string quoted(ByteSpan text) {
  return '"' + quoted_text(text) + '"';
}

bool is_text(ByteSpan bytes) {
  return !bytes.empty() && bytes[0] >= ' ' && bytes[0] < 0x7F;
}

std::string number(const char* format, const Option& option) {
  if (auto value = ppp::whole<uint32_t>(option)) return fmt::format(fmt::runtime(format), *value);
  return {};
}

std::string addressed(const char* word, const Option& option) {
  auto value = ppp::whole<uint32_t>(option);
  return value ? fmt::format("{} {}", word, address_text(*value)) : "";
}

std::string authentication(const Option& option) {
  Reader reader(option.value);
  uint16_t protocol = 0;
  reader(protocol);
  if (!reader.ok()) return {};
  ByteSpan rest = reader.rest();
  if (protocol == static_cast<uint16_t>(Protocol::pap) && rest.empty()) return "auth pap";
  if (protocol == static_cast<uint16_t>(Protocol::eap) && rest.empty()) return "auth eap";
  if (protocol != kChap || rest.size() != 1)
    return fmt::format("auth {:#x}{}", protocol, spaced_hex(rest));
  switch (rest[0]) {
    case 0x05: return "auth chap MD5";
    case 0x80: return "auth chap MS";
    case 0x81: return "auth chap MS-v2";
    default: return fmt::format("auth chap {:#x}", rest[0]);
  }
}

std::string mppe(const Option& option) {
  auto bits = ppp::whole<uint32_t>(option);
  if (!bits) return {};
  auto sign = [&](uint32_t bit) { return (*bits & bit) != 0 ? '+' : '-'; };
  return fmt::format("mppe {}H {}M {}S {}L {}D {}C", sign(0x01000000), sign(0x80), sign(0x40),
                     sign(0x20), sign(0x10), sign(0x01));
}

std::string interface_id(const Option& option) {
  auto id = ppp::whole<uint64_t>(option);
  if (!id) return {};
  return "addr " + link_local_text(*id);
}

std::string flag(const char* word, const Option& option) {
  return option.value.empty() ? word : "";
}

// Returns an empty text for an option that pppd has no word for, or that is malformed.
std::string known(Protocol protocol, const Option& option) {
  auto type = static_cast<uint32_t>(static_cast<uint16_t>(protocol)) << 8 | option.type;
  switch (type) {
    case 0xC02101:
      if (auto mru = ppp::whole<uint16_t>(option)) return fmt::format("mru {}", *mru);
      return {};
    case 0xC02102: return number("asyncmap {:#x}", option);
    case 0xC02103: return authentication(option);
    case 0xC02105: return number("magic {:#x}", option);
    case 0xC02107: return flag("pcomp", option);
    case 0xC02108: return flag("accomp", option);
    case 0x80FD12: return mppe(option);
    case 0x802102:
      if (option.value.size() < 2 || option.value[0] != 0x00 || option.value[1] != 0x2D) return {};
      return "compress VJ" + spaced_hex(ByteSpan(option.value).subspan(2));
    case 0x802103: return addressed("addr", option);
    case 0x802181: return addressed("ms-dns1", option);
    case 0x802182:
    case 0x802184: return addressed("ms-wins", option);
    case 0x802183: return addressed("ms-dns2", option);
    case 0x805701: return interface_id(option);
    default: return {};
  }
}

std::string option_text(Protocol protocol, const Option& option) {
  if (auto words = known(protocol, option); !words.empty()) return " <" + words + ">";
  Bytes whole{option.type, static_cast<uint8_t>(option.value.size() + 2)};
  whole.insert(whole.end(), option.value.begin(), option.value.end());
  return " <" + spaced_hex(whole) + ">";
}

std::string negotiation_body(Protocol protocol, const ControlPacket& packet) {
  switch (packet.code) {
    case Code::configure_request:
    case Code::configure_ack:
    case Code::configure_nak:
    case Code::configure_reject: {
      auto options = ppp::parse_options(packet.data);
      if (!options) return spaced_hex(packet.data);
      std::string out;
      for (const auto& option : *options) out += option_text(protocol, option);
      return out;
    }
    case Code::terminate_request:
    case Code::terminate_ack:
      return is_text(packet.data) ? " " + quoted(packet.data) : spaced_hex(packet.data);
    case Code::echo_request:
    case Code::echo_reply:
    case Code::discard_request:
    case Code::identification: {
      uint32_t magic = 0;
      Reader reader(packet.data);
      reader(magic);
      if (!reader.ok()) return spaced_hex(packet.data);
      bool text = packet.code == Code::identification && is_text(reader.rest());
      return fmt::format(" magic={:#x}{}", magic,
                         text ? " " + quoted(reader.rest()) : spaced_hex(reader.rest()));
    }
    default: return spaced_hex(packet.data);
  }
}

// Returns the bytes after a length of one byte, and moves on.
std::optional<ByteSpan> counted(Reader& reader) {
  uint8_t size = 0;
  reader(size);
  ByteSpan bytes = reader.take(size);
  if (!reader.ok()) return std::nullopt;
  return bytes;
}

std::string pap_body(const ControlPacket& packet) {
  Reader reader(packet.data);
  auto first = counted(reader);
  if (!first) return {};
  if (packet.code != Code{1}) return " " + quoted(*first);
  return fmt::format(" user={} password=<hidden>", quoted(*first));
}

std::string chap_body(const ControlPacket& packet) {
  if (packet.code == Code{3} || packet.code == Code{4}) return " " + quoted(packet.data);
  Reader reader(packet.data);
  auto value = counted(reader);
  if (!value) return spaced_hex(packet.data);
  return fmt::format(" <{}>, name = {}", hex(*value), quoted(reader.rest()));
}

std::string body(Protocol protocol, Names names, const ControlPacket& packet) {
  switch (names) {
    case Names::negotiation: return negotiation_body(protocol, packet);
    case Names::pap: return pap_body(packet);
    case Names::chap: return chap_body(packet);
  }
  return {};
}

}  // namespace

std::string quoted_text(ByteSpan text) {
  std::string out;
  for (uint8_t byte : text) {
    if (byte == '"' || byte == '\\') out += '\\';
    if (byte >= ' ' && byte < 0x7F)
      out += static_cast<char>(byte);
    else
      out += fmt::format("\\{:03o}", byte);
  }
  return out;
}

std::string packet_text(Way way, const ppp::Frame& frame) {
  std::string out = way == Way::sent ? "sent [" : "rcvd [";
  for (const auto& [protocol, name, names] : kProtocols) {
    if (protocol != frame.protocol) continue;
    auto packet = ppp::parse_control_packet(frame.payload);
    if (!packet) break;
    return out + fmt::format("{} {} id={:#x}{}]", name, code_name(names, packet->code),
                             packet->identifier, body(protocol, names, *packet));
  }
  return out + fmt::format("proto={:#x}]{}", static_cast<uint16_t>(frame.protocol),
                           spaced_hex(frame.payload));
}

}  // namespace callgate
