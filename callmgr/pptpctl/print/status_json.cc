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

// Of each counter, per second.
Json rates(const std::optional<Change>& change) {
  if (!change) return {};
  Json all{{"seconds", change->seconds}};
  for (const auto& row : kStatistics)
    if (row.kind == Statistic::Kind::counter)
      all[statistic_key(row)] = change->per_second(row.of(change->by));
  return all;
}

// With `before`, each call has its rates.
Json to_json(const ConnectionEntry& entry, const Snapshot* before) {
  auto all = to_json(connection_fields(), entry.info);
  all["calls"] = Json::array();
  for (const auto& call : entry.calls) {
    all["calls"].push_back(to_json(call));
    if (before) all["calls"].back()["rates"] = rates(change_since(*before, call));
  }
  return all;
}

Json to_json(const Snapshot& now, const Snapshot* before) {
  Json connections = Json::array();
  for (const auto& entry : now.connections) connections.push_back(to_json(entry, before));
  return {{"version", CALLGATE_VERSION}, {"connections", std::move(connections)}};
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
  return to_json(now, nullptr).dump(2);
}

std::string watch_json(const Snapshot& now, const Snapshot& before, std::string_view time) {
  auto whole = to_json(now, &before);
  whole["time"] = time;
  whole["running"] = now.running;
  return whole.dump();
}

}  // namespace callgate
