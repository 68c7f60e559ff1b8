// SPDX-License-Identifier: GPL-2.0-or-later
// What becomes of the link, for the log: pppd's words, because users and the rules of the diagnosis
// know them.
#pragma once

#include "gre/engine/packet_text.hh"
#include "ppp/link.hh"

namespace callgate {

void say_authenticated(const ppp::LinkAuthenticated& authenticated);
void say_encryption(const ppp::Encryption& encryption);
void say_up(const ppp::IpcpAgreement& agreement);
void say_up(const ppp::Ipv6cpAgreement& agreement);
// The line about a Terminate-Request, if the frame is one.
std::optional<std::string> termination_in(const ppp::Frame& frame);
void say_ended(const ppp::LinkEnded& ended, unsigned echo_failure);
// The MTU that was measured, or that could not be measured, when the link came up.
void say_mtu(const std::string& server, uint16_t mtu, bool measured);
void say_new_mtu(const std::string& server, uint16_t before, uint16_t mtu);

// "MPPE 128-bit stateless"
std::string name(const ppp::MppeKind& kind);

}  // namespace callgate
