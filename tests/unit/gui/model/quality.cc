// SPDX-License-Identifier: GPL-2.0-or-later
// Loss and round trip of a tunnel, from what pptpctl status --json prints.
#include "gui/model/quality.hh"

#include "tests/unit/catch.hh"

using namespace callgate::gui;

namespace {

constexpr auto kStatus = R"({"version": "1", "connections": [{"calls": [
  {"tunnel": "home", "interface": "ppp0", "statistics": {"rx_accepted": 5, "rx_lost": 5}},
  {"tunnel": "work", "interface": "ppp1", "statistics":
    {"rx_accepted": 9998, "rx_lost": 2, "round_trip_microseconds": 18400}}]},
  {"calls": [{"tunnel": "new", "interface": "ppp2", "statistics": null}]}]})";

}  // namespace

TEST_CASE("loss and round trip are those of the tunnel's call") {
  auto quality = parse_quality(kStatus, "work", "ppp1");
  REQUIRE(quality);
  CHECK(quality_text(*quality) == "Loss: 0.02 %, round trip: 18.4 ms");
  CHECK(quality_text(*parse_quality(kStatus, "home", "ppp0")) == "Loss: 50.00 %");
}

TEST_CASE("a call without statistics, and another one with its name, say nothing") {
  CHECK(!parse_quality(kStatus, "new", "ppp2"));
  CHECK(!parse_quality(kStatus, "work", "ppp0"));
  CHECK(!parse_quality("", "work", "ppp1"));
  CHECK(!parse_quality(R"({"connections": [5, {"calls": "x"}]})", "work", "ppp1"));
}

TEST_CASE("without a packet, nothing is lost") {
  CHECK(quality_text({}) == "Loss: 0.00 %");
}
