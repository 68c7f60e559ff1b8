// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/packet.hh"

#include "callmgr/diagnose/log/scanner.hh"
#include "common/command_line/values.hh"

namespace callgate::diagnose {
namespace {

bool is_word(char c) {
  return is_lower(c) || is_upper(c) || is_digit(c) || c == '-';
}

std::string_view take_name(Scanner& in) {
  auto before = in.rest();
  return before.substr(0, in.take_while(is_word));
}

uint32_t letter_bit(char letter) {
  switch (letter) {
    case 'H': return mppe::kStateless;
    case 'M': return mppe::k56;
    case 'S': return mppe::k128;
    case 'L': return mppe::k40;
    case 'D': return mppe::kObsolete;
    case 'C': return mppe::kMppc;
    default: return 0;
  }
}

}  // namespace

std::optional<Packet> parse_packet(std::string_view text) {
  Packet packet;
  Scanner in(text);
  if (!is_packet(text)) return {};
  packet.sent = in.word() == "sent";
  in.take(" [");
  if (in.take("proto=")) {
    packet.protocol = "proto";
    packet.code = take_name(in);
    in.take(']');
    in.spaces();
    packet.body = in.rest();
    return packet;
  }
  packet.protocol = take_name(in);
  in.spaces();
  packet.code = take_name(in);
  in.spaces();
  if (in.take("id=")) take_name(in);
  in.spaces();
  packet.body = in.rest();
  if (packet.body.ends_with(']')) packet.body.remove_suffix(1);
  if (packet.protocol.empty()) return {};
  return packet;
}

std::optional<uint32_t> mppe_bits(std::string_view option) {
  Scanner in(option);
  if (!in.take("mppe")) return {};
  uint32_t bits = 0;
  int bytes = 0;
  while (in.spaces(), !in.rest().empty()) {
    auto word = in.word();
    if (word.size() == 2 && (word[0] == '+' || word[0] == '-')) {
      bits |= word[0] == '+' ? letter_bit(word[1]) : 0;
    } else if (auto byte = whole_number(word, 0, 0xff, 16); byte && bytes < 4) {
      bits = bits << 8 | static_cast<uint32_t>(*byte);
      bytes++;
    } else {
      break;
    }
  }
  return bits;
}

}  // namespace callgate::diagnose
