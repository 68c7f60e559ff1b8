// SPDX-License-Identifier: GPL-2.0-or-later
// The lines of accel-ppp, a server. Its packets look like pppd's, but for one word.
#pragma once

#include <string>

#include "callmgr/diagnose/log/log_line.hh"
#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {

// Takes the beginning of a line of its own file: "[2026-11-22 10:00:00]:  info: ".
bool take_accel_stamp(Scanner& in);

bool is_accel(std::string_view program);  // also "accel-pptp", as VyOS calls it

// Takes the session with which its messages begin: "ppp0: " in its own file, and in syslog
// "ppp0:alice: ", or "::" before it knows either.
void take_accel_session(Scanner& in, LogLine& line);

// Writes the packets of PPP as pppd does: "rcvd [" in place of "recv [". The views of the line then
// point into `scratch`. `whole` is what they point into now.
void write_packet_as_pppd(LogLine& line, std::string_view whole, std::string& scratch);

}  // namespace callgate::diagnose
