// SPDX-License-Identifier: GPL-2.0-or-later
// The text of metrics. tests/net/test_pptpctl.py shows that a real parser accepts it.
#include <sstream>

#include "tests/unit/callmgr/pptpctl/snapshot_samples.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

// The lines that begin like this.
Lines lines_of(const std::string& text, std::string_view begin) {
  Lines lines;
  std::istringstream stream(text);
  for (std::string line; std::getline(stream, line);)
    if (line.starts_with(begin)) lines.push_back(line);
  return lines;
}

}  // namespace

TEST_CASE("the names of counters end in _total") {
  auto text = metrics_text(snapshot_sample());
  CHECK(lines_of(text, "pptp_call_rx_bytes") ==
        Lines{"pptp_call_rx_bytes_total{server=\"vpn.example.net\",call=\"4711\",name=\"office\"}"
              " 1572864"});
  CHECK(lines_of(text, "# TYPE pptp_call_rx_bytes") ==
        Lines{"# TYPE pptp_call_rx_bytes_total counter"});
  CHECK(lines_of(text, "# TYPE pptp_call_info") == Lines{"# TYPE pptp_call_info gauge"});
}

TEST_CASE("times are in seconds") {
  auto text = metrics_text(snapshot_sample());
  CHECK(lines_of(text, "pptp_call_round_trip_seconds")[0].ends_with("} 0.012345"));
  CHECK(lines_of(text, "pptp_call_up_seconds")[0].ends_with("} 7629.5"));
}

TEST_CASE("statistics that a gateway has not reported are missing, and pptp_call_answered is 0") {
  auto text = metrics_text(snapshot_sample());
  CHECK(lines_of(text, "pptp_call_tx_sent_total").size() == 1);
  auto answered = lines_of(text, "pptp_call_answered");
  REQUIRE(answered.size() == 2);
  CHECK(answered[0].ends_with("} 1"));
  CHECK(answered[1].ends_with("} 0"));
}

TEST_CASE("quotes in a label are escaped") {
  auto odd = snapshot_sample();
  odd.connections[0].calls[0].info.name = "a\"b\\c\nd";
  auto text = metrics_text(odd);
  CHECK(lines_of(text, "pptp_call_tx_sent_total")[0].find(R"(name="a\"b\\x5cc\\x0ad"})") !=
        std::string::npos);
}

TEST_CASE("without a call manager there is one sample, which is 0") {
  auto text = metrics_text({});
  CHECK(lines_of(text, "pptp_callmgr_running") == Lines{"pptp_callmgr_running 0"});
  CHECK(lines_of(text, "pptp_call").size() == 1);
}
