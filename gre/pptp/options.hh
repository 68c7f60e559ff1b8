// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of pptp, as a pure function from words to what they ask for. Its specification
// is pptp-linux 1.10.0, whose options, abbreviations and defaults all keep their meaning.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "common/channel/channel_message.hh"
#include "common/channel/reason.hh"

namespace callgate {

// What pptp-gre is told on its own command line.
struct GatewayOptions {
  uint32_t timeout = 300;  // ms that an early packet waits for the ones before it
  bool sync = false;
  bool buffer = true;             // false: no reordering at all
  uint32_t missing_window = 300;  // packets ahead of the expected one that are still believed
  bool transmit_window = false;   // keep to the server's
  uint32_t test_type = 0;
  uint32_t test_rate = 100;
  bool operator==(const GatewayOptions&) const = default;
};

struct Options {
  enum class Action { dial, show_help, show_version };

  Action action = Action::dial;
  CallRequest call;  // server_name is HOST; its addresses are not looked up here
  GatewayOptions gateway;
  uint32_t loglevel = 1;  // 0 warnings, 1 notices, 2 everything
  bool launch_pppd = true;
  bool debug = false;                     // pppd stays in the foreground
  bool mtu_hint = false;                  // say, or tell pppd, which MTU the path leaves for PPP
  std::vector<std::string> repeated;      // the options that the pptp started by pppd needs too
  std::vector<std::string> pppd_options;  // what follows HOST and is not ours
};

// `words` is argv, the program's name included.
std::variant<Options, Reason> parse_options(const std::vector<std::string>& words);

std::string usage_text();

}  // namespace callgate
