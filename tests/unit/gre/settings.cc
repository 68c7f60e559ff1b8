// SPDX-License-Identifier: GPL-2.0-or-later
// The command line of pptp-gre, which pptp writes.
#include "gre/settings.hh"

#include <getopt.h>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

std::variant<GatewaySettings, Reason> parse(std::vector<std::string> words) {
  words.insert(words.begin(), "pptp-gre");
  std::vector<char*> argv;
  for (auto& word : words) argv.push_back(word.data());
  argv.push_back(nullptr);
  optind = 0;  // getopt starts from the beginning
  return parse_gateway_settings(static_cast<int>(words.size()), argv.data());
}

GatewaySettings good(std::vector<std::string> words) {
  auto result = parse(std::move(words));
  REQUIRE(std::holds_alternative<GatewaySettings>(result));
  return std::get<GatewaySettings>(result);
}

}  // namespace

TEST_CASE("the defaults are those of the manual page") {
  auto settings = good({"--ipv4"});
  CHECK(settings.ipv4);
  CHECK_FALSE(settings.ipv6);
  CHECK(settings.window.timeout == Duration(300));
  CHECK(settings.window.missing == 300);
  CHECK(settings.window.buffering);
  CHECK(settings.receive_window == 64);
  CHECK_FALSE(settings.transmit_window);
  CHECK_FALSE(settings.sync);
  CHECK(settings.verbosity == log::Level::notice);
}

TEST_CASE("every option reaches its setting") {
  auto settings = good({"--ipv6",      "--mark",
                        "4294967295",  "--device",
                        "eth0",        "--timeout",
                        "10",          "--sync",
                        "--nobuffer",  "--missing-window",
                        "6000",        "--receive-window",
                        "3",           "--transmit-window",
                        "--logstring", "vpn",
                        "--loglevel",  "2",
                        "--test-type", "3",
                        "--test-rate", "50"});
  CHECK(settings.ipv6);
  CHECK(settings.socket.mark == UINT32_MAX);
  CHECK(settings.socket.device == "eth0");
  CHECK(settings.window.timeout == Duration(10));
  CHECK(settings.sync);
  CHECK_FALSE(settings.window.buffering);
  CHECK(settings.window.missing == 6000);
  CHECK(settings.receive_window == 3);
  CHECK(settings.transmit_window);
  CHECK(settings.log_name == "vpn");
  CHECK(settings.verbosity == log::Level::debug);
  CHECK(settings.test.type == 3);
  CHECK(settings.test.rate == 50);
}

TEST_CASE("a command line that pptp does not write is refused") {
  using Words = std::vector<std::string>;
  for (const Words& words :
       {Words{}, Words{"--ipv4", "vpn.example.net"}, Words{"--ipv4", "--unknown"},
        Words{"--ipv4", "--timeout", "0"}, Words{"--ipv4", "--timeout", "10001"},
        Words{"--ipv4", "--timeout", "1s"}, Words{"--ipv4", "--timeout"},
        Words{"--ipv4", "--missing-window", "-1"}, Words{"--ipv4", "--loglevel", "3"},
        Words{"--ipv4", "--mark", "4294967296"}, Words{"--ipv4", "--test-type", "4"}}) {
    auto result = parse(words);
    REQUIRE(std::holds_alternative<Reason>(result));
    CHECK(exit_status(std::get<Reason>(result).cause) == ExitStatus::usage_or_internal);
  }
}
