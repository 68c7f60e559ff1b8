// SPDX-License-Identifier: GPL-2.0-or-later
// How large a PPP packet may be, without the header (RFC 1661 section 6.1).
#pragma once

#include <cstdint>

namespace callgate {

constexpr uint16_t kDefaultMru = 1500;  // bytes; an end that does not ask for more gets no more
constexpr uint16_t kLeastMru = 128;     // bytes; pppd accepts no smaller one, and neither do we

}  // namespace callgate
