// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl status --json. doc/status.schema.json describes it.
#include <nlohmann/json.hpp>

#include "callmgr/pptpctl/print/format.hh"
#include "callmgr/pptpctl/print/render.hh"
#include "config.hh"

namespace callgate {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Statistics& counted) {
  Json all = Json::object();
  for (const auto& row : kStatistics) all[statistic_key(row)] = row.of(counted);
  return all;
}

Json to_json(const CallEntry& call) {
  const auto& [info, reading] = call;
  return {{"call_id", value(info.call_id)},
          {"peer_call_id", value(info.peer_call_id)},
          {"state", info.state},
          {"name", printable(info.name)},
          {"uid", info.uid},
          {"owner", user_name(info.uid)},
          {"pid", info.pid},
          {"age_seconds", info.age},
          {"up_milliseconds", reading ? Json(reading->uptime.count()) : Json()},
          {"statistics", reading ? to_json(reading->counted) : Json()}};
}

Json to_json(const ConnectionEntry& entry) {
  const auto& c = entry.info;
  auto calls = Json::array();
  for (const auto& call : entry.calls) calls.push_back(to_json(call));
  return {{"id", c.id},
          {"server_name", printable(c.server_name)},
          {"server", c.server.text()},
          {"local", c.local.text()},
          {"state", c.state},
          {"peer_host_name", printable(c.peer_host_name)},
          {"peer_vendor", printable(c.peer_vendor)},
          {"peer_firmware", c.peer_firmware},
          {"maximum_channels", c.maximum_channels},
          {"age_seconds", c.age},
          {"echoes_sent", c.echoes_sent},
          {"echoes_answered", c.echoes_answered},
          {"wan_errors", c.wan_errors},
          {"refused_calls", c.refused_calls},
          {"host_route", c.host_route},
          {"calls", std::move(calls)}};
}

}  // namespace

// A count's name says what is counted; of anything else the unit is said.
std::string statistic_key(const Statistic& row) {
  std::string key = row.key;
  if (row.kind == Statistic::Kind::counter) return key;
  switch (row.unit) {
    case Statistic::Unit::none: return key;
    case Statistic::Unit::bytes: return key + "_bytes";
    case Statistic::Unit::microseconds: return key + "_microseconds";
  }
  return key;
}

std::string status_json(const Snapshot& now) {
  Json connections = Json::array();
  for (const auto& entry : now.connections) connections.push_back(to_json(entry));
  Json whole{{"version", CALLGATE_VERSION}, {"connections", std::move(connections)}};
  return whole.dump(2);
}

}  // namespace callgate
