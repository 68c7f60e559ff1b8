// SPDX-License-Identifier: GPL-2.0-or-later
// How much of the manager one user may take, so that enough is left for the others. Pure. The
// quotas do not hold for the manager's operators (checks.hh).
#pragma once

#include <sys/types.h>

#include <cstddef>
#include <map>
#include <string>

#include "common/wire/ids.hh"

namespace callgate {

class Quotas {
 public:
  static constexpr size_t kClients = 256;      // connected at once
  static constexpr size_t kCalls = 64;         // asked for or up at once
  static constexpr size_t kHeldServers = 16;   // with a host route
  static constexpr size_t kReserved = 64;      // places for clients that only operators get
  static constexpr unsigned kBurst = 1000;     // records at once
  static constexpr unsigned kPerSecond = 200;  // records after those
  static constexpr unsigned kCallCost = 10;    // a request for a call counts as this many records
  // Bytes that wait for all clients of a user, beside what the kernel keeps for each.
  static constexpr std::ptrdiff_t kQueued = 1 << 20;
  static constexpr Duration kSaidEvery = std::chrono::minutes(1);

  // A client comes: returns false if there is no place for it. Each admitted client leaves once.
  bool admit(uid_t uid, size_t places_left);
  void leave(uid_t uid) { users_[uid].clients--; }
  size_t clients(uid_t uid) { return users_[uid].clients; }

  // Bytes begin or cease to wait for clients of this user. Returns false if these are too many.
  bool queue(uid_t uid, std::ptrdiff_t change) { return (users_[uid].queued += change) <= kQueued; }

  // Something arrives that counts as `cost` records: returns false if that is too much.
  bool spend(uid_t uid, TimePoint now, unsigned cost = 1);

  // Returns false if the log has said lately that something is wrong with this user, or with all of
  // them.
  bool is_news(uid_t uid, TimePoint now);
  static constexpr uid_t kAllUsers = static_cast<uid_t>(-1);

 private:
  struct User {
    size_t clients = 0;
    std::ptrdiff_t queued = 0;  // bytes
    double records = kBurst;    // that the user may send now
    TimePoint counted_at{}, said_at{};
  };
  std::map<uid_t, User> users_;
};

}  // namespace callgate
