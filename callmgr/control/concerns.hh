// SPDX-License-Identifier: GPL-2.0-or-later
// Which of a control connection's messages are about a given call.
#pragma once

#include "common/wire/control_message.hh"

namespace callgate {

// Whether a message is about this call, or about no call in particular. If several users share a
// connection, each of them may see only these messages.
bool concerns(ByteSpan message, CallId call, CallId peer_call);

}  // namespace callgate
