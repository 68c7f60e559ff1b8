// SPDX-License-Identifier: GPL-2.0-or-later
// A tunnel's files, as pppd reads them, and what is found wrong with them.
#include "callmgr/diagnose/live/files/peers_complaints.hh"

#include <fmt/format.h>

#include "callmgr/diagnose/live/files/secrets_complaints.hh"
#include "callmgr/diagnose/live/words.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::diagnose::live;

namespace {

using Ids = std::vector<std::string>;

const std::string kGood =
    "pty \"pptp vpn.example --nolaunchpppd\"\nname alice\nnoauth\nrequire-mppe\n";

PeersFile peers(const std::string& text) {
  return parse_peers("/etc/ppp/peers/t", [&](const std::string& path) {
    if (path == "/etc/ppp/peers/t") return OptionText{text, 0};
    if (path == "/etc/ppp/options.pptp") return OptionText{"refuse-mschap-v2\n", 0};
    return OptionText{"", 2};
  });
}

Ids wrong_with(const std::string& text) {
  Ids ids;
  for (const auto& complaint : complaints(peers(text))) ids.emplace_back(complaint.rule);
  return ids;
}

Ids wrong_with_secrets(std::string_view text, bool open = false,
                       const std::string& remote = "vpn") {
  Ids ids;
  for (const auto& complaint : check_secrets("/s", text, open, "alice", remote).complaints) {
    ids.emplace_back(complaint.rule);
    CHECK(complaint.seen.find("hush") == std::string::npos);
    for (const auto& [name, value] : complaint.values)
      CHECK(value.find("hush") == std::string::npos);
  }
  return ids;
}

}  // namespace

TEST_CASE("a tunnel's file in order has nothing wrong with it, and names the server") {
  CHECK(wrong_with(kGood).empty());
  CHECK(peers(kGood).server() == "vpn.example");
  CHECK(peers("pty \"pptp --loglevel 2 192.0.2.1 --nolaunchpppd\"\n").server() == "192.0.2.1");
}

TEST_CASE("each thing that goes wrong with options is named") {
  CHECK(wrong_with("name alice\n") == Ids{"peers-no-pty"});
  CHECK(wrong_with("pty \"pptp vpn.example\"\n") == Ids{"peers-no-nolaunchpppd"});
  CHECK(wrong_with(kGood + "name \"corp\\\\\\\\alice\"\n") == Ids{"peers-four-backslashes"});
  CHECK(wrong_with(kGood + "name corp\\alice\n") == Ids{"peers-lost-backslash"});
  CHECK(wrong_with(kGood + "remotename a#b\n") == Ids{"peers-unquoted-hash"});
  CHECK(wrong_with(kGood + "sync\n") == Ids{"peers-sync-mismatch"});
  CHECK(wrong_with("pty \"pptp h --nolaunchpppd --sync\"\n") == Ids{"peers-sync-mismatch"});
  CHECK(wrong_with("sync pty \"pptp h --nolaunchpppd --sync\"\n").empty());
  CHECK(wrong_with(kGood + "file /etc/ppp/options.pptp\n") == Ids{"peers-mppe-impossible"});
  CHECK(wrong_with(kGood + "mppe-128\n") == Ids{"peers-old-option"});
  CHECK(wrong_with(kGood + "require-mschap-v2\n") == Ids{"peers-require-auth"});
  CHECK(wrong_with(kGood + "nomppe\n") == Ids{"peers-mppe-impossible"});
  CHECK(wrong_with("pty \"pptp 10.9.0.2:1723 --nolaunchpppd\"\n") == Ids{"server-not-a-name"});
  CHECK(wrong_with(kGood + "ipparam 'a\n") == Ids{"peers-open-quote"});
  CHECK(wrong_with(kGood + "ipparam sync\n").empty());  // a value is no option
}

TEST_CASE("what pppd accepts has nothing wrong with it") {
  CHECK(wrong_with(
            "pty \"pptp h --nolaunchpppd\"\r\nsync\r\npty \"pptp h --nolaunchpppd --sync\"\r\n")
            .empty());
  CHECK(wrong_with(kGood + "debug logfd 1\n").empty());
  CHECK(wrong_with("require-mschap-v2 auth\n" + kGood).empty());  // kGood has noauth
  CHECK(wrong_with("nomppe\n" + kGood).empty());
}

TEST_CASE("pptp is found in the command that pppd gives to a shell") {
  for (auto command :
       {"exec /usr/sbin/pptp vpn.example --nolaunchpppd", "LANG=C pptp vpn.example --nolaunchpppd",
        "sudo -n ip netns exec pptp-wan pptp vpn.example --nolaunchpppd 2>/dev/null",
        "sh -c 'exec pptp vpn.example --nolaunchpppd'",
        "pptp vpn.example --nolaunchpppd; sleep 1"}) {
    CAPTURE(command);
    auto text = fmt::format("pty \"{}\"\nnoauth\n", command);
    CHECK(wrong_with(text).empty());
    CHECK(peers(text).server() == "vpn.example");
    CHECK(peers(text).pty.front().ends_with("pptp"));
  }
  CHECK(wrong_with("pty \"exec pptp vpn.example\"\n") == Ids{"peers-no-nolaunchpppd"});
  CHECK(wrong_with("pty /usr/local/bin/dial\n").empty());
  CHECK(peers("pty /usr/local/bin/dial\n").pty.empty());
}

TEST_CASE("a tunnel of the kernel's plugin names its server, and pppd says whether it has it") {
  auto router = peers("plugin pptp.so\npptp_server 192.0.2.1\nnoauth\n");
  CHECK(complaints(router).empty());
  CHECK(router.server() == "192.0.2.1");
  CHECK_FALSE(pppd_objection(router, 0, ""));
  CHECK(pppd_objection(router, 2, "pppd: Couldn't load plugin pptp.so\n")->rule ==
        "peers-kernel-plugin");
}

TEST_CASE("a word that pppd does not know is named, unless it may be a part of a password") {
  auto objection = [](const std::string& text, int status, const std::string& said) {
    auto result = pppd_objection(peers(text), status, said);
    return result ? result->seen : "";
  };
  std::string unknown = "pppd: In file f: unrecognized option 'remotemname'\n";
  CHECK(objection(kGood, 2, unknown) ==
        "pppd does not accept /etc/ppp/peers/t: In file f: unrecognized option 'remotemname'");
  CHECK(objection(kGood + "password a remotemname\n", 2, unknown) ==
        "pppd does not accept /etc/ppp/peers/t: In file f: unrecognized option '...'");
  CHECK(objection(kGood, 4, "pppd: You need to create the /dev/ppp device node\n").empty());
  CHECK(objection(kGood, -1, "").empty());
}

TEST_CASE("a port and an address of a page are not a part of a server's name") {
  for (auto text : {"192.0.2.1:1723", "pptp://192.0.2.1/", "192.0.2.1/vpn", "[192.0.2.1]:1723"})
    CHECK(bare_server_name(text) == "192.0.2.1");
  for (auto name : {"vpn.example", "2001:db8::1", "192.0.2.1", ""})
    CHECK(bare_server_name(name) == name);
}

TEST_CASE("the secrets have an entry that pppd would use, and nothing of it is told") {
  CHECK(wrong_with_secrets("alice vpn hush *\n").empty());
  CHECK(wrong_with_secrets("alice * \"hu#sh\" *\n").empty());
  CHECK(wrong_with_secrets("alice vpn hush *\n", false, "").empty());
  CHECK(check_secrets("/s", "* * hush *\nalice vpn hush *\n", false, "alice", "vpn").line == 2);
  CHECK(wrong_with_secrets("bob vpn hush *\n") == Ids{"secrets-no-entry"});
  CHECK(wrong_with_secrets("alice other hush *\n") == Ids{"secrets-no-entry"});
  CHECK(wrong_with_secrets("alice vpn hush\n").empty());  // addresses matter to servers only
  CHECK(wrong_with_secrets("bob vpn hush\r\nalice vpn hush *\r\n").empty());
  CHECK(wrong_with_secrets("alice vpn hush#hush *\n") == Ids{"secrets-unquoted-hash"});
  CHECK(wrong_with_secrets("alice vpn hush hush *\n") == Ids{"secrets-unquoted-blank"});
  CHECK(wrong_with_secrets("alice vpn hush *\n", true) == Ids{"secrets-world-readable"});
}
