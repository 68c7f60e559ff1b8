// SPDX-License-Identifier: GPL-2.0-or-later
// Asks for a call and becomes its gateway.
#pragma once

#include "common/command_line/pptp_options.hh"

namespace callgate {

// Logs the reason, reports it if somebody listens (call_report.hh), and returns the exit status.
int fail(const Reason& reason);

// Looks the server up. If `alive` is closed at its other end meanwhile, the process exits.
std::optional<Reason> look_up(PptpOptions& options, int alive);
std::optional<Reason> look_up(PptpOptions& options);

// options.call.servers are resolved. Returns only on failure: the exit status.
int dial(const PptpOptions& options);

// Ends this process, because `alive` of look_up() or dial_several() is closed.
[[noreturn]] void hung_up(const PptpOptions& options, const char* meanwhile);

}  // namespace callgate
