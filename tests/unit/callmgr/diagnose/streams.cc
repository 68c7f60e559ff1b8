// SPDX-License-Identifier: GPL-2.0-or-later
// The diagnosis does not depend on how the bytes arrive, and no line is longer than the limit.
#include "callmgr/diagnose/report/json.hh"
#include "callmgr/diagnose/report/text.hh"
#include "tests/unit/callmgr/diagnose/diagnosing.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::diagnose;
using namespace callgate::test;

TEST_CASE("a log in pieces has the same diagnosis as the whole log") {
  std::string log =
      "Using interface ppp0\nrcvd [LCP ConfReq id=0x1 <mru 1400>\n<magic 0x1>]\n"
      "CHAP authentication failed\nModem hangup";
  auto whole = json_report(diagnosis_of(log));
  for (size_t size : {1, 2, 7, 30}) {
    Analyzer analyzer(all_rules());
    for (size_t at = 0; at < log.size(); at += size)
      analyzer.push(std::string_view(log).substr(at, size));
    CHECK(json_report(analyzer.finish()) == whole);
  }
}

TEST_CASE("a line without an end takes no memory") {
  LineSplitter splitter;
  std::vector<std::string> lines;
  auto sink = [&](std::string_view line) { lines.emplace_back(line); };
  for (int i = 0; i < 1000; i++) splitter.push(std::string(1000, 'x'), sink);
  splitter.push("\nnext", sink);
  splitter.finish(sink);
  REQUIRE(lines.size() == 2);
  CHECK(lines[0].size() == LineSplitter::kMaxLine);
  CHECK(lines[1] == "next");
}

TEST_CASE("the text of a log cannot control the terminal that shows it") {
  std::string log = "Using interface ppp0\nCHAP authentication failed\x1b]0;title\x07\x01\n";
  for (unsigned char c : text_report(diagnosis_of(log)))
    CHECK((c == '\n' || (c >= 0x20 && c < 0x7f)));
}
