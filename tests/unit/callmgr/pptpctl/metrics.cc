// SPDX-License-Identifier: GPL-2.0-or-later
// The metrics' text. That real parsers take it, tests/net/test_pptpctl.py shows.
#include <sstream>

#include "tests/unit/callmgr/pptpctl/snapshot_samples.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

constexpr auto kOpen = MetricsFormat::open_metrics, kClassic = MetricsFormat::prometheus;

// The lines that begin so.
Lines lines_of(const std::string& text, std::string_view begin) {
  Lines lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    if (line.starts_with(begin)) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("a counter's samples end in _total, its name in OpenMetrics does not") {
  auto open = metrics_text(snapshot_sample(), kOpen);
  CHECK(lines_of(open, "pptp_call_rx_bytes") ==
        Lines{"pptp_call_rx_bytes_total{server=\"vpn.example.net\",call=\"4711\",name=\"office\"}"
              " 1572864"});
  CHECK(lines_of(open, "# TYPE pptp_call_rx_bytes") == Lines{"# TYPE pptp_call_rx_bytes counter"});
  CHECK(lines_of(open, "# UNIT pptp_call_rx_bytes") == Lines{"# UNIT pptp_call_rx_bytes bytes"});
  auto classic = metrics_text(snapshot_sample(), kClassic);
  CHECK(lines_of(classic, "# TYPE pptp_call_rx_bytes") ==
        Lines{"# TYPE pptp_call_rx_bytes_total counter"});
}

TEST_CASE("times are in seconds") {
  auto text = metrics_text(snapshot_sample(), kOpen);
  CHECK(lines_of(text, "pptp_call_round_trip_seconds")[0].ends_with("} 0.012345"));
  CHECK(lines_of(text, "pptp_call_up_seconds")[0].ends_with("} 7629.5"));
}

TEST_CASE("what a gateway has not told is missing, and it is said that it is") {
  auto text = metrics_text(snapshot_sample(), kOpen);
  CHECK(lines_of(text, "pptp_call_tx_sent_total").size() == 1);
  auto answered = lines_of(text, "pptp_call_answered");
  REQUIRE(answered.size() == 2);
  CHECK(answered[0].ends_with("} 1"));
  CHECK(answered[1].ends_with("} 0"));
}

TEST_CASE(
    "OpenMetrics ends with its end, the text before it knows neither that nor units nor info") {
  CHECK(metrics_text({}, kOpen).ends_with("\n# EOF\n"));
  auto classic = metrics_text(snapshot_sample(), kClassic);
  CHECK(classic.find("# EOF") == std::string::npos);
  CHECK(classic.find("# UNIT") == std::string::npos);
  CHECK(lines_of(classic, "# TYPE pptp_call_info") == Lines{"# TYPE pptp_call_info gauge"});
}

TEST_CASE("a label cannot end before its quote") {
  auto odd = snapshot_sample();
  odd.connections[0].calls[0].info.name = "a\"b\\c\nd";
  auto text = metrics_text(odd, kOpen);
  CHECK(lines_of(text, "pptp_call_tx_sent_total")[0].find(R"(name="a\"b\\x5cc\\x0ad"})") !=
        std::string::npos);
}

TEST_CASE("without a call manager there is one sample, that there is none") {
  auto text = metrics_text({}, kOpen);
  CHECK(lines_of(text, "pptp_callmgr_running") == Lines{"pptp_callmgr_running 0"});
  CHECK(lines_of(text, "pptp_call").size() == 1);
}
