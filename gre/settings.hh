// SPDX-License-Identifier: GPL-2.0-or-later
// Reads what pptp has written for pptp-gre on descriptor kGatewaySettings.
#pragma once

#include <variant>

#include "common/channel/gateway_settings.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

// Reads one record from the pipe and closes it. Returns a Reason if there is no pipe, as when
// somebody starts pptp-gre by hand, or if it does not hold a valid record.
std::variant<GatewaySettings, Reason> read_gateway_settings(UniqueFd pipe);

}  // namespace callgate
