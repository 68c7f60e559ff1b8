// SPDX-License-Identifier: GPL-2.0-or-later
// The kind of link that a log is about. The rules are about PPTP and hold for no other kind.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace callgate::diagnose {

enum class Link : uint8_t { unknown, pptp, pppoe, l2tp, modem };

std::string_view name(Link link);                    // "PPPoE"
std::optional<Link> link_of(std::string_view word);  // "pppoe", as the rule files write it

}  // namespace callgate::diagnose
