// SPDX-License-Identifier: GPL-2.0-or-later
// The settings of a tunnel, as the window's form has them: from pptpsetup --show --json, and back
// as the words that change what the user has changed.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace callgate::gui {

// Words for a program.
using Words = std::vector<std::string>;

struct Settings {
  std::string name, server, domain, username;
  std::string mppe = "128";  // none, any, 128 or 40
  bool mppe_stateful = false;
  Words login{"mschap-v2", "mschap", "chap", "pap", "eap"};  // accepted ways
  bool pap = false;                                          // the password is also in pap-secrets
  std::string phone, ppp = "auto";
  std::string mtu;  // bytes, or auto; empty: pppd's own
  long echo = 15;   // s; 0: never
  bool persist = false, debug = false;
  bool everything = false;   // goes through the tunnel
  Words networks;            // that go through the tunnel, if not everything does
  std::string dns = "none";  // auto, none, or addresses with commas
  Words search;              // domains
  bool search_only = false;  // the name servers are asked for these domains alone
  std::string interface;     // empty: pppN
  std::string local_address, device;
  Words route_notes;         // 10.0.0.0/8=office
  bool lan_to_lan = false;   // other machines use the tunnel through this one
  std::string alive;         // address that answers pings, or peer; empty: nothing is tested
  long alive_interval = 30;  // s
  std::string table;         // of the tunnel's routes; empty: the main table
  Words from, from_user;     // what goes through the tunnel by this table
  std::string mark, vrf;
  bool only_through = false;  // and nowhere else while the tunnel is down
  bool at_boot = false;
  Words pptp_options, pppd_lines;
  std::optional<bool> password_saved;  // nullopt: the user may not see it
  Words other_lines;                   // of the peers file; they stay as they are
  Words options;                       // of pptpsetup, which make such a tunnel

  bool operator==(const Settings&) const = default;
};

// All ways to log in that pppd has.
const Words& login_ways();

// Returns nullopt if the text is not such an object. `at_boot` is not in it.
std::optional<Settings> parse_settings(std::string_view json);

// The options of pptpsetup that turn `before` into `after`. Settings that are equal have none, so
// that pptpsetup leaves their lines alone.
Words changes(const Settings& before, const Settings& after);

// `--edit T` with the changes, or `--create T` with all that differs from pptpsetup's defaults.
// Both are without the password.
Words edit_words(const Settings& before, const Settings& after);
Words create_words(const Settings& settings);

// Whether these words contain lines for pppd or pptp, which can run programs as root.
bool is_expert(const Words& words);

// Splits DOMAIN\user and user@DOMAIN, if there is no domain yet. Returns domain and user name.
std::pair<std::string, std::string> split_user(const std::string& typed);

// What a refusal of pptpsetup --json says. The option is empty if it is about none.
struct Refusal {
  std::string option, sentence;
};
std::optional<Refusal> parse_refusal(std::string_view json);

// A name for a tunnel to this server that no tunnel has.
std::string propose_name(const std::string& server, const Words& taken);

// Words separated by commas or blanks.
Words split_list(const std::string& text);
std::string join(const Words& words, const std::string& between);

}  // namespace callgate::gui
