// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/ipcp.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/ppp/talk.hh"

using namespace callgate;
using namespace callgate::ppp;
using namespace callgate::ppp::test;

namespace {

constexpr uint8_t kAddresses = 1, kCompression = 2, kAddress = 3, kDns1 = 129, kWins1 = 130,
                  kDns2 = 131;
constexpr Ipv4 kOurs = 0x0A00'0002, kTheirs = 0x0A00'0001, kServer = 0x0A00'0035;

std::vector<uint8_t> types(const Options& options) {
  std::vector<uint8_t> found;
  for (const Option& each : options) found.push_back(each.type);
  return found;
}

}  // namespace

TEST_CASE("a server may name no address of its own, and one of 0.0.0.0 is not taken") {
  for (const Options& theirs : {Options{}, Options{option(kAddress, 0u)}}) {
    IpcpPolicy policy({});
    Talk talk(policy);
    talk.say(Code::configure_request, 1, theirs);
    if (!theirs.empty()) {
      CHECK(talk.last.code == Code::configure_reject);
      talk.say(Code::configure_request, 2, Options{});
    }
    CHECK(talk.last.code == Code::configure_ack);
    talk.answer(Code::configure_nak, {option(kAddress, kOurs)});
    talk.acknowledge();
    REQUIRE(talk.up);
    CHECK(policy.agreement().local == kOurs);
    CHECK(policy.agreement().remote == 0);
  }
}

TEST_CASE("header compression and the old option of both addresses are rejected") {
  IpcpPolicy policy({});
  Talk talk(policy);
  Options old{{kAddresses, Bytes(8, 10)}, {kCompression, {0x00, 0x2D, 15, 1}}};
  Options asked = old;
  asked.push_back(option(kAddress, kTheirs));
  talk.say(Code::configure_request, 1, asked);
  CHECK(talk.last.code == Code::configure_reject);
  CHECK(talk.last.options == old);
}

TEST_CASE("a suggestion of what was not asked for changes nothing") {
  IpcpPolicy policy({});
  Talk talk(policy);
  talk.answer(Code::configure_nak, {option(kDns1, kServer),
                                    option(kWins1, kServer),
                                    option(kAddress, kOurs),
                                    {kCompression, {0, 0x2D, 15, 1}}});
  CHECK(types(talk.request.options) == std::vector<uint8_t>{kAddress});
  talk.say(Code::configure_request, 1, {option(kAddress, kTheirs)});
  talk.acknowledge();
  REQUIRE(talk.up);
  CHECK(policy.agreement().dns == std::array<Ipv4, 2>{});
  CHECK(policy.agreement().wins == std::array<Ipv4, 2>{});
}

TEST_CASE("a name server that was suggested counts only once the server has acknowledged it") {
  IpcpPolicy policy({.dns = true});
  Talk talk(policy);
  CHECK(types(talk.request.options) == std::vector<uint8_t>{kAddress, kDns1, kDns2});
  talk.say(Code::configure_request, 1, {option(kAddress, kTheirs)});
  talk.answer(Code::configure_nak, {option(kAddress, kOurs), option(kDns1, kServer)});
  CHECK(policy.agreement().dns == std::array<Ipv4, 2>{});
  SECTION("it is rejected after all") {
    talk.answer(Code::configure_reject, {option(kDns1, kServer), option(kDns2, 0u)});
    talk.acknowledge();
    REQUIRE(talk.up);
    CHECK(policy.agreement().dns == std::array<Ipv4, 2>{});
  }
  SECTION("it is acknowledged") {
    talk.answer(Code::configure_reject, {option(kDns2, 0u)});
    talk.acknowledge();
    REQUIRE(talk.up);
    CHECK(policy.agreement().dns == std::array<Ipv4, 2>{kServer, 0});
  }
}

TEST_CASE("addresses that the options fix are kept, and the server's other ones are refused") {
  IpcpPolicy policy(
      {.local = kOurs, .remote = kTheirs, .accept_local = false, .accept_remote = false});
  Talk talk(policy);
  talk.say(Code::configure_request, 1, {option(kAddress, kServer)});
  CHECK(talk.last.code == Code::configure_nak);
  CHECK(talk.last.options == Options{option(kAddress, kTheirs)});
  talk.answer(Code::configure_nak, {option(kAddress, kServer)});
  CHECK(talk.last.code == Code::terminate_request);
}
