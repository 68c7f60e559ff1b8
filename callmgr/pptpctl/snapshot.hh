// SPDX-License-Identifier: GPL-2.0-or-later
// What the call manager holds at one moment, as pptpctl shows it; and what has changed between two.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/channel/channel_message.hh"
#include "common/channel/statistics.hh"

namespace callgate {

// What a gateway says of its call.
struct Reading {
  Duration uptime{0};
  Statistics counted;
};

struct CallEntry {
  CallInfo info;
  std::optional<Reading> reading;  // nothing: it is not up, or its gateway did not answer in time
};

struct ConnectionEntry {
  ConnectionInfo info;
  std::vector<CallEntry> calls;
};

struct Snapshot {
  bool running = false;  // a call manager
  std::vector<ConnectionEntry> connections;
};

// A call and the connection that carries it.
struct Found {
  const ConnectionInfo* connection;
  const CallEntry* call;
};
std::vector<Found> all_calls(const Snapshot& snapshot);
// By call id or, where none has that id, by name.
std::vector<Found> find_calls(const Snapshot& snapshot, const std::string& word);

// What one call has done between two snapshots.
struct Change {
  double seconds = 0;
  Statistics by;  // counters only

  double per_second(uint64_t count) const { return static_cast<double>(count) / seconds; }
};
// Nothing where the call was not there before, or either reading is missing.
std::optional<Change> change_since(const Snapshot& before, const CallEntry& call);

// From the call manager; without one, an empty snapshot. Throws OsError.
Snapshot fetch_snapshot();
void say_not_running();

}  // namespace callgate
