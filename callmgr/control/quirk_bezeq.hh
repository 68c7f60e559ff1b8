// SPDX-License-Identifier: GPL-2.0-or-later
// --quirks BEZEQ_ISRAEL. The ADSL modems (Orckit ATUR3) of that provider answer a client only if it
// looks like Windows NT, has the name of their relay and dials it. pptp-linux has sent the same
// values to them since 2001.
#pragma once

#include "common/wire/control_message.hh"

namespace callgate::bezeq {

// These two keep a host name or a phone number that the user gave.
void suit(StartControlConnectionRequest& request);
void suit(OutgoingCallRequest& request);

}  // namespace callgate::bezeq
