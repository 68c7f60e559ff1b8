// SPDX-License-Identifier: GPL-2.0-or-later
// `pptp call TUNNEL`, and who speaks PPP.
#include "gre/pptp/call_tunnel.hh"

#include "gre/pptp/who_speaks_ppp.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/common/command_line/parsed_options.hh"
#include "tests/unit/contains.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

PeersFile peers(const std::string& text, int error = 0) {
  return parse_peers("/etc/ppp/peers/work", [&](const std::string& path) {
    return path == "/etc/ppp/peers/work" ? OptionText{text, error} : OptionText{"", ENOENT};
  });
}

PptpOptions called(const std::string& pty, Words words = {}) {
  words.insert(words.begin(), {"call", "work"});
  auto result = with_tunnel(parsed(words), peers("pty \"" + pty + "\"\nnoauth\n"));
  if (auto* reason = std::get_if<Reason>(&result)) FAIL(reason->detail);
  return std::get<PptpOptions>(result);
}

std::string refused(const std::string& text, int error = 0) {
  auto result = with_tunnel(parsed({"call", "work"}), peers(text, error));
  auto* reason = std::get_if<Reason>(&result);
  return reason ? reason->detail : "";
}

}  // namespace

TEST_CASE("the server and pptp's options are those of the pty line") {
  auto options = called("pptp vpn.example.net --nolaunchpppd --idle-wait 20 --logstring 'a b'");
  CHECK(options.call.server_name == "vpn.example.net");
  CHECK(options.call.idle_wait == 20'000);
  CHECK(options.call.log_name == "a b");
  CHECK(options.launch_pppd);
  CHECK(options.tunnel == "work");
  CHECK(called("exec /usr/sbin/pptp 192.0.2.1 --nolaunchpppd").call.server_name == "192.0.2.1");
  CHECK(called("LANG=C pptp --nolaunchpppd -- -odd").call.server_name == "-odd");
  CHECK(called("pptp call --nolaunchpppd").call.server_name == "call");
}

TEST_CASE("an option of the command line wins over the pty line") {
  auto options = called("pptp vpn --nolaunchpppd --loglevel 0 --idle-wait 20",
                        {"--loglevel", "2", "--debug", "mtu", "1400"});
  CHECK(options.gateway.verbosity() == log::Level::debug);
  CHECK(options.call.idle_wait == 20'000);
  CHECK(options.debug);
  CHECK(options.pppd_options == Words{"mtu", "1400"});
  CHECK_FALSE(called("pptp vpn --nolaunchpppd").ppp);
  CHECK(called("pptp vpn --nolaunchpppd --ppp builtin").ppp == Ppp::builtin);
  CHECK(called("pptp vpn --nolaunchpppd --ppp builtin", {"--ppp", "pppd"}).ppp == Ppp::pppd);
}

TEST_CASE("a tunnel that cannot be called has a sentence that says why and what to do") {
  CHECK(refused("", ENOENT) ==
        "there is no tunnel work: cannot read /etc/ppp/peers/work: No such file or directory; "
        "pptpsetup --list shows the tunnels");
  CHECK_THAT(refused("", EACCES), contains("Permission denied; try it as root"));
  CHECK_THAT(refused("noauth\n"), contains("has no line pty"));
  CHECK_THAT(refused("plugin pptp.so pptp_server 192.0.2.1"), contains("pty \"pptp 192.0.2.1"));
  CHECK_THAT(refused("pty /usr/local/bin/dial\n"),
             contains("starts /usr/local/bin/dial and not pptp: correct it, or use --ppp pppd"));
  CHECK_THAT(refused("pty 'ip netns exec wan pptp vpn --nolaunchpppd'"),
             contains("starts pptp by \"ip netns exec wan\""));
  CHECK_THAT(refused("pty 'pptp $SERVER --nolaunchpppd'"), contains("has $SERVER"));
  CHECK_THAT(refused("pty 'pptp vpn --nolauchpppd'"), contains("did you mean '--nolaunchpppd'"));
  CHECK_THAT(refused("pty 'pptp --nolaunchpppd'"), contains("no server is given"));
}

TEST_CASE("pppd is started with the tunnel, and with the options of the command line") {
  auto file = peers("pty \"pptp vpn --nolaunchpppd\"\n");
  CHECK(pppd_call_arguments(parsed({"call", "work", "updetach"}), file, 0) ==
        Words{"pppd", "call", "work", "updetach"});
  CHECK(pppd_call_arguments(parsed({"call", "work", "--debug", "--phone", "1 2"}), file, 1400) ==
        Words{"pppd", "call", "work", "pty", "pptp vpn --nolaunchpppd '--phone=1 2'", "nodetach",
              "mtu", "1400", "mru", "1400"});
}

TEST_CASE("auto is without pppd only if the device of the kernel's PPP cannot be opened") {
  CHECK(who_speaks_ppp(Ppp::automatic, 0, true) == Ppp::pppd);
  for (int error : {ENOENT, ENXIO, ENODEV}) {
    CHECK(who_speaks_ppp(Ppp::automatic, error, true) == Ppp::builtin);
    CHECK(who_speaks_ppp(Ppp::automatic, error, false) == Ppp::builtin);
  }
  for (int error : {EACCES, EPERM}) {
    CHECK(who_speaks_ppp(Ppp::automatic, error, true) == Ppp::builtin);
    CHECK(who_speaks_ppp(Ppp::automatic, error, false) == Ppp::pppd);
  }
  CHECK(who_speaks_ppp(Ppp::pppd, ENOENT, true) == Ppp::pppd);
  CHECK(who_speaks_ppp(Ppp::builtin, 0, true) == Ppp::builtin);
}
