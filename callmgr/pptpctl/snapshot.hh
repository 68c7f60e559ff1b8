// SPDX-License-Identifier: GPL-2.0-or-later
// All that the call manager tells at one moment, and what has changed between two such moments.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "common/channel/channel_message.hh"
#include "common/channel/statistics.hh"

namespace callgate {

struct CallEntry {
  CallInfo info;
  // nullopt: the call is not up, or its gateway did not answer in time.
  std::optional<Statistics> statistics;
  Duration uptime{0};  // since the call came up; valid if there are statistics
};

struct ConnectionEntry {
  ConnectionInfo info;
  std::vector<CallEntry> calls;
};

struct Snapshot {
  bool running = false;  // true if there is a call manager
  std::vector<ConnectionEntry> connections;
};

// A call and the connection that carries it. Both belong to the snapshot.
struct CallOnConnection {
  const ConnectionInfo* connection;
  const CallEntry* call;
};
std::vector<CallOnConnection> all_calls(const Snapshot& snapshot);
// The call with this call id; if there is none, the calls with this name or of this tunnel.
std::vector<CallOnConnection> find_calls(const Snapshot& snapshot, const std::string& word);
std::vector<CallOnConnection> find_calls(Snapshot&&, const std::string&) = delete;

// What one call has done between two snapshots.
struct Change {
  double seconds = 0;
  Statistics by;  // counters only

  double per_second(uint64_t count) const { return static_cast<double>(count) / seconds; }
};
// Returns nullopt if the call was not there before, or if statistics are missing in one of the two.
std::optional<Change> change_since(const Snapshot& before, const CallEntry& call);

// Asks the call manager. Without a manager the snapshot is empty. Throws OsError.
Snapshot fetch_snapshot();
void say_not_running();

}  // namespace callgate
