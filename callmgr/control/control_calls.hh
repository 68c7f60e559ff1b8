// SPDX-License-Identifier: GPL-2.0-or-later
// What the server's messages, the time and the end of the control connection mean for the calls of
// that connection: RFC 2637 section 3.2.4 from the PNS's side. Pure. `server` is the text by which
// reasons name the server; what has to be done is added to `steps`.
#pragma once

#include "callmgr/control/call_table.hh"
#include "callmgr/control/control_steps.hh"

namespace callgate {

// Each of these returns false if the message is about no call that could expect it.
bool answer_call(CallTable& calls, const OutgoingCallReply& reply, const std::string& server,
                 Steps& steps);
bool call_cleared(CallTable& calls, const CallDisconnectNotify& notify, const std::string& server,
                  Steps& steps);
// Only a PNS should send a Call-Clear-Request, but some servers do it when they drop a call.
bool clear_by_server(CallTable& calls, const CallClearRequest& request, const std::string& server,
                     Steps& steps);

// Ends the calls whose deadline has come. Returns why the whole connection has to end, if it has
// to.
std::optional<Reason> tick_calls(CallTable& calls, TimePoint now, const std::string& server,
                                 Steps& steps);

// The connection ends for this reason, and all its calls with it.
void end_calls(CallTable& calls, const Reason& reason, Steps& steps);

// What the end of a connection means to a call that was not up yet.
Reason cancelled_by(const Reason& reason);

}  // namespace callgate
