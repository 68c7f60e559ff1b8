// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of pptp, as a pure function from words to what they ask for. Its specification
// is pptp-linux 1.10.0, whose options, abbreviations and defaults all keep their meaning. It is in
// common because pptpctl reads the command lines of pptp that are in peers files.
#pragma once

#include "common/channel/gateway_settings.hh"
#include "common/command_line/option.hh"

namespace callgate {

// Who speaks PPP if pptp was not started by pppd.
enum class Ppp : uint8_t { automatic, builtin, pppd };

struct PptpOptions {
  enum class Action : uint8_t { dial, show_help, show_version };

  Action action = Action::dial;
  CallRequest call;         // server_name is HOST; its addresses are not looked up here
  GatewaySettings gateway;  // without what `call` has too: see gateway_settings()
  bool launch_pppd = true;  // or a tunnel without pppd
  std::optional<Ppp> ppp;
  Words more_servers;     // --server: HOST is the first one
  bool spread = false;    // begin with any of the servers
  std::string tunnel;     // call TUNNEL: its peers file names the server; `call` has no server
  int evidence_fd = -1;   // where to report errors and the end to (call_report.hh); -1 = nowhere
  bool debug = false;     // pppd stays in the foreground
  bool mtu_hint = false;  // say, or tell pppd, which MTU the path leaves for PPP
  bool mtu_auto = false;  // measure the MTU, and follow the path when it changes
  Words repeated;         // the options that the pptp started by pppd needs too
  Words pppd_options;     // what follows HOST or TUNNEL and is not ours
};

// One row for each option, in the order in which the help text shows them. The rows set `options`.
std::vector<Option> pptp_option_table(PptpOptions& options);

// `words` come after the program's name. The word "call" is HOST if pppd has started pptp, or if it
// stands after "--".
std::variant<PptpOptions, Reason> parse_pptp_options(const Words& words);

std::string pptp_usage();

// Whether the next word is the value of this one, as after "--timeout".
bool pptp_option_takes_next(const std::string& word);

}  // namespace callgate
