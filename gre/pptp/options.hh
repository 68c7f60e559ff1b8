// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of pptp, as a pure function from words to what they ask for. Its specification
// is pptp-linux 1.10.0, whose options, abbreviations and defaults all keep their meaning.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "common/channel/gateway_settings.hh"

namespace callgate {

struct Options {
  enum class Action { dial, show_help, show_version };

  Action action = Action::dial;
  CallRequest call;         // server_name is HOST; its addresses are not looked up here
  GatewaySettings gateway;  // without what `call` has too: see gateway_settings()
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
