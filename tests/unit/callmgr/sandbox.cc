// SPDX-License-Identifier: GPL-2.0-or-later
// The manager's lists of system calls contain what it needs on each processor that has a package.
#include "callmgr/sandbox.hh"

#include "config.hh"
#include "tests/unit/allowed_calls.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::test;

TEST_CASE("the manager's system calls are allowed on each processor") {
  auto wanted = calls_on_arm64("manager");
  REQUIRE(wanted.size() > 30);
  auto routes = manager_serves() + manager_holds_routes();
  for (const auto& processor : kProcessors) {
    INFO(processor.name);
    CHECK(missing(wanted, allowed_calls(manager_serves(), processor)).empty());
    CHECK(missing({"landlock_restrict_self", "seccomp"}, allowed_calls(routes, processor)).empty());
    CHECK(missing(calls_on_arm64("routes"), allowed_calls(routes, processor)).empty());
  }
}

TEST_CASE("the keeper's system calls are allowed on each processor") {
  Calls wanted{"socket", "bind", "getsockname", "sendto", "recvmsg", "read", "exit_group"};
  for (const auto& processor : kProcessors) {
    INFO(processor.name);
    auto allowed = allowed_calls(keeper_keeps_routes(), processor);
    CHECK(missing(wanted, allowed).empty());
    if (!CALLGATE_SANITIZED) CHECK_FALSE(allowed.contains("openat"));
  }
}
