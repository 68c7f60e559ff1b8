// SPDX-License-Identifier: GPL-2.0-or-later
// pptp-gre reads its settings from a pipe, and refuses whatever pptp would not have written.
#include "gre/settings.hh"

#include <fcntl.h>
#include <unistd.h>

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

UniqueFd pipe_with(const Bytes& record) {
  int ends[2];
  REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
  UniqueFd result(ends[0]), input(ends[1]);
  REQUIRE(write(input.get(), record.data(), record.size()) == static_cast<ssize_t>(record.size()));
  return result;
}

void refuses(UniqueFd fd, std::string_view said) {
  auto result = read_gateway_settings(std::move(fd));
  REQUIRE(std::holds_alternative<Reason>(result));
  auto& reason = std::get<Reason>(result);
  CHECK(exit_status(reason.cause) == ExitStatus::usage_or_internal);
  INFO(reason.detail);
  CHECK(reason.detail.find(said) != std::string::npos);
  CHECK(reason.detail.find("(it is started by pptp)") != std::string::npos);
}

}  // namespace

TEST_CASE("the settings that pptp writes are those that pptp-gre reads") {
  GatewaySettings settings{.ipv6 = true, .mark = UINT32_MAX, .sync = true, .log_name = "vpn"};
  auto result = read_gateway_settings(pipe_with(encode(settings)));
  REQUIRE(std::holds_alternative<GatewaySettings>(result));
  CHECK(std::get<GatewaySettings>(result) == settings);
}

TEST_CASE("pptp-gre that somebody starts by hand says what is missing") {
  constexpr auto kMissing = "descriptor 4 is not the pipe that brings its settings";
  refuses(UniqueFd(), kMissing);
  refuses(UniqueFd(open("/dev/zero", O_RDONLY | O_CLOEXEC)), kMissing);
}

TEST_CASE("a record that pptp does not write is refused") {
  constexpr auto kInvalid = "what descriptor 4 brings is not a valid record of settings";
  auto good = encode(GatewaySettings{.ipv4 = true});
  refuses(pipe_with({}), kInvalid);
  refuses(pipe_with({good.begin(), good.end() - 1}), kInvalid);
  good.push_back(0);
  refuses(pipe_with(good), kInvalid);
  refuses(pipe_with(Bytes(kMaxGatewaySettings + 1)), kInvalid);
}
