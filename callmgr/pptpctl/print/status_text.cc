// SPDX-License-Identifier: GPL-2.0-or-later
// The tables of pptpctl status and pptpctl watch.
#include "callmgr/pptpctl/print/format.hh"
#include "callmgr/pptpctl/print/render.hh"

namespace callgate {
namespace {

// The line of a connection that has no call.
std::vector<std::string> without_call(const ConnectionInfo& connection, size_t columns) {
  std::vector<std::string> cells{server_text(connection), "-", connection.state,
                                 duration_text(connection.age)};
  cells.resize(columns);
  return cells;
}

std::vector<std::string> with_call(const ConnectionInfo& connection, const CallEntry& call) {
  return {server_text(connection), std::to_string(value(call.info.call_id)), call.info.state,
          duration_text(uptime(call))};
}

void add_volumes(std::vector<std::string>& cells, const CallEntry& call) {
  const auto& all = call.statistics;
  cells.push_back(all ? volume_text(static_cast<double>(all->rx_bytes)) : "-");
  cells.push_back(all ? volume_text(static_cast<double>(all->tx_bytes)) : "-");
}

void add_rest(std::vector<std::string>& cells, const CallEntry& call, const Statistics* lost) {
  cells.push_back(lost ? loss_text(*lost) : "-");
  cells.push_back(call.statistics ? time_text(call.statistics->round_trip) : "-");
  cells.push_back(call.statistics ? idle_text(call.statistics->rx_idle) : "-");
  cells.push_back(user_name(call.info.uid));
  const auto& info = call.info;
  for (const auto* text : {&info.interface, &info.tunnel})
    cells.push_back(text->empty() ? "-" : printable(*text));
  cells.push_back(printable(info.name));
}

void add_rates(std::vector<std::string>& cells, const std::optional<Change>& change) {
  for (uint64_t Statistics::*bytes : {&Statistics::rx_bytes, &Statistics::tx_bytes})
    cells.push_back(change ? volume_text(change->per_second(change->by.*bytes)) + "/s" : "-");
}

template <typename CellsOfCall>
Lines table(const Snapshot& now, std::vector<std::string> headings, bool with_headings,
            CellsOfCall cells_of) {
  if (now.connections.empty()) return {"no control connections"};
  size_t columns = headings.size();
  TextTable table(std::move(headings));
  for (const auto& connection : now.connections) {
    if (connection.calls.empty()) table.add(without_call(connection.info, columns));
    for (const auto& call : connection.calls) table.add(cells_of(connection.info, call));
  }
  return table.lines(with_headings);
}

}  // namespace

Lines status_lines(const Snapshot& now) {
  return table(now,
               {"<SERVER", "CALL", "<STATE", "UPTIME", "RX", "TX", "LOSS", "RTT", "IDLE", "<OWNER",
                "?<INTERFACE", "?<TUNNEL", "<NAME"},
               true, [](const ConnectionInfo& connection, const CallEntry& call) {
                 auto cells = with_call(connection, call);
                 add_volumes(cells, call);
                 add_rest(cells, call, call.statistics ? &*call.statistics : nullptr);
                 return cells;
               });
}

Lines watch_lines(const Snapshot& now, const Snapshot& before, bool with_headings) {
  return table(now,
               {"<SERVER", "CALL", "<STATE", "UPTIME", "RX/S", "TX/S", "LOSS", "RTT", "IDLE",
                "<OWNER", "?<INTERFACE", "?<TUNNEL", "<NAME"},
               with_headings, [&](const ConnectionInfo& connection, const CallEntry& call) {
                 auto change = change_since(before, call);
                 auto cells = with_call(connection, call);
                 add_rates(cells, change);
                 add_rest(cells, call, change ? &change->by : nullptr);
                 return cells;
               });
}

}  // namespace callgate
