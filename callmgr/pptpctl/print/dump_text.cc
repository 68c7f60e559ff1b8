// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl dump: for scripts. The order of the columns is frozen; pptpctl(1) documents it.
#include "callmgr/pptpctl/print/fields.hh"
#include "callmgr/pptpctl/print/render.hh"

namespace callgate {
namespace {

// A new column is appended. There were this many statistics when tunnel and interface were added.
constexpr size_t kStatisticsBeforeTunnel = 41;

std::string connection_line(const ConnectionInfo& connection) {
  std::string line = "connection";
  for (const auto& field : connection_fields()) line += "\t" + field_text(field.of(connection));
  return line;
}

std::string statistics_columns(const CallEntry& call, size_t first, size_t end) {
  std::string columns;
  for (size_t i = first; i < end; i++)
    columns += "\t" + (call.statistics ? std::to_string(kStatistics[i].of(*call.statistics)) : "-");
  return columns;
}

std::string call_line(const CallEntry& call) {
  auto line = "call\t" + std::to_string(call.info.connection_id), tunnel = std::string();
  for (const auto& field : call_fields())
    if (field.dumped != Dumped::never)
      (field.dumped == Dumped::early ? line : tunnel) += "\t" + field_text(field.of(call.info));
  line += "\t" + (call.statistics ? std::to_string(call.uptime.count()) : "-");
  return line + statistics_columns(call, 0, kStatisticsBeforeTunnel) + tunnel +
         statistics_columns(call, kStatisticsBeforeTunnel, kStatistics.size());
}

}  // namespace

Lines dump_lines(const Snapshot& now) {
  Lines lines;
  for (const auto& connection : now.connections) {
    lines.push_back(connection_line(connection.info));
    for (const auto& call : connection.calls) lines.push_back(call_line(call));
  }
  return lines;
}

}  // namespace callgate
