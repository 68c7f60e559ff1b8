// SPDX-License-Identifier: GPL-2.0-or-later
// A real call, made by pptp on a pty, with an LcpSpeaker in pppd's place.
#pragma once

#include "callmgr/diagnose/live/probes/gre_outcome.hh"

namespace callgate::diagnose::live {

// Ends as soon as the server has answered, or at the deadline; the call is hung up in order. Throws
// OsError.
CallFacts make_test_call(const std::string& server, TimePoint deadline);

}  // namespace callgate::diagnose::live
