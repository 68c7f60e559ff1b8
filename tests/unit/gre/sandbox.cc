// SPDX-License-Identifier: GPL-2.0-or-later
// The gateway's lists of system calls contain what it needs on each processor that has a package.
#include "gre/sandbox.hh"

#include "config.hh"
#include "tests/unit/allowed_calls.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::test;

TEST_CASE("the gateway's system calls are allowed on each processor") {
  auto wanted = calls_on_arm64("gateway");
  REQUIRE(wanted.size() > 20);
  for (const auto& processor : kProcessors) {
    INFO(processor.name);
    CHECK(missing(wanted, allowed_calls(gateway_sets_up(), processor)).empty());
  }
}

TEST_CASE("a gateway in a call has lost what only its set-up needs, on each processor") {
  if (CALLGATE_SANITIZED) return;  // its lists are longer
  for (const auto& processor : kProcessors) {
    INFO(processor.name);
    auto allowed = allowed_calls(gateway_copies(), processor);
    CHECK(missing({"bind", "setsockopt", "seccomp", "prctl"}, allowed).size() == 4);
    CHECK(missing({"ppoll", "recvmmsg", "sendmmsg", "read", "write"}, allowed).empty());
  }
}

TEST_CASE("a filter knows its own processor's calls and no others") {
  if (CALLGATE_SANITIZED) return;
  for (const auto& processor : kProcessors) {
    INFO(processor.name);
    auto allowed = allowed_calls(gateway_copies(), processor);
    CHECK(allowed.contains("poll") == (processor.architecture == SCMP_ARCH_X86_64));
    CHECK_FALSE(allowed.contains("openat"));
  }
}
