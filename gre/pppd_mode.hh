// SPDX-License-Identifier: GPL-2.0-or-later
// pppd's option sync and our --sync must be used together. If only one side has it nothing works,
// and neither pppd nor the server can say why; the first bytes from pppd can.
#pragma once

#include <string_view>

#include "common/wire/bytes.hh"

namespace callgate {

// What is wrong, or nothing.
std::string_view mode_difference(bool sync, ByteSpan first_bytes);

}  // namespace callgate
