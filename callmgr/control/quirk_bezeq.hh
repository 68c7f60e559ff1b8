// SPDX-License-Identifier: GPL-2.0-or-later
// --quirks BEZEQ_ISRAEL: what the ADSL modems (Orckit ATUR3) of that provider insist on. They
// answer only a client that looks like Windows NT, is named after their relay and dials it. The
// values are those that pptp-linux has sent to them since 2001.
#pragma once

#include "common/wire/control_message.hh"

namespace callgate::bezeq {

// A host name or phone number that the user gave stays.
void suit(StartControlConnectionRequest& request);
void suit(OutgoingCallRequest& request);

}  // namespace callgate::bezeq
