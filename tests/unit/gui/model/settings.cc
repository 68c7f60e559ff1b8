// SPDX-License-Identifier: GPL-2.0-or-later
// The form: settings from pptpsetup --show --json, and back as the words that change them.
#include "gui/model/settings.hh"

#include "tests/unit/catch.hh"

using namespace callgate::gui;

namespace {

constexpr auto kShown = R"({"tunnel": "work", "server": "vpn.example.net", "user": "CORP\\alice",
  "domain": "CORP", "username": "alice", "password_saved": true, "encrypt": true, "mppe": "128",
  "mppe_stateful": false, "login": ["mschap-v2", "mschap", "chap", "pap", "eap"], "pap": false,
  "phone": "", "ppp": "auto", "mtu": null, "echo": 15, "persist": false, "debug": false,
  "routes": ["10.0.0.0/8"], "route_notes": {"10.0.0.0/8": "office"}, "dns": "none",
  "interface": null, "egress": {"alive": ["10.0.0.1 20"], "from": ["192.0.2.0/24", "192.0.2.7"]},
  "lan_to_lan": true, "local_address": "",
  "device": "", "pptp_options": [], "pppd_lines": [], "other_lines": ["lock"],
  "written_by_pptpsetup": true, "options": []})";

Settings shown() {
  auto settings = parse_settings(kShown);
  REQUIRE(settings);
  return *settings;
}

}  // namespace

TEST_CASE("settings are read") {
  auto settings = shown();
  CHECK(settings.domain == "CORP");
  CHECK(settings.username == "alice");
  CHECK(settings.mtu.empty());
  CHECK(settings.echo == 15);
  CHECK(settings.networks == Words{"10.0.0.0/8"});
  CHECK(!settings.everything);
  CHECK(settings.password_saved == true);
  CHECK(settings.other_lines == Words{"lock"});
  CHECK(settings.route_notes == Words{"10.0.0.0/8=office"});
  CHECK(settings.lan_to_lan);
  CHECK(settings.alive == "10.0.0.1");
  CHECK(settings.alive_interval == 20);
  CHECK(settings.from == Words{"192.0.2.0/24", "192.0.2.7"});
  CHECK(settings.table.empty());
  CHECK(!parse_settings("{}"));
  CHECK(!parse_settings("[1]"));
  CHECK(!parse_settings("nonsense"));
}

TEST_CASE("the default route is not one of the networks") {
  auto settings =
      parse_settings(R"({"tunnel":"t","routes":["default"],"dns":["10.0.0.1","10.0.0.2"]})");
  REQUIRE(settings);
  CHECK(settings->everything);
  CHECK(settings->networks.empty());
  CHECK(settings->dns == "10.0.0.1,10.0.0.2");
  CHECK(!settings->password_saved);
}

TEST_CASE("an MTU is a number, or is measured") {
  auto mtu = [](const char* json) { return parse_settings(json)->mtu; };
  CHECK(mtu(R"({"tunnel":"t","mtu":1400,"mtu_auto":false})") == "1400");
  CHECK(mtu(R"({"tunnel":"t","mtu":null,"mtu_auto":true})") == "auto");
  auto before = *parse_settings(R"({"tunnel":"t","mtu":1400})"), after = before;
  after.mtu = "";
  CHECK(changes(before, after) == Words{"--mtu", "0"});
}

TEST_CASE("settings that are equal have no words") {
  CHECK(changes(shown(), shown()).empty());
}

TEST_CASE("each field that has changed becomes its option") {
  struct Change {
    void (*change)(Settings&);
    Words words;
  };
  const Change kChanges[] = {
      {[](Settings& s) { s.server = "192.0.2.1"; }, {"--server", "192.0.2.1"}},
      {[](Settings& s) { s.domain = ""; }, {"--domain", "", "--username", "alice"}},
      {[](Settings& s) { s.username = "bob"; }, {"--domain", "CORP", "--username", "bob"}},
      {[](Settings& s) { s.mppe = "40"; }, {"--mppe", "40"}},
      {[](Settings& s) { s.mppe_stateful = true; }, {"--mppe-stateful"}},
      {[](Settings& s) { s.login = {"mschap-v2"}; }, {"--login", "mschap-v2"}},
      {[](Settings& s) { s.pap = true; }, {"--pap"}},
      {[](Settings& s) { s.phone = "123"; }, {"--phone", "123"}},
      {[](Settings& s) { s.ppp = "builtin"; }, {"--ppp", "builtin"}},
      {[](Settings& s) { s.mtu = "1400"; }, {"--mtu", "1400"}},
      {[](Settings& s) { s.mtu = "auto"; }, {"--mtu", "auto"}},
      {[](Settings& s) { s.echo = 0; }, {"--echo", "0"}},
      {[](Settings& s) { s.persist = true; }, {"--persist"}},
      {[](Settings& s) { s.debug = true; }, {"--debug"}},
      {[](Settings& s) { s.everything = true; }, {"--default-route"}},
      {[](Settings& s) { s.networks = {}; }, {"--no-routes"}},
      {[](Settings& s) {
         s.networks = {"10.0.0.0/8", "172.16.0.0/12"};
       },
       {"--route", "10.0.0.0/8", "--route", "172.16.0.0/12"}},
      {[](Settings& s) { s.dns = "auto"; }, {"--dns", "auto"}},
      {[](Settings& s) { s.search = {"corp.example"}; }, {"--search", "corp.example"}},
      {[](Settings& s) { s.search_only = true; }, {"--search-only"}},
      {[](Settings& s) { s.interface = "vpn0"; }, {"--interface", "vpn0"}},
      {[](Settings& s) { s.local_address = "192.0.2.9"; }, {"--local-address", "192.0.2.9"}},
      {[](Settings& s) { s.device = "eth1"; }, {"--device", "eth1"}},
      {[](Settings& s) { s.pptp_options = {"--sync"}; }, {"--pptp-option", "--sync"}},
      {[](Settings& s) { s.pppd_lines = {"novj"}; }, {"--pppd-line", "novj"}},
      {[](Settings& s) { s.route_notes = {}; }, {"--route-note", "10.0.0.0/8="}},
      {[](Settings& s) { s.route_notes = {"10.0.0.0/8=home"}; },
       {"--route-note", "10.0.0.0/8=home"}},
      {[](Settings& s) { s.networks = {}, s.route_notes = {}; }, {"--no-routes"}},
      {[](Settings& s) { s.lan_to_lan = false; }, {"--no-lan-to-lan"}},
      {[](Settings& s) { s.alive = ""; }, {"--alive", "none"}},
      {[](Settings& s) { s.alive_interval = 9; }, {"--alive-interval", "9"}},
      {[](Settings& s) { s.table = "auto"; }, {"--table", "auto"}},
      {[](Settings& s) { s.from = {}; }, {"--from", "none"}},
      {[](Settings& s) { s.from_user = {"alice"}; }, {"--from-user", "alice"}},
      {[](Settings& s) { s.mark = "7"; }, {"--mark", "7"}},
      {[](Settings& s) { s.vrf = "blue"; }, {"--vrf", "blue"}},
      {[](Settings& s) { s.only_through = true; }, {"--only-through"}},
      {[](Settings& s) { s.at_boot = true; }, {"--systemd"}}};
  for (const auto& [change, words] : kChanges) {
    auto after = shown();
    change(after);
    CHECK(changes(shown(), after) == words);
  }
}

TEST_CASE("a field that is emptied has the word that removes it") {
  auto before = shown();
  before.interface = "vpn0", before.dns = "auto", before.persist = true, before.everything = true;
  before.login = {"mschap-v2"}, before.pptp_options = {"--sync"}, before.pppd_lines = {"novj"};
  auto after = shown();
  after.dns = "";
  CHECK(changes(before, after) == Words{"--login", "any", "--no-persist", "--no-default-route",
                                        "--dns", "none", "--interface", "none", "--pptp-option", "",
                                        "--pppd-line", ""});
}

TEST_CASE("a new tunnel has the words for --create") {
  Settings settings;
  settings.name = "work", settings.server = "vpn.example.net", settings.username = "alice";
  CHECK(create_words(settings) == Words{"--create", "work", "--server", "vpn.example.net",
                                        "--domain", "", "--username", "alice", "--mppe", "128"});
  settings.mppe = "none";
  CHECK(create_words(settings).back() == "alice");
}

TEST_CASE("lines for pppd and pptp are for experts") {
  CHECK(is_expert({"--edit", "work", "--pppd-line", "plugin x.so"}));
  CHECK(is_expert({"--edit", "work", "--pptp-option", "--sync"}));
  CHECK(!is_expert({"--edit", "work", "--mtu", "1400"}));
}

TEST_CASE("a user name with a domain is taken apart") {
  using Pair = std::pair<std::string, std::string>;
  CHECK(split_user("CORP\\alice") == Pair{"CORP", "alice"});
  CHECK(split_user("CORP\\\\alice") == Pair{"CORP", "alice"});
  CHECK(split_user("alice@corp.example") == Pair{"corp.example", "alice"});
  CHECK(split_user("alice") == Pair{"", "alice"});
  CHECK(split_user("CORP\\") == Pair{"", "CORP\\"});
  CHECK(split_user("\\alice") == Pair{"", "\\alice"});
  CHECK(split_user("alice@") == Pair{"", "alice@"});
  CHECK(split_user("").second.empty());
}

TEST_CASE("a refusal names its option") {
  auto refusal =
      parse_refusal(R"({"error": {"option": "mtu", "sentence": "an MTU of 9 is not possible"}})");
  REQUIRE(refusal);
  CHECK(refusal->option == "mtu");
  CHECK(refusal->sentence == "an MTU of 9 is not possible");
  CHECK(parse_refusal(R"({"error": {"option": null, "sentence": "s"}})")->option.empty());
  CHECK(!parse_refusal(R"([])"));
  CHECK(!parse_refusal(""));
}

TEST_CASE("a name is proposed from the server's, and is free") {
  CHECK(propose_name("vpn.example.net", {}) == "example");
  CHECK(propose_name("work.example.net", {}) == "work");
  CHECK(propose_name("work.example.net", {"work", "work2"}) == "work3");
  CHECK(propose_name("192.0.2.1", {}) == "tunnel");
  CHECK(propose_name("2001:db8::1", {"tunnel"}) == "tunnel2");
  CHECK(propose_name("vpn", {}) == "vpn");
  CHECK(propose_name("", {}) == "tunnel");
  CHECK(propose_name("\xc3\xa4.example", {}) == "tunnel");
}

TEST_CASE("lists have commas or blanks between their words") {
  CHECK(split_list(" 10.0.0.0/8, 192.168.0.0/16;\t172.16.0.0/12 ") ==
        Words{"10.0.0.0/8", "192.168.0.0/16", "172.16.0.0/12"});
  CHECK(split_list("").empty());
  CHECK(split_list(" ,;").empty());
  CHECK(join({"a", "b"}, ", ") == "a, b");
  CHECK(join({}, ", ").empty());
}
