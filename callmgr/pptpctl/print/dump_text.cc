// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl dump: for scripts. The order of the columns is frozen; pptpctl(1) documents it.
#include "callmgr/pptpctl/print/fields.hh"
#include "callmgr/pptpctl/print/render.hh"

namespace callgate {
namespace {

std::string connection_line(const ConnectionInfo& connection) {
  std::string line = "connection";
  for (const auto& field : connection_fields()) line += "\t" + field_text(field.of(connection));
  return line;
}

std::string call_line(const CallEntry& call) {
  auto line = "call\t" + std::to_string(call.info.connection_id);
  for (const auto& field : call_fields())
    if (field.dumped) line += "\t" + field_text(field.of(call.info));
  line += "\t" + (call.statistics ? std::to_string(call.uptime.count()) : "-");
  for (const auto& row : kStatistics)
    line += "\t" + (call.statistics ? std::to_string(row.of(*call.statistics)) : "-");
  return line;
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
