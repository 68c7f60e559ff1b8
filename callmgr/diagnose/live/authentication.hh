// SPDX-License-Identifier: GPL-2.0-or-later
// How the server wants its clients to authenticate, as its LCP requests say.
#pragma once

#include <cstdint>
#include <optional>

namespace callgate::diagnose::live {

// What a Configure-Request asks for (RFC 1661 section 6.2): 0, or the number of PPP's protocol and
// then, in the lowest 8 bits, the algorithm of CHAP.
using Authentication = uint32_t;
constexpr Authentication kNoAuthentication = 0, kPap = 0xC02300, kChapMd5 = 0xC22305,
                         kMsChap = 0xC22380, kMsChapV2 = 0xC22381, kEap = 0xC22700;

struct Authentications {
  std::optional<Authentication> first;  // of the server's first request
  std::optional<Authentication> then;   // of the request after we have proposed MS-CHAPv2
};

}  // namespace callgate::diagnose::live
