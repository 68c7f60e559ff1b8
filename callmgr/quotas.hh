// SPDX-License-Identifier: GPL-2.0-or-later
// What one user may take of the manager, so that there is enough left for the others. Pure. Those
// who operate the manager (checks.hh) are not asked.
#pragma once

#include <sys/types.h>

#include <map>
#include <string>

#include "common/ids.hh"

namespace callgate {

class Quotas {
 public:
  static constexpr size_t kClients = 256;      // connected at once
  static constexpr size_t kCalls = 64;         // asked for or up at once
  static constexpr size_t kReserved = 64;      // of all clients' places: for the operators
  static constexpr unsigned kBurst = 1000;     // records at once
  static constexpr unsigned kPerSecond = 200;  // records that may follow
  static constexpr Duration kSaidEvery = std::chrono::minutes(1);

  // A client comes: false if there is no place for it. Each that was admitted leaves once.
  bool admit(uid_t uid, size_t places_left);
  void leave(uid_t uid) { users_[uid].clients--; }

  // A record arrives: false if it is one too many.
  bool spend(uid_t uid, TimePoint now);

  // Whether a refusal is news, or the log has it already.
  bool is_news(uid_t uid, TimePoint now);

 private:
  struct User {
    size_t clients = 0;
    double records = kBurst;  // that may come now
    TimePoint counted_at{}, said_at{};
  };
  std::map<uid_t, User> users_;  // as many as there are users who may use the socket
};

}  // namespace callgate
