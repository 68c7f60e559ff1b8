// SPDX-License-Identifier: GPL-2.0-or-later
// Texts that several steps use.
#pragma once

#include <string>
#include <string_view>

#include "common/wire/ids.hh"

namespace callgate::diagnose::live {

// The name in what people write instead of one: "192.0.2.1:1723", "pptp://vpn.example/".
std::string bare_server_name(std::string_view text);

std::string in_seconds(Duration duration);  // "2.5 s"

}  // namespace callgate::diagnose::live
