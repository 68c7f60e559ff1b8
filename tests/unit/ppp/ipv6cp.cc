// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/ipv6cp.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/ppp/talk.hh"

using namespace callgate;
using namespace callgate::ppp;
using namespace callgate::ppp::test;

namespace {

constexpr InterfaceId kOurs = 0xC1, kTheirs = 0x5E, kOther = 0x77;

Options identifier(InterfaceId id) {
  return {option(1, id)};
}

}  // namespace

TEST_CASE("a server without an identifier, or with ours, gets the suggestion of another one") {
  for (InterfaceId bad : {InterfaceId{0}, kOurs}) {
    Ipv6cpPolicy policy(kOurs);
    Talk talk(policy);
    talk.say(Code::configure_request, 1, identifier(bad));
    REQUIRE(talk.last.code == Code::configure_nak);
    auto better = whole<InterfaceId>(talk.last.options.front());
    CHECK(better != 0u);
    CHECK(better != kOurs);
    talk.say(Code::configure_request, 2, talk.last.options);
    talk.acknowledge();
    REQUIRE(talk.up);
    CHECK(policy.agreement().remote == better);
  }
}

TEST_CASE("an identifier that the server suggests is taken, but not 0") {
  Ipv6cpPolicy policy(kOurs);
  Talk talk(policy);
  talk.answer(Code::configure_nak, identifier(0));
  CHECK(talk.request.options == identifier(kOurs));
  talk.answer(Code::configure_nak, identifier(kOther));
  CHECK(talk.request.options == identifier(kOther));
  talk.say(Code::configure_request, 1, identifier(kTheirs));
  talk.acknowledge();
  REQUIRE(talk.up);
  CHECK(policy.agreement().local == kOther);
  CHECK(policy.agreement().remote == kTheirs);
}

TEST_CASE("a server that rejects the identifier gets no IPv6") {
  Ipv6cpPolicy policy(kOurs);
  Talk talk(policy);
  talk.answer(Code::configure_reject, identifier(kOurs));
  CHECK(talk.last.code == Code::terminate_request);
}
