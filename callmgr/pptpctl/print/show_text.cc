// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl show and pptpctl stats: one call, one value a line.
#include <fmt/format.h>

#include "callmgr/pptpctl/print/fields.hh"
#include "callmgr/pptpctl/print/format.hh"
#include "callmgr/pptpctl/print/render.hh"

namespace callgate {
namespace {

constexpr const char* kNoStatistics = "its gateway has not answered in time";

void show(Lines& lines, std::string_view name, const std::string& value) {
  lines.push_back(fmt::format("{:<18} {}", fmt::format("{}:", name), value));
}

template <typename Info>
void show(Lines& lines, std::span<const Field<Info>> fields, const Info& info) {
  for (const auto& field : fields)
    show(lines, field.label, field.shown ? field.shown(info) : field_text(field.of(info)));
}

std::string_view unit_of(const Statistic& row) {
  switch (row.unit) {
    case Statistic::Unit::none: return "";
    case Statistic::Unit::bytes: return "bytes";
    case Statistic::Unit::microseconds: return "usecs";
  }
  return "";
}

std::string stats_line(const Statistic& row, const Statistics& statistics,
                       const std::optional<Change>& change) {
  bool counter = row.kind == Statistic::Kind::counter;
  auto rate = change && counter ? fmt::format("{:.1f}/s", change->per_second(row.of(change->by)))
                                : std::string();
  return fmt::format("  {:<12} {:>14} {:<5} {:>12}  {}", row.name, row.of(statistics), unit_of(row),
                     rate, row.help);
}

}  // namespace

Lines show_lines(const CallOnConnection& found) {
  Lines lines;
  const auto& call = *found.call;
  show(lines, call_fields(), call.info);
  show(lines, connection_fields(), *found.connection);
  if (!call.statistics) {
    show(lines, "statistics", kNoStatistics);
    return lines;
  }
  show(lines, "uptime", duration_text(uptime(call)));
  show(lines, "loss", loss_text(*call.statistics));
  show(lines, "last received", ago_text(call.statistics->rx_idle));
  show(lines, "last sent", ago_text(call.statistics->tx_idle));
  for (const auto& row : kStatistics)
    show(lines, row.name, fmt::format("{} {}", row.of(*call.statistics), unit_of(row)));
  for (auto& line : lines) line.erase(line.find_last_not_of(' ') + 1);
  return lines;
}

Lines stats_lines(const CallOnConnection& found, const std::optional<Change>& change) {
  const auto& info = found.call->info;
  const auto& statistics = found.call->statistics;
  auto name = info.name.empty() ? "" : ", " + printable(info.name);
  auto call =
      fmt::format("call {}, {}{}", value(info.call_id), server_text(*found.connection), name);
  if (!statistics) return {fmt::format("{}, {}: {}", call, info.state, kNoStatistics)};
  Lines lines{fmt::format("{}, up {}", call, duration_text(uptime(*found.call)))};
  for (size_t i = 0; i < kStatistics.size(); i++) {
    if (i == 0) lines.push_back(" those of pptp-linux");
    if (i == kPeersStatistics) lines.push_back(" others");
    lines.push_back(stats_line(kStatistics[i], *statistics, change));
  }
  return lines;
}

}  // namespace callgate
