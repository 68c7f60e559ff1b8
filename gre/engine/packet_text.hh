// SPDX-License-Identifier: GPL-2.0-or-later
// A control packet as pppd prints it with the option debug:
//   sent [LCP ConfReq id=0x1 <mru 1400> <asyncmap 0x0> <magic 0x7a73> <pcomp> <accomp>]
// People know this notation, and so does the diagnosis (callmgr/diagnose/log/packet.hh).
#pragma once

#include <string>

#include "ppp/frame.hh"

namespace callgate {

enum class Way : uint8_t { sent, received };

// One line of printable ASCII. PAP's password is left out.
std::string packet_text(Way way, const ppp::Frame& frame);

// Text of the server as pppd prints it, without the quotes: other characters than printable ASCII
// are escaped.
std::string quoted_text(ByteSpan text);

}  // namespace callgate
