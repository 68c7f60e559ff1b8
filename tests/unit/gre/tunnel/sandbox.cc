// SPDX-License-Identifier: GPL-2.0-or-later
// The secret holder's list of system calls contains what it needs on each processor that has a
// package, and nothing that would take its secret elsewhere.
#include "gre/tunnel/secret_holder.hh"

#include "config.hh"
#include "tests/unit/allowed_calls.hh"
#include "tests/unit/catch.hh"

using namespace callgate;
using namespace callgate::test;

TEST_CASE("the secret holder's system calls are allowed on each processor") {
  auto wanted = calls_on_arm64("holder");
  REQUIRE(wanted.size() > 15);
  REQUIRE(wanted.contains("getrandom"));
  for (const auto& processor : kProcessors) {
    INFO(processor.name);
    CHECK(missing(wanted, allowed_calls(holder_answers(), processor)).empty());
  }
}

TEST_CASE("the secret holder can open no file, start nothing and wait for nobody else") {
  if (CALLGATE_SANITIZED) return;  // its list is longer
  const Calls forbidden{"openat", "execve", "clone", "ptrace",  "bind", "listen",
                        "accept", "setuid", "prctl", "seccomp", "kill", "process_vm_readv"};
  for (const auto& processor : kProcessors) {
    INFO(processor.name);
    auto allowed = allowed_calls(holder_answers(), processor);
    CHECK(missing(forbidden, allowed).size() == forbidden.size());
    CHECK(missing({"recvfrom", "sendto", "getrandom"}, allowed).empty());
  }
}
