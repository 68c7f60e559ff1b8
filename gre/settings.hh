// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of pptp-gre. It is written by pptp (hand_over.cc), which has checked what its
// user gave; only what would make no sense here is refused again.
#pragma once

#include <string>
#include <variant>

#include "common/channel/reason.hh"
#include "common/system/log.hh"
#include "gre/fault_order.hh"
#include "gre/raw_socket.hh"
#include "gre/receive_window.hh"

namespace callgate {

struct GatewaySettings {
  bool ipv4 = false, ipv6 = false;  // families of the server's addresses
  RawSocket::Options socket;
  ReceiveWindow::Settings window;
  uint16_t receive_window = 64;  // packets, as announced in the Outgoing-Call-Request
  bool transmit_window = false;  // keep to the server's window
  bool sync = false;             // no framing on the pty
  std::string log_name;
  log::Level verbosity = log::Level::notice;
  FaultOrder::Settings test;
};

std::variant<GatewaySettings, Reason> parse_gateway_settings(int argc, char* const* argv);

}  // namespace callgate
