// SPDX-License-Identifier: GPL-2.0-or-later
// Private data is replaced, always by the same placeholder, and the evidence of the cause stays.
#include "callmgr/diagnose/log/redactor.hh"

#include <malloc.h>
#include "callmgr/diagnose/report/bundle.hh"
#include "tests/unit/callmgr/diagnose/diagnosing.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"

#ifdef __SANITIZE_ADDRESS__
extern "C" size_t __sanitizer_get_current_allocated_bytes();  // gcc has no header for it
#endif

using namespace callgate;
using namespace callgate::diagnose;
using namespace callgate::test;

namespace {

size_t allocated() {  // bytes
#ifdef __SANITIZE_ADDRESS__
  return __sanitizer_get_current_allocated_bytes();
#else
  return mallinfo2().uordblks;
#endif
}

// The lines as a report shows them.
std::string reported(const std::string& log) {
  LogKeeper keeper;
  std::istringstream in(log);
  uint64_t number = 1;
  for (std::string raw; std::getline(in, raw); number++) keeper.keep(raw, {.number = number});
  return keeper.text(nullptr);
}

}  // namespace

TEST_CASE("addresses, names, hashes and passwords are replaced") {
  struct {
    const char *from, *to;
  } const kCases[] = {
      {"GRE to 192.0.2.10 is up", "GRE to ip4-1 is up"},
      {"local  IP address 10.1.2.3", "local  IP address ip4-private-1"},
      {"sent [IPCP ConfReq id=0x1 <addr 0.0.0.0>]", "sent [IPCP ConfReq id=0x1 <addr 0.0.0.0>]"},
      {"<addr fe80::2125:1234:5678:9abc>", "<addr ip6-1>"},
      {"connect to 2001:db8::1: Connection refused", "connect to ip6-1: Connection refused"},
      {"fe80:: or ::1 or 2001:db8:1:2:3:4:5:6: no", "ip6-1 or ip6-2 or ip6-3: no"},
      {"work: sent [PAP AuthReq id=0x1 user=\"bob\" password=\"open sesame\"]",
       "work: sent [PAP AuthReq id=0x1 user=\"name-1\" password=\"password-1\"]"},
      {"Connected to 00:11:22:33:44:55 via interface eth1",
       "Connected to mac-1 via interface eth1"},
      {"Nov 22 10:00:00 gate pppd[12]: Exit.", "Nov 22 10:00:00 host-1 pppd[12]: Exit."},
      {"cannot connect to vpn.example.net on TCP port 1723: Connection refused",
       "cannot connect to host-1 on TCP port 1723: Connection refused"},
      {"pty pptp vpn --nolaunchpppd", "pty pptp vpn --nolaunchpppd"},
      {"sent [CHAP Response id=0x1 <00112233445566778899aabb>, name = \"OFFICE\\\\alice\"]",
       "sent [CHAP Response id=0x1 <hash-1>, name = \"name-1\\\\name-2\"]"},
      {"sent [PAP AuthReq id=0x1 user=\"bob\" password=\"open sesame\"]",
       "sent [PAP AuthReq id=0x1 user=\"name-1\" password=\"password-1\"]"},
      {"pppd 2.4.9 started by carol, uid 1000", "pppd 2.4.9 started by name-1, uid 1000"},
      {"name OFFICE\\\\dave\t\t# (from /etc/ppp/peers/vpn)",
       "name name-1\\\\name-2\t\t# (from /etc/ppp/peers/vpn)"},
      {"alice OFFICEVPN \"pass#word\" *", "name-1 name-2 \"password-1\" *"},
      {"rcvd [CHAP Failure id=0x1 \"E=691 R=1 C=00112233445566778899AABBCCDDEEFF V=3\"]",
       "rcvd [CHAP Failure id=0x1 \"E=691 R=1 C=hash-1 V=3\"]"},
      {"rcvd [LCP TermReq id=0x3 0e a3 45 cf 00 3c cd 74 00 00 02 89]",
       "rcvd [LCP TermReq id=0x3 0e a3 45 cf 00 3c cd 74 00 00 02 89]"},
      {"sent [LCP ConfReq id=0x1 <magic 0x6b8b4567>]",
       "sent [LCP ConfReq id=0x1 <magic 0x6b8b4567>]"},
      {"pptpd[7]: CTRL: Received PPTP Control Message (type: 15)",
       "pptpd[7]: CTRL: Received PPTP Control Message (type: 15)"},
      {"192.0.2.1 refused the name or the password 12 s ago: this pppd does not dial it again, "
       "so that the account is not locked (correct the user option of the peers file)",
       "ip4-1 refused the name or the password 12 s ago: this pppd does not dial it again, "
       "so that the account is not locked (correct the user option of the peers file)"},
      {"a pppd (pid 7) which has ended: pppd user bob password geheim",
       "a pppd (pid 7) which has ended: pppd user name-1 password password-1"},
      {"In file /etc/ppp/options.pptp: unrecognized option 'x'",
       "In file /etc/ppp/options.pptp: unrecognized option 'x'"},
  };
  for (const auto& test : kCases) CHECK(redacted(test.from) == test.to + std::string("\n"));
}

TEST_CASE("the same value becomes the same placeholder everywhere") {
  auto text =
      redacted("user alice logs in\nname = \"alice\"\n192.0.2.1 192.0.2.2 192.0.2.1\nalice's\n");
  CHECK(text == "user name-1 logs in\nname = \"name-1\"\nip4-1 ip4-2 ip4-1\nname-1's\n");
}

TEST_CASE("a large number of values takes no more memory than the limit") {
  Redactor redactor;
  for (size_t i = 0; i < Redactor::kMaxValues + 100; i++)
    redactor.redact(fmt::format("{}.{}.{}.9", 1 + i / 65536 % 200, i / 256 % 256, i % 256));
  CHECK(redactor.redact("9.9.9.9") == "ip4-other");
}

TEST_CASE("a redacted log, and a report of it, have the same diagnosis as the original") {
  for (const auto& entry : std::filesystem::recursive_directory_iterator(SAMPLES_DIR)) {
    if (entry.path().extension() != ".log") continue;
    CAPTURE(entry.path().string());
    auto log = read_sample(entry.path()), without_names = redacted(log);
    auto before = diagnosis_of(log);
    for (const auto& text : {without_names, reported(without_names)}) {
      auto after = diagnosis_of(text);
      CHECK(after.report().verdict == before.report().verdict);
      CHECK(after.report().stage == before.report().stage);
      REQUIRE(after.report().findings.empty() == before.report().findings.empty());
      if (!before.report().findings.empty())
        CHECK(after.report().findings[0].rule->id == before.report().findings[0].rule->id);
    }
  }
}

TEST_CASE("the users that accel-ppp names are replaced everywhere") {
  auto text = redacted(
      "Nov 22 10:00:00 gate accel-pppd[9]: ppp0:alice: recv [LCP TermReq id=3]\n"
      "[2026-11-22 10:00:00]:  info: : bob: authentication failed\n"
      "[2026-11-22 10:00:01]:  info: : recv [MSCHAP-v2 Response id=1 <00>, <01>, F=0, "
      "name=\"carol\"]\n"
      "ppp0: alice bob carol\n");
  CHECK_THAT(text, !contains("alice") && !contains("bob") && !contains("carol"));
  CHECK_THAT(text, contains("ppp0:name-1: rcvd [LCP TermReq id=3]"));
}

TEST_CASE("a bundle shows as many backslashes as the log has") {
  LogKeeper keeper;
  keeper.keep(R"(name = "A\\\\b")", {.number = 1});
  CHECK_THAT(keeper.text(nullptr), contains(R"(name = "A\\\\b")"));
}

TEST_CASE("a bundle holds the end of the log, redacted") {
  Redactor redactor;
  LogKeeper keeper;
  std::string raw = "Nov 22 10:00:00 gate pppd[1]: remote IP address 192.0.2.1", scratch;
  auto line = parse_log_line(raw, 7, scratch);
  redactor.learn(line);
  keeper.keep(raw, line);
  CHECK(keeper.text(&redactor) ==
        "     7: Nov 22 10:00:00 host-1 pppd[1]: remote IP address ip4-1\n");
  CHECK_THAT(keeper.text(nullptr), contains("gate") && contains("192.0.2.1"));
  std::string large(LineSplitter::kMaxLine, 'x');
  for (size_t i = 0; i < LogKeeper::kMaxBytes / large.size() + 10; i++) keeper.keep(large, line);
  CHECK_THAT(keeper.text(nullptr).substr(0, 60), contains("lines before these are left out"));
}

TEST_CASE("a server that sends many names does not prevent that a password is replaced") {
  std::string log;
  for (size_t i = 0; i < Redactor::kMaxValues + 100; i++)
    log += fmt::format("rcvd [CHAP Challenge id=0x1 <00>, name = \"server {}\"]\n", i);
  log += "Got secret Hunter2\nrcvd [CHAP Challenge id=0x1 <00>, name = \"server 20000\"]\n";
  auto text = redacted(log + "Hunter2 again\n");
  CHECK_THAT(text, contains("password-1 again") && contains("name = \"name-other\"") &&
                       !contains("server 20000"));
}

TEST_CASE("a name that the end of a line cuts off is gone too") {
  Redactor redactor;
  std::string scratch;
  std::string log = "Got secret Correct:Horse:Battery";
  redactor.learn(parse_log_line(log, 1, scratch));
  std::string cut(SourceLine::kMaxText - 13, 'x');
  CHECK_THAT(redactor.redact(cut + " Correct:Hors"), !contains("Corr"));
}

TEST_CASE("the memory of a bundle is bounded, also if each line has one byte") {
  LogKeeper keeper;
  auto before = allocated();
  for (int i = 0; i < 4'000'000; i++) keeper.keep("x", {.number = 1});
  auto after = allocated();
  CHECK(after > before);
  CHECK(after - before <= LogKeeper::kMaxBytes + LogKeeper::kMaxBytes / 8);
  CHECK(keeper.text(nullptr).size() < LogKeeper::kMaxBytes);
}
