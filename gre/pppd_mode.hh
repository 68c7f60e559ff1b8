// SPDX-License-Identifier: GPL-2.0-or-later
// pppd's option sync and pptp's --sync must be used together. If only one side has it, nothing
// works, and neither pppd nor the server can say why. The first bytes from pppd show it.
#pragma once

#include <string_view>

#include "common/wire/bytes.hh"

namespace callgate {

// Returns what is wrong. Empty if both sides agree.
std::string_view mode_difference(bool sync, ByteSpan first_bytes);

}  // namespace callgate
