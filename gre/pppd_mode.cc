// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pppd_mode.hh"

#include <algorithm>

#include "common/wire/hdlc.hh"

namespace callgate {

std::string_view mode_difference(bool sync, ByteSpan first_bytes) {
  static constexpr std::array<uint8_t, 4> kPlainLcp{0xFF, 0x03, 0xC0, 0x21};
  if (sync && !first_bytes.empty() && first_bytes[0] == kHdlcFlag)
    return "pppd sends asynchronous frames, but pptp was started with --sync: leave out --sync, or"
           " give pppd the option sync";
  if (!sync && first_bytes.size() >= kPlainLcp.size() &&
      std::ranges::equal(first_bytes.first(kPlainLcp.size()), kPlainLcp))
    return "pppd sends synchronous frames, but pptp was started without --sync: give pptp --sync,"
           " or leave out pppd's option sync";
  return {};
}

}  // namespace callgate
