// SPDX-License-Identifier: GPL-2.0-or-later
// The dump on SIGUSR1: what reads the logs of pptp-linux finds its names, in its order and columns.
#include "common/channel/statistics.hh"

#include "tests/unit/catch.hh"

using namespace callgate;
using Lines = std::vector<std::string>;

namespace {

Statistics sample() {
  Statistics s;
  s.rx_accepted = 1, s.rx_lost = 2, s.rx_under_win = 3, s.rx_over_win = 4, s.rx_buffered = 5;
  s.rx_errors = 6, s.rx_truncated = 7, s.rx_invalid = 8, s.rx_acks = 9;
  s.tx_sent = 10, s.tx_failed = 11, s.tx_short = 12, s.tx_acks = 13, s.tx_oversize = 14;
  s.round_trip = std::chrono::microseconds(15);
  s.rx_bytes = 16, s.rx_duplicate = 17, s.rx_resyncs = 18, s.rx_oversize = 19, s.rx_foreign = 20;
  s.tx_bytes = 21, s.tx_waits = 22;
  s.tx_window = 29, s.tx_window_waits = 30, s.tx_timeouts = 31;
  s.rx_buffer = 32, s.tx_buffer = 33, s.path_mtu = 34;
  s.pty_bad_fcs = 23, s.pty_too_short = 24, s.pty_aborted = 25, s.pty_waits = 26;
  s.rx_late = 35, s.rx_undecrypted = 36, s.rx_refused = 37, s.tx_refused = 38, s.tun_dropped = 39;
  s.rx_idle = std::chrono::microseconds(40), s.tx_idle = std::chrono::microseconds(41);
  s.pty_dropped = 27, s.reorder_timeout = std::chrono::microseconds(28);
  return s;
}

}  // namespace

TEST_CASE("the statistics begin with the lines of pptp-linux") {
  auto lines = dump(sample());
  REQUIRE(lines.size() > 16);
  CHECK(Lines(lines.begin(), lines.begin() + 16) ==
        Lines{"GRE statistics:", "rx accepted  = 1", "rx lost      = 2", "rx under win = 3",
              "rx over  win = 4", "rx buffered  = 5", "rx OS errors = 6", "rx truncated = 7",
              "rx invalid   = 8", "rx acks      = 9", "tx sent      = 10", "tx failed    = 11",
              "tx short     = 12", "tx acks      = 13", "tx oversize  = 14",
              "round trip   = 15 usecs"});
}

TEST_CASE("our own counters follow, each once") {
  auto lines = dump(sample());
  CHECK(Lines(lines.begin() + 16, lines.end()) ==
        Lines{"rx bytes     = 16",       "rx duplicate = 17",       "rx resyncs   = 18",
              "rx patience  = 28 usecs", "rx oversize  = 19",       "rx foreign   = 20",
              "tx bytes     = 21",       "tx waits     = 22",       "tx window    = 29",
              "tx win waits = 30",       "tx timeouts  = 31",       "rx buffer    = 32 bytes",
              "tx buffer    = 33 bytes", "path MTU     = 34 bytes", "pty bad FCS  = 23",
              "pty short    = 24",       "pty aborted  = 25",       "pty waits    = 26",
              "pty dropped  = 27",       "rx late      = 35",       "rx undecrypt = 36",
              "rx refused   = 37",       "tx refused   = 38",       "tun dropped  = 39",
              "rx idle      = 40 usecs", "tx idle      = 41 usecs"});
}

TEST_CASE("what crosses the channel is the same afterwards") {
  CHECK(dump(statistics_from(values_of(sample()))) == dump(sample()));
}

TEST_CASE("a shorter table of an older sender, and a longer one of a newer, are understood") {
  auto values = values_of(sample());
  values.resize(values.size() + 200, 7);
  CHECK(dump(statistics_from(values)) == dump(sample()));
  values.resize(2);
  CHECK(dump(statistics_from(values)) == dump({.rx_accepted = 1, .rx_lost = 2}));
  CHECK(dump(statistics_from({})) == dump({}));
}

// The place of each is what pptpctl's frozen dump and the channel go by.
TEST_CASE("the table's order is frozen, what is new comes last") {
  std::string keys;
  for (const auto& row : kStatistics) keys += std::string(keys.empty() ? "" : " ") + row.key;
  CHECK(keys ==
        "rx_accepted rx_lost rx_under_win rx_over_win rx_buffered rx_os_errors rx_truncated"
        " rx_invalid rx_acks tx_sent tx_failed tx_short tx_acks tx_oversize round_trip rx_bytes"
        " rx_duplicate rx_resyncs rx_patience rx_oversize rx_foreign tx_bytes tx_waits tx_window"
        " tx_window_waits tx_timeouts rx_buffer tx_buffer path_mtu pty_bad_fcs pty_short"
        " pty_aborted pty_waits pty_dropped rx_late rx_undecrypted rx_refused tx_refused"
        " tun_dropped rx_idle tx_idle");
}

TEST_CASE("counters keep counting beyond 32 bits") {
  CHECK(dump({.rx_accepted = 5'000'000'000}).at(1) == "rx accepted  = 5000000000");
}

TEST_CASE("the end of a call is summed up in one line") {
  CHECK(summary(sample(), std::chrono::seconds(61)) ==
        "call was up 61 s: received 1 packets (16 bytes, 2 lost, 20 late or duplicate), sent 10"
        " packets (21 bytes, 11 failed)");
}
