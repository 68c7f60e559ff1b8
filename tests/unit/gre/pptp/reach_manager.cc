// SPDX-License-Identifier: GPL-2.0-or-later
// Finding the call manager of this network namespace: what it may answer, and where else to look.
#include "gre/pptp/reach_manager.hh"

#include <fcntl.h>
#include <sys/resource.h>

#include "tests/unit/catch.hh"
#include "tests/unit/child.hh"
#include "tests/unit/manager_directory.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

Welcome welcome() {
  return {.network_namespace = network_namespace()};
}
Welcome elsewhere() {
  return {.network_namespace = network_namespace() + 1};
}

// Nobody is started unless the test says so.
ManagerPlace place_of(const ManagerDirectory& directory) {
  return {.socket = directory.socket(),
          .fixed = true,
          .program = {"/nonexistent/pptp-callmgr", {"pptp-callmgr"}},
          .welcome_timeout = std::chrono::seconds(5)};
}

bool reached(const ManagerPlace& place) {
  return std::holds_alternative<Channel>(reach_manager(place));
}
Reason failure(const ManagerPlace& place) {
  auto result = reach_manager(place);
  REQUIRE(std::holds_alternative<Reason>(result));
  return std::get<Reason>(result);
}

}  // namespace

TEST_CASE("a manager that welcomes us is the one") {
  ManagerDirectory directory;
  FakeManager manager(directory.socket(), welcome());
  CHECK(reached(place_of(directory)));
}

TEST_CASE("a manager of another version is refused, in words") {
  ManagerDirectory directory;
  FakeManager manager(directory.socket(), Welcome{.version = kChannelVersion + 1});
  auto reason = failure(place_of(directory));
  CHECK(reason.cause == Cause::manager_refused);
  CHECK(reason.detail.find("version 2") != reason.detail.npos);
}

TEST_CASE("a manager's own reason to refuse is passed on") {
  ManagerDirectory directory;
  Reason reason{.cause = Cause::too_many_calls, .detail = "64 of one user"};
  FakeManager manager(directory.socket(), CallEnded{reason});
  CHECK(failure(place_of(directory)) == reason);
}

TEST_CASE("a manager that begins with something else is not trusted") {
  ManagerDirectory directory;
  FakeManager manager(directory.socket(), ListEnd{});
  CHECK(failure(place_of(directory)).cause == Cause::manager_refused);
}

TEST_CASE("a manager that says nothing is given up after a bounded time") {
  ManagerDirectory directory;
  FakeManager manager(directory.socket(), std::nullopt);
  auto place = place_of(directory);
  place.welcome_timeout = std::chrono::milliseconds(50);
  auto reason = failure(place);
  CHECK(reason.cause == Cause::manager_unreachable);
  CHECK(reason.os_error == ETIMEDOUT);
  CHECK(reason.subject == directory.socket());
}

TEST_CASE("a manager that dies whenever it is started is tried three times, not for ever") {
  ManagerDirectory directory;
  auto place = place_of(directory);
  place.program = {"/bin/sh", {"sh", "-c", "echo >>" + directory.path() + "/starts"}};
  CHECK(failure(place).cause == Cause::manager_unreachable);
  CHECK(std::filesystem::file_size(directory.path() + "/starts") == 3);
}

TEST_CASE("a manager that cannot be executed is named") {
  ManagerDirectory directory;
  auto reason = failure(place_of(directory));
  CHECK(reason.cause == Cause::manager_unreachable);
  CHECK(reason.detail == "start /nonexistent/pptp-callmgr");
  CHECK(reason.os_error == ENOENT);
}

TEST_CASE("what is in the way of the socket is named") {
  ManagerDirectory directory;
  std::ofstream(directory.path() + "/file") << "no directory";
  auto place = place_of(directory);
  place.socket = directory.path() + "/file/callmgr.sock";
  auto reason = failure(place);
  CHECK(reason.cause == Cause::manager_unreachable);
  CHECK(reason.os_error == ENOTDIR);
}

TEST_CASE("the manager of another network namespace is passed by for one of our own") {
  ManagerDirectory directory;
  FakeManager other(directory.socket(), elsewhere());
  auto ours = socket_of_namespace(directory.socket(), network_namespace());
  CHECK(ours == directory.path() + "/callmgr-" + std::to_string(network_namespace()) + ".sock");
  FakeManager manager(ours, welcome());
  auto place = place_of(directory);
  place.fixed = false;
  CHECK(reached(place));
}

TEST_CASE("where the user named the socket, another network namespace is the end") {
  ManagerDirectory directory;
  FakeManager other(directory.socket(), elsewhere());
  auto reason = failure(place_of(directory));
  CHECK(reason.cause == Cause::other_namespace);
  CHECK(reason.subject == directory.socket());
}

TEST_CASE("who may not start a manager in the usual place is told so, and gets no other") {
  ManagerDirectory directory;
  setenv("XDG_RUNTIME_DIR", directory.path().c_str(), 1);
  auto place = place_of(directory);
  place.socket = directory.path() + "/no/such/callmgr.sock";
  CHECK(failure(place).os_error == ENOENT);
  unsetenv("XDG_RUNTIME_DIR");
  CHECK_FALSE(directory.exists("pptp"));
}

TEST_CASE("a limit of descriptors that is too low for a manager is named") {
  ManagerDirectory directory;
  auto place = place_of(directory);
  place.program = {"/bin/true", {"true"}};
  for (rlim_t most : {8, 10, 12, 16}) {
    INFO(most);
    auto child = run_in_child([&] {
      close_range(3, ~0U, 0);
      rlimit few{most, most};
      check(setrlimit(RLIMIT_NOFILE, &few), "limit the descriptors");
      auto result = reach_manager(place);
      return static_cast<int>(std::get<Reason>(result).os_error);
    });
    // Either there were enough, and /bin/true was started three times, or it says that there were
    // not.
    CHECK((child.status == ECONNRESET || child.status == EMFILE));
  }
}

TEST_CASE("PPTP_CALLMGR_SOCKET fixes the place, and a relative path is made absolute") {
  setenv("PPTP_CALLMGR_SOCKET", "some/where.sock", 1);
  auto place = manager_place();
  unsetenv("PPTP_CALLMGR_SOCKET");
  CHECK(place.fixed);
  CHECK(place.socket == std::filesystem::current_path().string() + "/some/where.sock");
  CHECK_FALSE(manager_place().fixed);
}
