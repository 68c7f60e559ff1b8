// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/statistics.hh"

#include <fmt/format.h>

#include <algorithm>

namespace callgate {
namespace {

using S = Statistics;

constexpr auto kCounter = Statistic::Kind::counter;
constexpr auto kGauge = Statistic::Kind::gauge;
constexpr auto kNone = Statistic::Unit::none;
constexpr auto kBytes = Statistic::Unit::bytes;
constexpr auto kMicroseconds = Statistic::Unit::microseconds;

constexpr Statistic count(const char* name, const char* key, uint64_t S::*number,
                          const char* help) {
  return {name, key, kCounter, kNone, help, number};
}

}  // namespace

constexpr std::array<Statistic, 34> kStatistics{{
    // As pptp-linux has them, in its order.
    count("rx accepted", "rx_accepted", &S::rx_accepted, "Frames handed to pppd"),
    count("rx lost", "rx_lost", &S::rx_lost,
          "Packets that never came, or came too late, and were given up"),
    count("rx under win", "rx_under_win", &S::rx_under_win,
          "Packets behind what was handed on, late or duplicate: dropped"),
    count("rx over  win", "rx_over_win", &S::rx_over_win, "Packets too far ahead to be waited for"),
    count("rx buffered", "rx_buffered", &S::rx_buffered,
          "Packets that came early, and were kept until their turn"),
    count("rx OS errors", "rx_os_errors", &S::rx_errors,
          "Errors that the system reported in place of a packet"),
    count("rx truncated", "rx_truncated", &S::rx_truncated,
          "Packets shorter than their headers say"),
    count("rx invalid", "rx_invalid", &S::rx_invalid,
          "Packets with flags or a version that PPTP does not have"),
    count("rx acks", "rx_acks", &S::rx_acks, "Acknowledgements received without data"),
    count("tx sent", "tx_sent", &S::tx_sent, "Packets with data sent"),
    count("tx failed", "tx_failed", &S::tx_failed, "Packets that the system refused to send"),
    count("tx short", "tx_short", &S::tx_short, "Packets that the system sent in part"),
    count("tx acks", "tx_acks", &S::tx_acks, "Acknowledgements sent without data"),
    count("tx oversize", "tx_oversize", &S::tx_oversize,
          "Frames too long for a packet, or for the path: dropped"),
    {"round trip", "round_trip", kGauge, kMicroseconds,
     "Estimate of the time to the server's acknowledgement, 0 if none was measured", nullptr,
     &S::round_trip},
    // Ours.
    {"rx bytes", "rx_bytes", kCounter, kBytes, "Bytes of the frames handed to pppd", &S::rx_bytes},
    count("rx duplicate", "rx_duplicate", &S::rx_duplicate,
          "Copies of packets that still waited for their turn"),
    count("rx resyncs", "rx_resyncs", &S::rx_resyncs,
          "Times that another numbering of the server was followed"),
    {"rx patience", "rx_patience", kGauge, kMicroseconds,
     "How long a missing packet is waited for at present", nullptr, &S::reorder_timeout},
    count("rx oversize", "rx_oversize", &S::rx_oversize, "Packets with too long a frame"),
    count("rx foreign", "rx_foreign", &S::rx_foreign,
          "Packets for another call, in spite of the filter"),
    {"tx bytes", "tx_bytes", kCounter, kBytes, "Bytes of the frames sent", &S::tx_bytes},
    count("tx waits", "tx_waits", &S::tx_waits,
          "Times that the socket was full and pppd had to wait"),
    {"tx window", "tx_window", kGauge, kNone,
     "Packets that may be on their way at present, 0 for any number", &S::tx_window},
    count("tx win waits", "tx_window_waits", &S::tx_window_waits,
          "Times that the window was closed and pppd had to wait"),
    count("tx timeouts", "tx_timeouts", &S::tx_timeouts,
          "Times that no acknowledgement came and pppd waited no longer"),
    {"rx buffer", "rx_buffer", kGauge, kBytes, "The socket's buffer for what is received",
     &S::rx_buffer},
    {"tx buffer", "tx_buffer", kGauge, kBytes, "The socket's buffer for what is sent",
     &S::tx_buffer},
    {"path MTU", "path_mtu", kGauge, kBytes, "Largest packet that the path carries", &S::path_mtu},
    count("pty bad FCS", "pty_bad_fcs", &S::pty_bad_fcs,
          "Frames from pppd with a wrong check sequence: dropped"),
    count("pty short", "pty_short", &S::pty_too_short, "Frames from pppd that were too short"),
    count("pty aborted", "pty_aborted", &S::pty_aborted, "Frames that pppd has aborted"),
    count("pty waits", "pty_waits", &S::pty_waits,
          "Times that pppd did not read and the server had to wait"),
    count("pty dropped", "pty_dropped", &S::pty_dropped,
          "Frames that pppd's end took in part only"),
}};

// All members are 64 bits wide: one that the table has forgotten does not compile.
static_assert(sizeof(Statistics) == kStatistics.size() * sizeof(uint64_t));

std::vector<uint64_t> values_of(const Statistics& statistics) {
  std::vector<uint64_t> values;
  values.reserve(kStatistics.size());
  for (const auto& row : kStatistics) values.push_back(row.of(statistics));
  return values;
}

Statistics statistics_from(const std::vector<uint64_t>& values) {
  Statistics statistics;
  for (size_t i = 0; i < std::min(values.size(), kStatistics.size()); i++)
    kStatistics[i].set(statistics, values[i]);
  return statistics;
}

bool heard(const Statistics& s) {
  return s.rx_accepted + s.rx_acks + s.rx_buffered + s.rx_over_win + s.rx_under_win +
             s.rx_truncated + s.rx_invalid + s.rx_oversize >
         0;
}

// What is no count has its unit said.
static std::string_view dump_unit(const Statistic& row) {
  if (row.kind == kCounter || row.unit == kNone) return "";
  return row.unit == kBytes ? " bytes" : " usecs";
}

std::vector<std::string> dump(const Statistics& statistics) {
  std::vector<std::string> lines{"GRE statistics:"};
  for (const auto& row : kStatistics)
    lines.push_back(fmt::format("{:<12} = {}{}", row.name, row.of(statistics), dump_unit(row)));
  return lines;
}

std::string summary(const Statistics& s, std::chrono::seconds duration) {
  return fmt::format(
      "call was up {} s: received {} packets ({} bytes, {} lost, {} late or duplicate), sent {}"
      " packets ({} bytes, {} failed)",
      duration.count(), s.rx_accepted, s.rx_bytes, s.rx_lost, s.rx_under_win + s.rx_duplicate,
      s.tx_sent, s.tx_bytes, s.tx_failed);
}

}  // namespace callgate
