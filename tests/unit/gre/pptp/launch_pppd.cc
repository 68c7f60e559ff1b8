// SPDX-License-Identifier: GPL-2.0-or-later
// What pptp passes on: to sh and pppd in launch mode, and to pptp-gre.
#include "gre/pptp/launch_pppd.hh"

#include <array>
#include <cstdio>
#include <memory>

#include "common/command_line/shell_quote.hh"
#include "common/system/path_mtu.hh"
#include "gre/pptp/become_gateway.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/common/command_line/parsed_options.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

// What sh makes of `words`, which are quoted for it: each one between < and >.
std::string through_sh(const std::string& words) {
  auto command = "printf '<%s>' " + words;
  std::unique_ptr<FILE, int (*)(FILE*)> pipe(popen(command.c_str(), "r"), pclose);
  REQUIRE(pipe);
  std::string output;
  for (int c; (c = std::fgetc(pipe.get())) != EOF;) output += static_cast<char>(c);
  return output;
}

PptpOptions resolved(const Words& words, std::initializer_list<std::string> addresses) {
  auto options = parsed(words);
  for (const auto& address : addresses) options.call.servers.push_back(*IpAddress::parse(address));
  return options;
}

}  // namespace

TEST_CASE("a word comes out of sh as it went into the quoting") {
  for (std::string word :
       {"",    "plain", "two words", "it's", "''",    "$HOME",       "`id`", "$(id)",    "a;b",
        "a&b", "a|b",   "<>",        "*",    "?",     "[a]",         "~",    "#",        "!x",
        "\\",  "\"",    "a\nb",      "\t",   "{a,b}", "--phone=1 2", "-",    "\xC3\xA9", "\xFF"})
    CHECK(through_sh(shell_quote(word)) == "<" + word + ">");
}

TEST_CASE("a word that means nothing to sh stays readable") {
  CHECK(shell_quote("/usr/sbin/pptp") == "/usr/sbin/pptp");
  CHECK(shell_quote("vpn.example.net") == "vpn.example.net");
  CHECK(shell_quote("--timeout=0.5") == "--timeout=0.5");
  CHECK(shell_quote("2001:db8::1") == "2001:db8::1");
  CHECK(shell_quote("it's") == "'it'\\''s'");
}

TEST_CASE("pppd starts this pptp again, with the same server and options") {
  auto options =
      parsed({"--phone", "1 2;3", "vpn", "--timeout", "0.5", "--sync", "--debug", "noauth"});
  CHECK(pty_command("/opt/my vpn/pptp", options) ==
        "'/opt/my vpn/pptp' vpn --nolaunchpppd '--phone=1 2;3' --timeout=0.5 --sync");
}

TEST_CASE("what pppd starts means what the user said") {
  Words words{"--phone", "it's", "host name", "--idle-wait", "5", "--nobuffer", "--device", "eth0"};
  auto options = parsed(words);
  auto shown = through_sh(pty_command("pptp", options));
  Words again;
  for (size_t begin = 0; begin < shown.size();) {
    auto end = shown.find('>', begin);
    again.push_back(shown.substr(begin + 1, end - begin - 1));
    begin = end + 1;
  }
  again.erase(again.begin());
  auto second = parsed(again);
  CHECK_FALSE(second.launch_pppd);
  CHECK(second.call == options.call);
  CHECK(second.gateway == options.gateway);
}

TEST_CASE("a HOST that looks like an option stays a HOST") {
  auto options = parsed({"--sync", "--", "--nobuffer"});
  CHECK(pty_command("pptp", options) == "pptp --nolaunchpppd --sync -- --nobuffer");
}

TEST_CASE("the user's pppd options come last, and win") {
  auto options = parsed({"vpn", "--sync", "--debug", "call", "office", "--", "-chap"});
  CHECK(pppd_arguments("pptp", options, 1456) ==
        Words{"pppd", "pty", "pptp vpn --nolaunchpppd --sync", "sync", "nodetach", "mtu", "1456",
              "mru", "1456", "call", "office", "-chap"});
  CHECK(pppd_arguments("pptp", parsed({"vpn"}), 0) ==
        Words{"pppd", "pty", "pptp vpn --nolaunchpppd"});
}

TEST_CASE("the gateway is told the families of the addresses and the defaults") {
  CHECK(gateway_settings(resolved({"vpn"}, {"192.0.2.1"})) == GatewaySettings{.ipv4 = true});
  CHECK(gateway_settings(resolved({"vpn"}, {"2001:db8::1"})) == GatewaySettings{.ipv6 = true});
  auto both = gateway_settings(resolved({"vpn"}, {"2001:db8::1", "192.0.2.1"}));
  CHECK(both == GatewaySettings{.ipv4 = true, .ipv6 = true});
}

TEST_CASE("the gateway is told every option that concerns it") {
  auto options =
      resolved({"vpn",       "--rtmark",    "0x10",   "--device",          "eth0",
                "--timeout", "1.5",         "--sync", "--nobuffer",        "--missing-window",
                "6000",      "--logstring", "a b",    "--transmit-window", "--loglevel",
                "2",         "--test-type", "2",      "--test-rate",       "50"},
               {"192.0.2.1"});
  CHECK(gateway_settings(options) ==
        GatewaySettings{.ipv4 = true,
                        .mark = 16,
                        .timeout = 1500,
                        .buffer = false,
                        .missing_window = 6000,
                        .transmit_window = true,
                        .sync = true,
                        .log_name = "a b",
                        .log_level = static_cast<uint8_t>(log::Level::debug),
                        .test_type = 2,
                        .test_rate = 50});
  options.call.receive_window = 3;
  CHECK(gateway_settings(options).receive_window == 3);
}

TEST_CASE("a process list shows the gateway's server and its --logstring, and no setting") {
  CHECK(gateway_words(parsed({"vpn", "--timeout", "1"})) == Words{"pptp", "vpn"});
  CHECK(gateway_words(parsed({"vpn", "--logstring", "office"})) ==
        Words{"pptp", "vpn", "office"});
}

TEST_CASE("PPP's MTU leaves room for IP, GRE, PPP's and MPPE's headers") {
  CHECK(ppp_mtu(1500, IpFamily::v4) == 1456);
  CHECK(ppp_mtu(1500, IpFamily::v6) == 1436);
  CHECK(ppp_mtu(1544, IpFamily::v4) == 1500);
  CHECK(ppp_mtu(9000, IpFamily::v4) == 1500);
  CHECK(ppp_mtu(172, IpFamily::v4) == 128);
  CHECK(ppp_mtu(171, IpFamily::v4) == 0);
  CHECK(ppp_mtu(0, IpFamily::v6) == 0);
}

TEST_CASE("the kernel knows the MTU of the path to this host") {
  CHECK(path_mtu(*IpAddress::parse("127.0.0.1")) >= 1280);
}
