// SPDX-License-Identifier: GPL-2.0-or-later
// Errors of single packets are logged with a remedy, and never more than once a minute.
#include "gre/socket_troubles.hh"

#include <cerrno>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {
constexpr TimePoint kStart{std::chrono::hours(1)};
constexpr TimePoint at(int seconds) {
  return kStart + std::chrono::seconds(seconds);
}
}  // namespace

TEST_CASE("an error is said with what to do about it") {
  SocketTroubles troubles;
  CHECK(troubles.happened(EPERM, at(0)) ==
        "Operation not permitted (a firewall on this host forbids it: allow IP protocol"
        " 47 (GRE))");
}

TEST_CASE("a server that takes no more GRE is waited for to say why") {
  SocketTroubles troubles;
  CHECK_FALSE(troubles.happened(ENOPROTOOPT, at(0)));
  CHECK(troubles.happened(ENOPROTOOPT, at(1)) ==
        "Protocol not available (the server does not accept GRE any more: it has"
        " probably ended the call)");
  CHECK_FALSE(troubles.happened(ENOPROTOOPT, at(2)));
}

TEST_CASE("better advice replaces the general one") {
  SocketTroubles troubles;
  auto advice = [] { return std::string("set mtu 1356"); };
  CHECK(troubles.happened(EMSGSIZE, at(0), advice) == "Message too long (set mtu 1356)");
}

TEST_CASE("advice that has nothing to say leaves the general one") {
  SocketTroubles troubles;
  auto text = troubles.happened(EMSGSIZE, at(0), [] { return std::string(); });
  CHECK(text == "Message too long (" + remedy(EMSGSIZE) + ")");
}

TEST_CASE("advice is asked only where something is said: it costs system calls") {
  SocketTroubles troubles;
  int asked = 0;
  auto advice = [&] {
    asked++;
    return std::string("set mtu 1356");
  };
  for (int second = 0; second < 60; second++) troubles.happened(EMSGSIZE, at(second), advice);
  CHECK(asked == 1);
  CHECK(troubles.happened(EMSGSIZE, at(60), advice) == "Message too long, 60 times (set mtu 1356)");
  CHECK(asked == 2);
}

TEST_CASE("each error has its own minute") {
  SocketTroubles troubles;
  CHECK(troubles.happened(ENETUNREACH, at(0)));
  CHECK_FALSE(troubles.happened(ENETUNREACH, at(30)));
  CHECK(troubles.happened(EPERM, at(30)));
  CHECK(troubles.happened(ENETUNREACH, at(60)) ==
        "Network is unreachable, 2 times (this host has no route to the server at the"
        " moment)");
}

TEST_CASE("every error that a network can cause has a remedy") {
  for (int error : {ENOBUFS, EPERM, EACCES, ENETUNREACH, ENETDOWN, EHOSTUNREACH, EMSGSIZE,
                    ECONNREFUSED, ENOPROTOOPT})
    CHECK_FALSE(remedy(error).empty());
}
