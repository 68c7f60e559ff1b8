// SPDX-License-Identifier: GPL-2.0-or-later
// A real call that pptp makes on a pty, with an LcpSpeaker instead of pppd.
#pragma once

#include "callmgr/diagnose/live/probes/gre_outcome.hh"

namespace callgate::diagnose::live {

// Ends as soon as the server has answered, or at the deadline, and hangs up in order. Throws
// OsError.
CallFacts make_test_call(const std::string& server, TimePoint deadline);

}  // namespace callgate::diagnose::live
