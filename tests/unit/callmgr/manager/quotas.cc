// SPDX-License-Identifier: GPL-2.0-or-later
// What one user may take, and that it costs nobody else anything.
#include "callmgr/manager/quotas.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

constexpr uid_t kGreedy = 1001, kModest = 1002;
constexpr size_t kPlenty = 4000;
const TimePoint kStart = TimePoint(std::chrono::hours(1));

size_t admitted(Quotas& quotas, uid_t uid, size_t attempts) {
  size_t count = 0;
  for (size_t i = 0; i < attempts; i++) count += quotas.admit(uid, kPlenty);
  return count;
}

size_t spent(Quotas& quotas, uid_t uid, size_t attempts, TimePoint now) {
  size_t count = 0;
  for (size_t i = 0; i < attempts; i++) count += quotas.spend(uid, now);
  return count;
}

}  // namespace

TEST_CASE("a user has so many clients and no more, another as many") {
  Quotas quotas;
  CHECK(admitted(quotas, kGreedy, 10'000) == Quotas::kClients);
  CHECK(admitted(quotas, kModest, 1) == 1);
}

TEST_CASE("who leaves makes room for another of the same user") {
  Quotas quotas;
  admitted(quotas, kGreedy, 10'000);
  quotas.leave(kGreedy);
  CHECK(admitted(quotas, kGreedy, 2) == 1);
}

TEST_CASE("the last places are not for users, whoever comes") {
  Quotas quotas;
  CHECK_FALSE(quotas.admit(kModest, Quotas::kReserved));
  CHECK(quotas.admit(kModest, Quotas::kReserved + 1));
}

TEST_CASE("records are bounded in number at once, and in rate from then on") {
  Quotas quotas;
  CHECK(spent(quotas, kGreedy, 5'000, kStart) == Quotas::kBurst);
  CHECK(spent(quotas, kGreedy, 5'000, kStart + std::chrono::seconds(1)) == Quotas::kPerSecond);
  CHECK(spent(quotas, kModest, 10, kStart + std::chrono::seconds(1)) == 10);
}

TEST_CASE("a request for a call counts for several records, and 64 calls at once are no trouble") {
  Quotas quotas;
  size_t calls = 0;
  while (quotas.spend(kGreedy, kStart, Quotas::kCallCost)) calls++;
  CHECK(calls == Quotas::kBurst / Quotas::kCallCost);
  CHECK(calls > Quotas::kCalls);
}

TEST_CASE("a user who was quiet for long has no more than one burst") {
  Quotas quotas;
  spent(quotas, kGreedy, 5'000, kStart);
  CHECK(spent(quotas, kGreedy, 5'000, kStart + std::chrono::hours(24)) == Quotas::kBurst);
}

TEST_CASE("a refusal is said once a minute and user") {
  Quotas quotas;
  CHECK(quotas.is_news(kGreedy, kStart));
  CHECK_FALSE(quotas.is_news(kGreedy, kStart + std::chrono::seconds(59)));
  CHECK(quotas.is_news(kModest, kStart));
  CHECK(quotas.is_news(kGreedy, kStart + std::chrono::seconds(61)));
}

TEST_CASE(
    "bytes that wait for the clients of a user are bounded, and those of another do not count") {
  Quotas quotas;
  CHECK(quotas.queue(kGreedy, Quotas::kQueued));
  CHECK_FALSE(quotas.queue(kGreedy, 1));
  CHECK(quotas.queue(kModest, Quotas::kQueued));
  CHECK(quotas.queue(kGreedy, -1));
}
