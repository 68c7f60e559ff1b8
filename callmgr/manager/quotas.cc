// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/quotas.hh"

#include <algorithm>
#include <utility>

namespace callgate {

bool Quotas::admit(uid_t uid, size_t places_left) {
  auto& user = users_[uid];
  if (user.clients >= kClients || places_left <= kReserved) return false;
  user.clients++;
  return true;
}

bool Quotas::spend(uid_t uid, TimePoint now, unsigned cost) {
  auto& user = users_[uid];
  std::chrono::duration<double> passed = now - std::exchange(user.counted_at, now);
  user.records = std::min<double>(kBurst, user.records + passed.count() * kPerSecond);
  if (user.records < cost) return false;
  user.records -= cost;
  return true;
}

bool Quotas::is_news(uid_t uid, TimePoint now) {
  auto& user = users_[uid];
  if (user.said_at != TimePoint{} && now - user.said_at < kSaidEvery) return false;
  user.said_at = now;
  return true;
}

}  // namespace callgate
