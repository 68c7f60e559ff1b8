// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl status --json, as doc/status.schema.json describes it.
#include <nlohmann/json.hpp>

#include "callmgr/pptpctl/print/fields.hh"
#include "callmgr/pptpctl/print/render.hh"
#include "config.hh"

namespace callgate {
namespace {

using Json = nlohmann::ordered_json;

Json to_json(const Statistics& statistics) {
  Json all = Json::object();
  for (const auto& row : kStatistics) all[statistic_key(row)] = row.of(statistics);
  return all;
}

template <typename Info>
Json to_json(std::span<const Field<Info>> fields, const Info& info) {
  Json all = Json::object();
  for (const auto& field : fields)
    std::visit([&](const auto& value) { all[field.key] = value; }, field.of(info));
  return all;
}

Json to_json(const CallEntry& call) {
  auto all = to_json(call_fields(), call.info);
  all["up_milliseconds"] = call.statistics ? Json(call.uptime.count()) : Json();
  all["statistics"] = call.statistics ? to_json(*call.statistics) : Json();
  return all;
}

Json to_json(const ConnectionEntry& entry) {
  auto all = to_json(connection_fields(), entry.info);
  all["calls"] = Json::array();
  for (const auto& call : entry.calls) all["calls"].push_back(to_json(call));
  return all;
}

}  // namespace

// The name of a counter says what it counts. Any other name ends in the unit.
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
