// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/statistics.hh"

#include <fmt/format.h>

#include <algorithm>

namespace callgate {

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

static std::string_view dump_unit(const Statistic& row) {
  bool counter = row.kind == Statistic::Kind::counter;
  if (counter || row.unit == Statistic::Unit::none) return "";
  return row.unit == Statistic::Unit::bytes ? " bytes" : " usecs";
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
