// SPDX-License-Identifier: GPL-2.0-or-later
// The steps of a test, the lines of a log that are shown, and the rates of a tunnel.
#include "gui/model/diagnosis.hh"

#include "gui/model/log_view.hh"
#include "gui/model/rates.hh"
#include "tests/unit/catch.hh"

using namespace callgate::gui;

TEST_CASE("a step of a test has its outcome in a shape and in words") {
  auto line = parse_test_line(
      R"({"event":"step","step":"tcp","title":"TCP","outcome":"fail","seen":"refused"})");
  REQUIRE(line);
  REQUIRE(line->step);
  CHECK(line->step->outcome == Step::Outcome::fail);
  CHECK(word(line->step->outcome) == "FAIL");
  CHECK(std::string(mark(line->step->outcome)) == "[!]");
  CHECK(!line->is_end);
}

TEST_CASE("the end of a test has the findings") {
  auto line = parse_test_line(
      R"({"event":"end","findings":[{"rule":"tcp-refused","title":"the port is closed"}]})");
  REQUIRE(line);
  CHECK(line->is_end);
  CHECK(conclusion({}, line->findings) == "Most probable cause: the port is closed.");
  CHECK(conclusion({{Step::Outcome::pass, "", ""}}, {}) == "No step has failed.");
  CHECK(conclusion({{Step::Outcome::fail, "", ""}}, {}) == "A step has failed.");
  CHECK(conclusion({}, {}) == "Nothing could be tested.");
}

TEST_CASE("other lines of a test are left out") {
  CHECK(!parse_test_line(""));
  CHECK(!parse_test_line("{}"));
  CHECK(!parse_test_line("no JSON"));
}

TEST_CASE("lines of a log are chosen by the program that wrote them, or by trouble") {
  const std::string pptp = "Nov 27 12:00:00 host pptp[12]: cannot connect to 192.0.2.1";
  const std::string pppd = "Nov 27 12:00:00 host pppd[11]: Using interface ppp0";
  CHECK(passes(LogFilter::all, pppd));
  CHECK(passes(LogFilter::pptp, pptp));
  CHECK(!passes(LogFilter::pptp, pppd));
  CHECK(passes(LogFilter::pppd, pppd));
  CHECK(!passes(LogFilter::pppd, pptp));
  CHECK(passes(LogFilter::problems, pptp));
  CHECK(!passes(LogFilter::problems, pppd));
  CHECK(passes(LogFilter::problems, "CHAP authentication FAILED"));
  CHECK(parse_filter("pptp") == LogFilter::pptp);
  CHECK(parse_filter("problems") == LogFilter::problems);
  CHECK(parse_filter("") == LogFilter::all);
}

TEST_CASE("rates are differences of counters") {
  Rates rates;
  CHECK(rates.received_text().empty());
  rates.add({1024, 2048}, 10);
  CHECK(rates.received_text() == "1.0 KiB, 0 B/s");
  rates.add({3072, 2048}, 12);
  CHECK(rates.received_text() == "3.0 KiB, 1.0 KiB/s");
  CHECK(rates.sent_text() == "2.0 KiB, 0 B/s");
  CHECK(rates.peak() == 1024);
}

TEST_CASE("counters that go down begin anew, and no more than a minute is kept") {
  Rates rates;
  for (unsigned i = 0; i < 100; ++i) rates.add({i * 10, i}, i);
  CHECK(rates.samples().size() == Rates::kSamples);
  rates.add({5, 5}, 101);
  CHECK(rates.samples().empty());
  CHECK(rates.received_text() == "5 B, 0 B/s");
  rates.add({5, 5}, 101);
  CHECK(rates.samples().empty());
  rates.clear();
  CHECK(rates.sent_text().empty());
}
