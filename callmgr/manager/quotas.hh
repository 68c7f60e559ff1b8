// SPDX-License-Identifier: GPL-2.0-or-later
// What one user may take of the manager, so that there is enough left for the others. Pure. Those
// who operate the manager (checks.hh) are not asked.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

#include "common/wire/ids.hh"

namespace callgate {

class Quotas {
 public:
  static constexpr size_t kClients = 256;      // connected at once
  static constexpr size_t kCalls = 64;         // asked for or up at once
  static constexpr size_t kReserved = 64;      // of all clients' places: for the operators
  static constexpr unsigned kBurst = 1000;     // records at once
  static constexpr unsigned kPerSecond = 200;  // records that may follow
  static constexpr unsigned kCallCost = 10;    // records that a request for a call counts for
  static constexpr Duration kSaidEvery = std::chrono::minutes(1);

  // A client comes: false if there is no place for it. Each that was admitted leaves once.
  bool admit(uid_t uid, size_t places_left);
  void leave(uid_t uid) { users_[uid].clients--; }
  size_t clients(uid_t uid) { return users_[uid].clients; }

  // A record arrives, or what counts for so many: false if it is too much.
  bool spend(uid_t uid, TimePoint now, unsigned cost = 1);

  // Whether what is wrong with a user, or with all of them, is news, or the log has it already.
  bool is_news(uid_t uid, TimePoint now);
  static constexpr uid_t kAllUsers = static_cast<uid_t>(-1);

 private:
  struct User {
    size_t clients = 0;
    double records = kBurst;  // that may come now
    TimePoint counted_at{}, said_at{};
  };
  std::map<uid_t, User> users_;  // as many as there are users who may use the socket
};

}  // namespace callgate
