// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/snapshot.hh"

#include <algorithm>

#include "callmgr/pptpctl/arguments.hh"

namespace callgate {
namespace {

template <typename Wanted>
std::vector<CallOnConnection> those(const Snapshot& snapshot, Wanted wanted) {
  std::vector<CallOnConnection> found;
  for (const auto& connection : snapshot.connections)
    for (const auto& call : connection.calls)
      if (wanted(call)) found.push_back({&connection.info, &call});
  return found;
}

// Call ids and pids are used again, but a later call does not have both of an earlier one.
bool same_call(const CallInfo& one, const CallInfo& other) {
  return one.call_id == other.call_id && one.pid == other.pid &&
         one.connection_id == other.connection_id;
}

}  // namespace

std::vector<CallOnConnection> all_calls(const Snapshot& snapshot) {
  return those(snapshot, [](const CallEntry&) { return true; });
}

std::vector<CallOnConnection> find_calls(const Snapshot& snapshot, const std::string& word) {
  if (auto id = call_id(word)) {
    auto found = those(snapshot, [&](const CallEntry& c) { return value(c.info.call_id) == *id; });
    if (!found.empty()) return found;
  }
  return those(snapshot, [&](const CallEntry& call) {
    return call.info.name == word || call.info.tunnel == word;
  });
}

std::optional<Change> change_since(const Snapshot& before, const CallEntry& call) {
  auto earlier = those(before, [&](const CallEntry& c) { return same_call(c.info, call.info); });
  if (earlier.empty() || !earlier[0].call->statistics || !call.statistics) return std::nullopt;
  const CallEntry& then = *earlier[0].call;
  if (call.uptime <= then.uptime) return std::nullopt;
  Change change;
  change.seconds = std::chrono::duration<double>(call.uptime - then.uptime).count();
  for (const auto& row : kStatistics) {
    auto now = row.of(*call.statistics), was = row.of(*then.statistics);
    if (row.kind == Statistic::Kind::counter) row.set(change.by, now - std::min(was, now));
  }
  return change;
}

}  // namespace callgate
