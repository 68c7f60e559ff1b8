// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/settings.hh"

#include <algorithm>
#include <cctype>
#include <cstdlib>

#include "gui/model/json.hh"

namespace callgate::gui {
namespace {

std::string dns_of(const Json& object) {
  const auto& value = member(object, "dns");
  return value.is_array() ? join(texts(object, "dns"), ",") : text(object, "dns");
}

Words notes_of(const Json& object) {
  Words notes;
  const auto& found = member(object, "route_notes");
  if (!found.is_object()) return notes;
  for (const auto& [network, note] : found.items())
    if (note.is_string()) notes.push_back(network + "=" + note.get<std::string>());
  return notes;
}

// What enters the tunnel by its own table, and how it is tested.
void parse_egress(const Json& egress, Settings& settings) {
  auto first = [&](const char* name) {
    auto values = texts(egress, name);
    return values.empty() ? std::string() : values.front();
  };
  settings.table = first("table");
  settings.from = texts(egress, "from");
  settings.from_user = texts(egress, "user");
  settings.mark = first("mark");
  settings.vrf = first("vrf");
  settings.only_through = member(egress, "only-through").is_array();
  auto alive = first("alive");
  auto end = std::min(alive.find(' '), alive.size());
  settings.alive = alive.substr(0, end);
  if (end < alive.size()) settings.alive_interval = std::atol(alive.c_str() + end);
}

// Collects the options for what differs.
class Differences {
 public:
  Differences(const Settings& before, const Settings& after) : before_(before), after_(after) {}

  void text(std::string Settings::*field, const char* option, const char* none = "") {
    const auto& value = after_.*field;
    if (value != before_.*field) add({option, value.empty() ? none : value});
  }
  void number(long Settings::*field, const char* option) {
    if (after_.*field != before_.*field) add({option, std::to_string(after_.*field)});
  }
  void flag(bool Settings::*field, const std::string& name) {
    if (after_.*field != before_.*field) add({(after_.*field ? "--" : "--no-") + name});
  }
  // An option that is given once for each word; `none` removes them.
  void list(Words Settings::*field, const char* option, const Words& none) {
    if (after_.*field == before_.*field) return;
    if ((after_.*field).empty()) add(none);
    for (const auto& word : after_.*field) add({option, word});
  }
  // A note without a text removes the note of its network. A network that goes takes its own.
  void notes() {
    auto network_of = [](const std::string& note) { return note.substr(0, note.find('=')); };
    auto has = [](const Words& words, const std::string& word) {
      return std::find(words.begin(), words.end(), word) != words.end();
    };
    Words noted;
    for (const auto& note : after_.route_notes) noted.push_back(network_of(note));
    for (const auto& note : before_.route_notes)
      if (auto network = network_of(note); !has(noted, network) && has(after_.networks, network))
        add({"--route-note", network + "="});
    for (const auto& note : after_.route_notes)
      if (!has(before_.route_notes, note)) add({"--route-note", note});
  }
  void add(const Words& words) { words_.insert(words_.end(), words.begin(), words.end()); }
  Words take() { return std::move(words_); }

 private:
  const Settings &before_, &after_;
  Words words_;
};

}  // namespace

const Words& login_ways() {
  static const Words kWays{"mschap-v2", "mschap", "chap", "pap", "eap"};
  return kWays;
}

std::optional<Settings> parse_settings(std::string_view json) {
  auto object = parse_json(json);
  if (text(object, "tunnel").empty()) return std::nullopt;
  Settings settings;
  settings.name = text(object, "tunnel");
  settings.server = text(object, "server");
  settings.domain = text(object, "domain");
  settings.username = text(object, "username");
  settings.mppe = text(object, "mppe");
  settings.mppe_stateful = flag(object, "mppe_stateful");
  settings.login = texts(object, "login");
  settings.pap = flag(object, "pap");
  settings.phone = text(object, "phone");
  settings.ppp = text(object, "ppp");
  if (auto mtu = number(object, "mtu")) settings.mtu = std::to_string(*mtu);
  if (flag(object, "mtu_auto")) settings.mtu = "auto";
  settings.echo = number(object, "echo").value_or(0);
  settings.persist = flag(object, "persist");
  settings.debug = flag(object, "debug");
  settings.networks = texts(object, "routes");
  settings.everything = std::erase(settings.networks, "default") > 0;
  settings.dns = dns_of(object);
  settings.search = texts(object, "search");
  settings.search_only = flag(object, "search_only");
  settings.route_notes = notes_of(object);
  settings.lan_to_lan = flag(object, "lan_to_lan");
  parse_egress(member(object, "egress"), settings);
  settings.interface = text(object, "interface");
  settings.local_address = text(object, "local_address");
  settings.device = text(object, "device");
  settings.pptp_options = texts(object, "pptp_options");
  settings.pppd_lines = texts(object, "pppd_lines");
  const auto& saved = member(object, "password_saved");
  if (saved.is_boolean()) settings.password_saved = saved.get<bool>();
  settings.other_lines = texts(object, "other_lines");
  settings.options = texts(object, "options");
  return settings;
}

Words changes(const Settings& before, const Settings& after) {
  Differences found(before, after);
  found.text(&Settings::server, "--server");
  // The two are one name for pppd, so pptpsetup gets both.
  if (after.domain != before.domain || after.username != before.username)
    found.add({"--domain", after.domain, "--username", after.username});
  found.text(&Settings::mppe, "--mppe");
  found.flag(&Settings::mppe_stateful, "mppe-stateful");
  if (after.login != before.login)
    found.add({"--login", after.login == login_ways() ? "any" : join(after.login, ",")});
  found.flag(&Settings::pap, "pap");
  found.text(&Settings::phone, "--phone");
  found.text(&Settings::ppp, "--ppp");
  found.text(&Settings::mtu, "--mtu", "0");
  found.number(&Settings::echo, "--echo");
  found.flag(&Settings::persist, "persist");
  found.flag(&Settings::debug, "debug");
  found.flag(&Settings::everything, "default-route");
  found.list(&Settings::networks, "--route", {"--no-routes"});
  found.text(&Settings::dns, "--dns", "none");
  found.list(&Settings::search, "--search", {"--search", ""});
  found.flag(&Settings::search_only, "search-only");
  found.notes();
  found.flag(&Settings::lan_to_lan, "lan-to-lan");
  found.text(&Settings::alive, "--alive", "none");
  found.number(&Settings::alive_interval, "--alive-interval");
  found.text(&Settings::table, "--table", "none");
  found.list(&Settings::from, "--from", {"--from", "none"});
  found.list(&Settings::from_user, "--from-user", {"--from-user", "none"});
  found.text(&Settings::mark, "--mark", "none");
  found.text(&Settings::vrf, "--vrf", "none");
  found.flag(&Settings::only_through, "only-through");
  found.text(&Settings::interface, "--interface", "none");
  found.text(&Settings::local_address, "--local-address");
  found.text(&Settings::device, "--device");
  found.list(&Settings::pptp_options, "--pptp-option", {"--pptp-option", ""});
  found.list(&Settings::pppd_lines, "--pppd-line", {"--pppd-line", ""});
  found.flag(&Settings::at_boot, "systemd");
  return found.take();
}

Words edit_words(const Settings& before, const Settings& after) {
  Words words{"--edit", before.name};
  auto changed = changes(before, after);
  words.insert(words.end(), changed.begin(), changed.end());
  return words;
}

Words create_words(const Settings& settings) {
  Settings defaults;
  defaults.mppe = "none";
  Words words{"--create", settings.name};
  auto changed = changes(defaults, settings);
  words.insert(words.end(), changed.begin(), changed.end());
  return words;
}

bool is_expert(const Words& words) {
  return std::any_of(words.begin(), words.end(), [](const std::string& word) {
    return word == "--pppd-line" || word == "--pptp-option";
  });
}

std::pair<std::string, std::string> split_user(const std::string& typed) {
  if (auto at = typed.find('\\'); at != std::string::npos && at > 0) {
    auto name = typed.find_first_not_of('\\', at);
    if (name != std::string::npos) return {typed.substr(0, at), typed.substr(name)};
  }
  if (auto at = typed.rfind('@'); at != std::string::npos && at > 0 && at + 1 < typed.size())
    return {typed.substr(at + 1), typed.substr(0, at)};
  return {"", typed};
}

std::optional<Refusal> parse_refusal(std::string_view json) {
  auto object = parse_json(json);
  const auto& error = member(object, "error");
  if (!error.is_object()) return std::nullopt;
  return Refusal{text(error, "option"), text(error, "sentence")};
}

std::string propose_name(const std::string& server, const Words& taken) {
  bool is_address = server.find_first_not_of("0123456789.:abcdefABCDEF") == std::string::npos;
  auto label = is_address ? "tunnel" : server.substr(0, server.find('.'));
  if (label == "vpn" || label == "pptp" || label == "www") {
    auto rest = server.substr(std::min(server.size(), label.size() + 1));
    if (!rest.empty()) label = rest.substr(0, rest.find('.'));
  }
  std::string name;
  for (unsigned char c : label)
    if (std::isalnum(c) || c == '_' || (c == '-' && !name.empty())) name += static_cast<char>(c);
  if (name.empty()) name = "tunnel";
  auto is_taken = [&](const std::string& wanted) {
    return std::find(taken.begin(), taken.end(), wanted) != taken.end();
  };
  if (!is_taken(name)) return name;
  for (int number = 2;; ++number)
    if (auto next = name + std::to_string(number); !is_taken(next)) return next;
}

Words split_list(const std::string& text) {
  constexpr auto kBetween = ", \t;";
  Words words;
  size_t begin = text.find_first_not_of(kBetween);
  while (begin != std::string::npos) {
    auto end = text.find_first_of(kBetween, begin);
    words.push_back(text.substr(begin, end - begin));
    begin = text.find_first_not_of(kBetween, end);
  }
  return words;
}

std::string join(const Words& words, const std::string& between) {
  std::string text;
  for (const auto& word : words) text += (text.empty() ? "" : between) + word;
  return text;
}

}  // namespace callgate::gui
