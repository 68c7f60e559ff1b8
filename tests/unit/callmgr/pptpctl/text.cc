// SPDX-License-Identifier: GPL-2.0-or-later
// The exact texts that pptpctl prints for people and for scripts.
#include "callmgr/pptpctl/print/format.hh"
#include "tests/unit/callmgr/pptpctl/snapshot_samples.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

Snapshot a_second_before(const Snapshot& now) {
  Snapshot before = now;
  auto& call = before.connections[0].calls[0];
  call.uptime -= Duration(1000);
  call.statistics->rx_bytes -= 1024;
  call.statistics->rx_accepted -= 9;
  call.statistics->rx_lost = 0;
  return before;
}

}  // namespace

TEST_CASE("the table of status: missing statistics are a dash") {
  CHECK(
      status_lines(snapshot_sample()) ==
      Lines{"SERVER                     CALL  STATE        UPTIME      RX      TX   LOSS     RTT  "
            "IDLE  OWNER       INTERFACE  TUNNEL  NAME",
            "vpn.example.net 192.0.2.1  4711  established   2h07m  1.5MiB  2.0KiB  0.10%  12.3ms  "
            " 42s  4000000000  ppp0       work    office",
            "vpn.example.net 192.0.2.1  4712  established   2h07m       -       -      -       -  "
            "   -  4000000000  -          -",
            "192.0.2.1                     -  connecting    2h07m"});
}

TEST_CASE("columns for tunnels are left out of the table if no call has one") {
  auto all = snapshot_sample();
  all.connections[0].calls[0].info.interface.clear();
  CHECK(status_lines(all)[0].find("INTERFACE") == std::string::npos);
  CHECK(status_lines(all)[0].find("TUNNEL  NAME") != std::string::npos);
  all.connections[0].calls[0].info.tunnel.clear();
  CHECK(status_lines(all)[1].ends_with("42s  4000000000  office"));
}

TEST_CASE("without a connection, status says so and dump is empty") {
  CHECK(status_lines({}) == Lines{"no control connections"});
  CHECK(dump_lines({}).empty());
}

TEST_CASE("the table of watch has rates, and the loss since the last table") {
  auto now = snapshot_sample();
  auto lines = watch_lines(now, a_second_before(now));
  CHECK(lines[0].find("RX/S  TX/S    LOSS") != std::string::npos);
  CHECK(lines[1].find("1.0KiB/s  0B/s  10.00%") != std::string::npos);
  CHECK(watch_lines(now, now, false).size() == lines.size() - 1);
  CHECK(watch_lines(now, {})[1].find("/s") == std::string::npos);
}

TEST_CASE("another call with the id of an earlier one has no rates yet") {
  auto now = snapshot_sample();
  auto before = a_second_before(now);
  const auto& call = now.connections[0].calls[0];
  REQUIRE(change_since(before, call));
  CHECK(change_since(before, call)->seconds == 1);
  before.connections[0].calls[0].info.pid++;
  CHECK_FALSE(change_since(before, call));
  CHECK_FALSE(change_since(now, call));  // no time has passed
}

TEST_CASE("a counter that went back counts as unchanged") {
  auto now = snapshot_sample();
  auto before = a_second_before(now);
  before.connections[0].calls[0].statistics->tx_bytes += 1;
  CHECK(change_since(before, now.connections[0].calls[0])->by.tx_bytes == 0);
}

TEST_CASE("the dump's lines are frozen: columns are only appended") {
  auto text = snapshot_sample();
  text.connections[0].info.peer_host_name = "a\tb\n";
  CHECK(
      dump_lines(text) ==
      Lines{"connection\t1\tvpn.example.net\t192.0.2.1\t198.51.100.7\testablished\ta\\x09b\\x0a\t-"
            "\t1\t7\t7631\t3\t2\t1\t4\t1",
            "call\t1\t4711\t384\testablished\toffice\t4000000000\t20214\t7630\t7629500\t999\t1\t"
            "103\t104\t105\t106\t107\t108\t109\t110\t111\t112\t113\t114\t12345\t1572864\t117\t118"
            "\t119\t120\t121\t2048\t123\t124\t125\t126\t127\t128\t129\t130\t131\t132\t133\t134"
            "\t135\t136\t137\t138\t139\t42000000\t0\twork\tppp0",
            "call\t1\t4712\t384\testablished\t-\t4000000000\t20214\t7630\t-\t-\t-\t-\t-\t-\t-\t-"
            "\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-\t-"
            "\t-\t-\t-\t-\t-\t-\t-\t-\t-",
            "connection\t2\t192.0.2.1\t192.0.2.1\t198.51.100.7\tconnecting\tgate\t-\t1\t7\t7631\t3"
            "\t2\t1\t4\t1"});
}

TEST_CASE("a call is found by its id, or by its name or tunnel if no call has that id") {
  auto all = snapshot_sample();
  all.connections[0].calls[1].info.name = "4711";
  REQUIRE(find_calls(all, "4711").size() == 1);
  CHECK(value(find_calls(all, "4711")[0].call->info.call_id) == 4711);
  CHECK(find_calls(all, "office").size() == 1);
  CHECK(find_calls(all, "work").size() == 1);
  CHECK(find_calls(all, "4713").empty());
  all.connections[0].calls[1].info.name = "office";
  CHECK(find_calls(all, "office").size() == 2);
}

TEST_CASE("show has every value on a line of its own") {
  auto all = snapshot_sample();
  auto lines = show_lines(all_calls(all)[0]);
  CHECK(lines.size() == 10 + 15 + 4 + kStatistics.size());
  CHECK(lines[0] == "call:              4711");
  CHECK(lines[8] == "tunnel:            work");
  CHECK(lines[9] == "interface:         ppp0");
  CHECK(lines[27] == "last received:     42s ago");
  CHECK(lines[28] == "last sent:         -");
  CHECK(lines.back() == "tx idle:           0 usecs");
  auto silent = show_lines(all_calls(all)[1]);
  CHECK(silent.back() == "statistics:        its gateway has not answered in time");
}

TEST_CASE("stats has pptp-linux's counters first, rates of counters only") {
  auto all = snapshot_sample();
  auto call = all_calls(all)[0];
  auto lines = stats_lines(call, change_since(a_second_before(all), *call.call));
  REQUIRE(lines.size() == 3 + kStatistics.size());
  CHECK(lines[0] == "call 4711, vpn.example.net 192.0.2.1, office, up 2h07m");
  CHECK(lines[2] == "  rx accepted             999              9.0/s  Frames handed to pppd");
  CHECK(lines[2 + kPeersStatistics] == " others");
  CHECK(lines[1 + kPeersStatistics].find("12345 usecs               Estimate") !=
        std::string::npos);
  CHECK(stats_lines(call, std::nullopt)[2] ==
        "  rx accepted             999                     Frames handed to pppd");
}

TEST_CASE("numbers for people") {
  CHECK(duration_text(59) == "59s");
  CHECK(duration_text(3599) == "59m59s");
  CHECK(duration_text(90'000) == "1d01h");
  CHECK(volume_text(0) == "0B");
  CHECK(volume_text(1023) == "1023B");
  CHECK(volume_text(1023.9) == "1.0KiB");
  CHECK(volume_text(1024 * 1024 - 1) == "1.0MiB");
  CHECK(volume_text(1e15) == "909.5TiB");
  CHECK(volume_text(1e18).ends_with("TiB"));
  CHECK(loss_text({}) == "-");
  CHECK(loss_text({.rx_lost = UINT64_MAX}) == "100.00%");
  CHECK(user_name(0) == "root");
}
