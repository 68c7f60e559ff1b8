// SPDX-License-Identifier: GPL-2.0-or-later
// A PPP packet as pppd prints it with the option debug:
//   sent [LCP ConfReq id=0x1 <mru 1400> <pcomp>]
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::diagnose {

struct Packet {
  bool sent = false;
  std::string_view protocol;  // "LCP"; "proto" if pppd has no name for it
  std::string_view code;      // "ConfReq"; for "proto" the number of the protocol
  std::string_view body;      // the part after the id: options, texts, hex
};

// Whether the text begins like a packet: "sent [" or "rcvd [".
inline bool is_packet(std::string_view text) {
  return text.starts_with("sent [") || text.starts_with("rcvd [");
}
std::optional<Packet> parse_packet(std::string_view text);

// Calls visit(std::string_view) for each <option ...> of a body, without the brackets.
template <typename Visit>
void for_each_option(std::string_view body, Visit&& visit) {
  while (true) {
    auto open = body.find('<');
    if (open == body.npos) return;
    auto end = open + 1;
    while (end < body.size() && body[end] != '<' && body[end] != '>') end++;
    if (end == body.size()) end = body.npos;
    visit(body.substr(open + 1, end == body.npos ? body.npos : end - open - 1));
    if (end == body.npos) return;
    body.remove_prefix(body[end] == '>' ? end + 1 : end);
  }
}

// The four-byte field of MPPE's CCP option, RFC 3078 section 2.1.
namespace mppe {
constexpr uint32_t kStateless = 0x01000000, k56 = 0x80, k128 = 0x40, k40 = 0x20, kObsolete = 0x10,
                   kMppc = 0x01;
}
// Reads "mppe +H -M +S -L -D -C" or "mppe 1 0 0 40". Returns nullopt for any other option.
std::optional<uint32_t> mppe_bits(std::string_view option);

}  // namespace callgate::diagnose
