// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/log/log_line.hh"

#include "callmgr/diagnose/log/journal_json.hh"
#include "callmgr/diagnose/log/rejoiner.hh"
#include "tests/unit/catch.hh"

using namespace callgate::diagnose;

namespace {

struct Expected {
  const char *raw, *program;
  uint32_t pid;
  const char* text;
};

std::vector<std::string> rejoined(std::initializer_list<const char*> raw) {
  std::vector<std::string> lines;
  std::string scratch;
  Rejoiner rejoiner;
  uint64_t number = 0;
  auto sink = [&](const LogLine& line) {
    lines.push_back(fmt::format("{}:{}", line.number, line.text));
  };
  for (auto* text : raw) rejoiner.push(parse_log_line(text, ++number, scratch), sink);
  rejoiner.finish(sink);
  return lines;
}

}  // namespace

TEST_CASE("the additions of any program to a message are removed") {
  const Expected kExpected[] = {
      {"Connect: ppp0 <--> /dev/pts/2", "", 0, "Connect: ppp0 <--> /dev/pts/2"},
      {"Nov 22 10:00:00 gate pppd[123]: Modem hangup", "pppd", 123, "Modem hangup"},
      {"Nov  2 10:00:00.123456 gate pppd[123]: Modem hangup", "pppd", 123, "Modem hangup"},
      {"2026-11-22T10:00:00.123456+01:00 gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"2026-11-22T10:00:00+0100 gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"2026-11-22 10:00:00 gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"Sun 2026-11-22 10:00:00 UTC gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"Sun 2026-11-22 10:00:00 CET gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"Sun 2026-11-22 10:00:00 UTC GATE pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"2026-11-22 10:00:00 GATE pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"dim. 2026-11-22 10:00:00.123456 +0545 gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"日 2026-11-22 10:00:00 JST gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"Sun Nov 22 10:00:00 2026 daemon.info pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"Nov 22 10:00:00 router daemon.debug pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"1700000000.123456 gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"[12345.678901] gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"<30>Nov 22 10:00:00 gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"<30>1 2026-11-22T10:00:00Z gate pppd 7 - - Exit.", "pppd", 7, "Exit."},
      {"[  12.345678] PPP generic driver version 2.4.2", "kernel", 0,
       "PPP generic driver version 2.4.2"},
      {"[So Nov 22 10:00:00 2026] PPP generic driver version 2.4.2", "kernel", 0,
       "PPP generic driver version 2.4.2"},
      {"[воскр Nov  2 10:00:00 2026] PPP generic driver version 2.4.2", "kernel", 0,
       "PPP generic driver version 2.4.2"},
      {"Nov 22 10:00:00 gate kernel: [  12.345678] PPP MPPE Compression module registered",
       "kernel", 0, "PPP MPPE Compression module registered"},
      {"Nov 22 10:00:00 gate NetworkManager[9]: <info>  [1700000000.1234] vpn: up",
       "NetworkManager", 9, "vpn: up"},
      {"Nov 22 10:00:00 gate NetworkManager[9]: ** Message: 10:00:00.123: pppd started with pid 44",
       "NetworkManager", 9, "pppd started with pid 44"},
      {"Nov 22 10:00:00 gate pptp[5]: nm-pptp-service-3 log[main:pptp.c:353]: The synchronous",
       "pptp", 5, "The synchronous"},
      {"anon warn[open_inetsock:pptp_callmgr.c:346]: connect: Connection refused", "pptp", 0,
       "connect: Connection refused"},
      {"warn[open_inetsock:pptp_callmgr.c:305]: connect: Connection refused", "pptp", 0,
       "connect: Connection refused"},
      {"pptp[77]: GRE to 192.0.2.1 is up", "pptp", 77, "GRE to 192.0.2.1 is up"},
      {"/usr/sbin/pppd: In file /etc/ppp/options: unrecognized option 'x'", "pppd", 0,
       "In file /etc/ppp/options: unrecognized option 'x'"},
      {"bash: pptp: command not found", "bash", 0, "pptp: command not found"},
      {"pptp: command not found", "", 0, "pptp: command not found"},
      {"vpn-1  | 2026-11-22T10:00:00.000000000Z Modem hangup", "", 0, "Modem hangup"},
      {"2026-11-22T10:00:00.5Z LCP: timeout sending Config-Requests", "", 0,
       "LCP: timeout sending Config-Requests"},
      {"> > Nov 22 10:00:00 gate pppd[1]: Exit.", "pppd", 1, "Exit."},
      {"- Nov 22 10:00:00 gate pppd[1]: Exit.", "pppd", 1, "Exit."},
      {"  - Modem hangup", "", 0, "Modem hangup"},
      {"\u2022 Nov 22 10:00:00 gate pppd[1]: Exit.", "pppd", 1, "Exit."},
      {"Nov 22 10:00:00 [pppd] Exit.", "pppd", 0, "Exit."},
      {"Nov 22 10:00:00 [/usr/sbin/pppd] Exit.", "pppd", 0, "Exit."},
      {"Nov 22 10:00:00 [pptp] anon log[callmgr_main:pptp_callmgr.c:234]: Closing connection",
       "pptp", 0, "Closing connection"},
      {"Nov 22 10:00:00 [other] Exit.", "", 0, "[other] Exit."},
      {"\x1b[1;31mModem hangup\x1b[0m\r", "", 0, "Modem hangup"},
      {"^CTerminating on signal 2", "", 0, "Terminating on signal 2"},
      {"^C^\\Terminating on signal 3", "", 0, "Terminating on signal 3"},
      {"Nov 22 10:00:00 gate callgate-alive: work: it has", "callgate-alive", 0, "work: it has"},
      {"úno 26 16:18:45 gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"11月 22 10:00:00 gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"janv. 22 10:00:00 gate pppd[7]: Exit.", "pppd", 7, "Exit."},
      {"мая  2 10:00:00 gate pppd[7]: message repeated 2 times: [ Exit.]", "pppd", 7, "Exit."},
      {"Nov 22 10:00:00 gate sshd[4]: Connection reset", "sshd", 4, "Connection reset"},
  };
  std::string scratch;
  for (const auto& expected : kExpected) {
    CAPTURE(expected.raw);
    auto line = parse_log_line(expected.raw, 1, scratch);
    CHECK(line.program == expected.program);
    CHECK(line.pid == expected.pid);
    CHECK(line.text == expected.text);
  }
}

TEST_CASE("the lines of accel-ppp are read, and its packets are pppd's") {
  const Expected kExpected[] = {
      {"[2026-11-22 10:00:00]:  info: pptp: new connection from 192.0.2.9", "accel-pppd", 0,
       "pptp: new connection from 192.0.2.9"},
      {"Nov 22 10:00:00 gate accel-pppd[9]: pptp: IP is out of client-ip-range", "accel-pppd", 9,
       "pptp: IP is out of client-ip-range"},
      {"[2026-11-22 10:00:00]:  info: : recv [LCP TermReq id=3]", "accel-pppd", 0,
       "rcvd [LCP TermReq id=3]"},
      {"[2026-11-22 10:00:00.123]: debug: ppp0: send [LCP EchoReq id=3]", "accel-pppd", 0,
       "sent [LCP EchoReq id=3]"},
      {"\x1b[1;32m[2026-11-22 10:00:00]: error: vpn-12: \x1b[0;39mrecv [CCP ConfRej id=1]",
       "accel-pppd", 0, "rcvd [CCP ConfRej id=1]"},
      {"Nov 22 10:00:00 gate accel-pptp[9]: :: recv [PPTP Set-Link-Info]", "accel-pptp", 9,
       "recv [PPTP Set-Link-Info]"},
      {"Nov 22 10:00:00 gate accel-pppd[9]: ppp0:alice: alice: authentication failed", "accel-pppd",
       9, "alice: authentication failed"},
      {"Nov 22 10:00:00 gate accel-pppd[9]: :a b: send [LCP TermAck id=3]", "accel-pppd", 9,
       "sent [LCP TermAck id=3]"},
  };
  for (const auto& expected : kExpected) {
    CAPTURE(expected.raw);
    std::string scratch;
    auto line = parse_log_line(expected.raw, 1, scratch);
    CHECK(line.program == expected.program);
    CHECK(line.pid == expected.pid);
    CHECK(line.text == expected.text);
  }
}

TEST_CASE("a message in a JSON object becomes a line as syslog writes it") {
  const struct {
    const char *raw, *plain;
  } kExpected[] = {
      {R"({"_PID":"7","__REALTIME_TIMESTAMP":"1764230400123456","_HOSTNAME":"gate","MESSAGE":"Exit.","SYSLOG_IDENTIFIER":"pppd"})",
       "1764230400.123456 gate pppd[7]: Exit."},
      {R"({ "MESSAGE" : "In file /etc/ppp/peers/w: \"x\" \u00fc\ud83d\ude00\nnext\n", "_COMM" : "pppd", "PRIORITY" : 3 })",
       "0000000000.000000 localhost pppd: In file /etc/ppp/peers/w: \"x\" ü😀 next"},
      {R"({"MESSAGE":[69,228, 10 ,120],"SYSLOG_IDENTIFIER":"pppd","SYSLOG_PID":"8","_PID":"1"})",
       "0000000000.000000 localhost pppd[8]: E\xe4 x"},
      {R"({"log":"Modem hangup\n","stream":"stderr","time":"2026-11-22T10:00:00.5Z"})",
       "Modem hangup"},
      {R"({"SYSLOG_IDENTIFIER":"pppd","MESSAGE":"LCP: timeout sen)",
       "0000000000.000000 localhost pppd: LCP: timeout sen"},
      // no message of a program
      {R"({"verdict":"healthy"})", R"({"verdict":"healthy"})"},
      {"{", "{"},
      {R"({"MESSAGE")", R"({"MESSAGE")"},
      {R"({"a":{"MESSAGE":"Exit."}})", R"({"a":{"MESSAGE":"Exit."}})"},
      {"Exit.", "Exit."},
      {"", ""},
  };
  std::string scratch;
  for (const auto& expected : kExpected) {
    CAPTURE(expected.raw);
    CHECK(plain_line(expected.raw, scratch) == expected.plain);
  }
}

TEST_CASE("lines of programs that do not concern tunnels are skipped") {
  CHECK(concerns_tunnels(""));
  CHECK(concerns_tunnels("pppd"));
  CHECK_FALSE(concerns_tunnels("sshd"));
  CHECK_FALSE(concerns_tunnels("wpa_supplicant"));
}

TEST_CASE("a wrapped packet becomes one line with the number of its first line") {
  CHECK(rejoined(
            {"sent [LCP ConfReq id=0x1 <mru 1400>", "<magic 0x1> <pcomp>", "<accomp>]", "Exit."}) ==
        std::vector<std::string>{
            "1:sent [LCP ConfReq id=0x1 <mru 1400> <magic 0x1> <pcomp> <accomp>]", "4:Exit."});
}

TEST_CASE("the reason after a colon is joined if a mail program has wrapped the line there") {
  CHECK(rejoined({"Nov 22 10:00:00 gate pptp[7]: short read (-1):", "Message too long", "Exit."}) ==
        std::vector<std::string>{"1:short read (-1): Message too long", "3:Exit."});
  CHECK(rejoined({"Nov 22 10:00:00 gate pptp[7]: short read (-1):",
                  "Nov 22 10:00:00 gate pppd[7]: Exit."}) ==
        std::vector<std::string>{"1:short read (-1):", "2:Exit."});
  CHECK(rejoined({"Chain INPUT:", "Message too long"}) ==
        std::vector<std::string>{"1:Chain INPUT:", "2:Message too long"});
}

TEST_CASE("a shortened packet does not swallow the next line") {
  CHECK(rejoined({"rcvd [LCP EchoReq id=0x1", "sent [LCP EchoRep id=0x1", "Exit."}) ==
        std::vector<std::string>{"1:rcvd [LCP EchoReq id=0x1", "2:sent [LCP EchoRep id=0x1",
                                 "3:Exit."});
}
