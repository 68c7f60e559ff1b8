// SPDX-License-Identifier: GPL-2.0-or-later
// Who may do what at the call manager. Denials first.
#include "callmgr/manager/checks.hh"

#include "callmgr/manager/quotas.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

const ManagerIdentity kManager{.owner = 1000, .network_namespace = 42};
constexpr uid_t kRoot = 0, kOwner = 1000, kUser = 1001, kOther = 1002;

CallRequest request() {
  CallRequest request;
  request.network_namespace = 42;
  return request;
}

}  // namespace

TEST_CASE("a user of a user namespace is no client, unless it runs the manager") {
  ManagerIdentity manager{.owner = 100'001, .strangers = SubordinateUids("alice:100000:65536")};
  CHECK(check_client(100'000, manager));
  CHECK_FALSE(check_client(100'001, manager));
  CHECK_FALSE(check_client(kUser, manager));
  CHECK_FALSE(check_client(kRoot, manager));
}

TEST_CASE("a client of another version is refused") {
  auto wanted = request();
  wanted.version = kChannelVersion + 1;
  auto refused = check_call_request(wanted, kRoot, kManager);
  REQUIRE(refused);
  CHECK(refused->cause == Cause::manager_refused);
}

TEST_CASE("a client of another network namespace is refused, whoever it is") {
  auto wanted = request();
  wanted.network_namespace = 43;
  for (uid_t uid : {kRoot, kOwner, kUser}) {
    auto refused = check_call_request(wanted, uid, kManager);
    REQUIRE(refused);
    CHECK(refused->cause == Cause::other_namespace);
  }
}

TEST_CASE("a mark is for root and for who owns the manager") {
  auto wanted = request();
  wanted.mark = 7;
  REQUIRE(check_call_request(wanted, kUser, kManager));
  CHECK(check_call_request(wanted, kUser, kManager)->cause == Cause::manager_refused);
  CHECK_FALSE(check_call_request(wanted, kOwner, kManager));
  CHECK_FALSE(check_call_request(wanted, kRoot, kManager));
}

TEST_CASE("whoever may use the socket may ask for an ordinary call") {
  CHECK_FALSE(check_call_request(request(), kUser, kManager));
}

TEST_CASE("nobody sees or hangs up the call of another user") {
  CHECK_FALSE(check_hang_up(kOther, kUser, kManager));
  CHECK_FALSE(check_hang_up(kUser, kRoot, kManager));
  CHECK_FALSE(check_hang_up(kUser, kOwner, kManager));
}

TEST_CASE("an answer that nobody waits for may come from a client that has, or had, a call") {
  CHECK_FALSE(check_unasked_answer(CallId{}));
  CHECK(check_unasked_answer(CallId{1}));
}

TEST_CASE("nobody is told of the call of another user") {
  CHECK_FALSE(check_status_of(kOther, false, kUser, kManager));
  CHECK_FALSE(check_status_of(kUser, false, kRoot, kManager));
  CHECK(check_status_of(kUser, false, kUser, kManager));
  CHECK(check_status_of(kOwner, false, kUser, kManager));
}

TEST_CASE("a member of the group that may see is told of every call, and may do no more with it") {
  CHECK(check_status_of(kOther, true, kRoot, kManager));
  CHECK_FALSE(check_hang_up(kOther, kRoot, kManager));
  auto why = only_seen(CallId{4711}, kRoot, "hang it up");
  CHECK(why.cause == Cause::manager_refused);
  CHECK(
      why.detail ==
      "you may see call 4711, which belongs to uid 0, but only this user and root may hang it up");
}

TEST_CASE("a user has so many calls; who operates the manager, as many as there are") {
  REQUIRE(check_call_request(request(), kUser, kManager, Quotas::kCalls));
  CHECK(check_call_request(request(), kUser, kManager, Quotas::kCalls)->cause ==
        Cause::too_many_calls);
  CHECK_FALSE(check_call_request(request(), kUser, kManager, Quotas::kCalls - 1));
  CHECK_FALSE(check_call_request(request(), kRoot, kManager, Quotas::kCalls));
}

TEST_CASE("a host route is held unless the call says otherwise, or names a device or a mark") {
  auto wanted = request();
  CHECK(check_host_route(wanted));
  wanted.device = "eth0";
  CHECK_FALSE(check_host_route(wanted));
  wanted = request();
  wanted.host_route = false;
  CHECK_FALSE(check_host_route(wanted));
  wanted = request();
  wanted.mark = 5;
  CHECK_FALSE(check_host_route(wanted));
}

TEST_CASE("a user's calls hold host routes to a limited number of servers") {
  std::set<IpAddress> held;
  for (uint8_t number = 1; number <= Quotas::kHeldServers; number++)
    held.insert({.family = IpFamily::v4, .bytes = {10, 0, 0, number}});
  auto first = *held.begin();
  IpAddress another{.family = IpFamily::v4, .bytes = {10, 0, 1, 1}};
  CHECK_FALSE(check_held_servers(held, another, kUser, kManager));
  CHECK(check_held_servers(held, first, kUser, kManager));
  CHECK(check_held_servers(held, another, kRoot, kManager));
  held.erase(first);
  CHECK(check_held_servers(held, another, kUser, kManager));
}

TEST_CASE("one's own call, and every call for root and for who owns the manager") {
  CHECK(check_hang_up(kUser, kUser, kManager));
  CHECK(check_hang_up(kRoot, kUser, kManager));
  CHECK(check_hang_up(kOwner, kUser, kManager));
}

TEST_CASE("a manager that root owns has no other operator") {
  constexpr ManagerIdentity kRoots{.owner = 0, .network_namespace = 42};
  CHECK(is_operator(kRoot, kRoots));
  CHECK_FALSE(is_operator(kUser, kRoots));
}

TEST_CASE("nobody captures, and nobody sets the log level of, the call of another user") {
  for (auto check : {check_capture, check_log_level_of}) {
    CHECK_FALSE(check(kOther, kUser, kManager));
    CHECK_FALSE(check(kUser, kRoot, kManager));
    CHECK_FALSE(check(kUser, kOwner, kManager));
    CHECK(check(kUser, kUser, kManager));
    CHECK(check(kRoot, kUser, kManager));
    CHECK(check(kOwner, kUser, kManager));
  }
}

TEST_CASE("the manager's own log level is set by its operators, and asked for by all") {
  LogLevelRequest wanted{.level = 7};
  REQUIRE(check_log_level(wanted, kUser, kManager));
  CHECK(check_log_level(wanted, kUser, kManager)->cause == Cause::manager_refused);
  CHECK_FALSE(check_log_level(wanted, kOwner, kManager));
  CHECK_FALSE(check_log_level(wanted, kRoot, kManager));
  CHECK_FALSE(check_log_level(LogLevelRequest{}, kUser, kManager));
}
