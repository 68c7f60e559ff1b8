// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of pptp-callmgr.
#include "callmgr/options.hh"

#include "common/channel/channel.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

ManagerOptions parsed(const Words& words) {
  auto result = parse_manager_options(words);
  REQUIRE(std::holds_alternative<ManagerOptions>(result));
  return std::get<ManagerOptions>(result);
}

Reason refusal(const Words& words) {
  auto result = parse_manager_options(words);
  REQUIRE(std::holds_alternative<Reason>(result));
  return std::get<Reason>(result);
}

}  // namespace

TEST_CASE("without options the manager listens where every pptp looks for it") {
  auto options = parsed({});
  CHECK(options.socket == callmgr_socket_path());
  CHECK_FALSE(options.idle_exit);
  CHECK_FALSE(options.take_over);
  CHECK_FALSE(options.foreground);
  CHECK(options.level == log::Level::notice);
}

TEST_CASE("every option of the manager reaches its setting") {
  auto options = parsed({"--socket", "/run/own.sock", "--idle-exit=0", "--take-over",
                         "--foreground", "--loglevel", "2"});
  CHECK(options.socket == "/run/own.sock");
  CHECK(options.idle_exit == 0u);
  CHECK(options.take_over);
  CHECK(options.foreground);
  CHECK(options.level == log::Level::debug);
  CHECK(parsed({"--version"}).action == ManagerOptions::Action::show_version);
  CHECK(parsed({"--help", "more"}).action == ManagerOptions::Action::show_help);
}

TEST_CASE("a wrong command line of the manager is told from a wrong value") {
  CHECK(refusal({"--idle-exit", "86401"}).detail ==
        "--idle-exit takes a number from 0 to 86400, not '86401'");
  CHECK(exit_status(refusal({"--loglevel", "3"}).cause) == ExitStatus::bad_option_value);
  for (const Words& words : {Words{"more"}, Words{"--frobnicate"}, Words{"--socket"}})
    CHECK(exit_status(refusal(words).cause) == ExitStatus::usage_or_internal);
}
