// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl dump: for scripts. The order of the columns is frozen, and stands in pptpctl(1).
#include <fmt/format.h>

#include "callmgr/pptpctl/print/render.hh"

namespace callgate {
namespace {

// Never empty: to a shell, two tabs with nothing between them are one.
std::string field(const std::string& text) {
  return text.empty() ? "-" : printable(text);
}

std::string connection_line(const ConnectionInfo& c) {
  return fmt::format("connection\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", c.id,
                     field(c.server_name), field(c.server.text()), field(c.local.text()),
                     field(c.state), field(c.peer_host_name), field(c.peer_vendor), c.peer_firmware,
                     c.maximum_channels, c.age, c.echoes_sent, c.echoes_answered, c.wan_errors,
                     c.refused_calls, c.host_route ? 1 : 0);
}

std::string call_line(const CallEntry& call) {
  const auto& [c, reading] = call;
  auto line =
      fmt::format("call\t{}\t{}\t{}\t{}\t{}\t{}\t{}\t{}", c.connection_id, value(c.call_id),
                  value(c.peer_call_id), field(c.state), field(c.name), c.uid, c.pid, c.age);
  line += reading ? fmt::format("\t{}", reading->uptime.count()) : "\t-";
  for (const auto& row : kStatistics)
    line += reading ? fmt::format("\t{}", row.of(reading->counted)) : "\t-";
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
