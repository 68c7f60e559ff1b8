// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl show and pptpctl stats: one call, one value a line.
#include <fmt/format.h>

#include "callmgr/pptpctl/print/format.hh"
#include "callmgr/pptpctl/print/render.hh"

namespace callgate {
namespace {

constexpr const char* kNoReading = "its gateway has not answered in time";

void show(Lines& lines, std::string_view name, const std::string& value) {
  lines.push_back(fmt::format("{:<18} {}", fmt::format("{}:", name), value.empty() ? "-" : value));
}

template <std::integral Number>
void show(Lines& lines, std::string_view name, Number number) {
  show(lines, name, std::to_string(number));
}

void show_connection(Lines& lines, const ConnectionInfo& c) {
  show(lines, "server", printable(c.server_name));
  show(lines, "server address", c.server.text());
  show(lines, "local address", c.local.text());
  show(lines, "connection", c.id);
  show(lines, "connection state", c.state);
  show(lines, "connection age", duration_text(c.age));
  show(lines, "peer host name", printable(c.peer_host_name));
  show(lines, "peer vendor", printable(c.peer_vendor));
  show(lines, "peer firmware", c.peer_firmware);
  show(lines, "maximum channels", c.maximum_channels ? std::to_string(c.maximum_channels) : "any");
  show(lines, "echoes sent", c.echoes_sent);
  show(lines, "echoes answered", c.echoes_answered);
  show(lines, "WAN errors", c.wan_errors);
  show(lines, "refused calls", c.refused_calls);
  show(lines, "host route", c.host_route ? "held" : "none");
}

void show_call(Lines& lines, const CallInfo& call) {
  show(lines, "call", value(call.call_id));
  show(lines, "peer call", value(call.peer_call_id));
  show(lines, "state", call.state);
  show(lines, "name", printable(call.name));
  show(lines, "owner", user_name(call.uid));
  show(lines, "uid", call.uid);
  show(lines, "gateway pid", call.pid);
  show(lines, "age", duration_text(call.age));
}

std::string_view unit_of(const Statistic& row) {
  switch (row.unit) {
    case Statistic::Unit::none: return "";
    case Statistic::Unit::bytes: return "bytes";
    case Statistic::Unit::microseconds: return "usecs";
  }
  return "";
}

std::string stats_line(const Statistic& row, const Reading& reading,
                       const std::optional<Change>& change) {
  bool counter = row.kind == Statistic::Kind::counter;
  auto rate = change && counter ? fmt::format("{:.1f}/s", change->per_second(row.of(change->by)))
                                : std::string();
  return fmt::format("  {:<12} {:>14} {:<5} {:>12}  {}", row.name, row.of(reading.counted),
                     unit_of(row), rate, row.help);
}

}  // namespace

Lines show_lines(const Found& found) {
  Lines lines;
  const auto& [info, reading] = *found.call;
  show_call(lines, info);
  show_connection(lines, *found.connection);
  if (!reading) {
    show(lines, "statistics", kNoReading);
    return lines;
  }
  show(lines, "uptime", duration_text(uptime(*found.call)));
  show(lines, "loss", loss_text(reading->counted));
  for (const auto& row : kStatistics)
    show(lines, row.name, fmt::format("{} {}", row.of(reading->counted), unit_of(row)));
  for (auto& line : lines) line.erase(line.find_last_not_of(' ') + 1);
  return lines;
}

Lines stats_lines(const Found& found, const std::optional<Change>& change) {
  const auto& [info, reading] = *found.call;
  auto name = info.name.empty() ? "" : ", " + printable(info.name);
  auto call =
      fmt::format("call {}, {}{}", value(info.call_id), server_text(*found.connection), name);
  if (!reading) return {fmt::format("{}, {}: {}", call, info.state, kNoReading)};
  Lines lines{fmt::format("{}, up {}", call, duration_text(uptime(*found.call)))};
  for (size_t i = 0; i < kStatistics.size(); i++) {
    if (i == 0) lines.push_back(" those of pptp-linux");
    if (i == kPeersStatistics) lines.push_back(" others");
    lines.push_back(stats_line(kStatistics[i], *reading, change));
  }
  return lines;
}

}  // namespace callgate
