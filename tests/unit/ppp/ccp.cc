// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/ccp.hh"

#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"
#include "tests/unit/ppp/talk.hh"

using namespace callgate;
using namespace callgate::ppp;
using namespace callgate::ppp::test;

namespace {

constexpr uint8_t kMppe = 18;
// RFC 3078 section 2
constexpr uint32_t kStateless = 0x0100'0000, k40 = 0x20, k56 = 0x80, k128 = 0x40, kMppc = 1;

CcpSettings required(std::vector<KeyLength> lengths, bool stateful = false) {
  return {.lengths = std::move(lengths), .stateful = stateful, .required = true};
}

Options mppe(uint32_t bits) {
  return {option(kMppe, bits)};
}

}  // namespace

TEST_CASE("a server that offers MPPE in another way gets the suggestion that fits best") {
  using enum KeyLength;
  struct Case {
    CcpSettings ours;
    uint32_t offered, suggested;  // suggested 0: the offer is accepted
  };
  for (const Case& c : {
           Case{required({bits_128}), kStateless | k40 | k56 | k128, kStateless | k128},
           Case{required({bits_56, bits_40}), kStateless | k40 | k56 | k128, kStateless | k56},
           Case{required({bits_128, bits_40}), kStateless | k40, 0},
           Case{required({bits_128}), kStateless | k40, kStateless | k128},
           Case{required({bits_128}), kStateless, kStateless | k128},  // no length at all
           Case{required({bits_128}), 0, kStateless | k128},
           Case{required({bits_128}), k128, kStateless | k128},  // stateful, and not allowed
           Case{required({bits_128}, true), k128, 0},
           Case{required({bits_128}), kStateless | k128 | kMppc, kStateless | k128},
           Case{required({bits_128}), 0xFFFF'FFFF, kStateless | k128},
       }) {
    INFO("offered " << std::hex << c.offered);
    CcpPolicy policy(c.ours);
    Talk talk(policy);
    talk.say(Code::configure_request, 1, mppe(c.offered));
    CHECK(talk.last.code == (c.suggested ? Code::configure_nak : Code::configure_ack));
    CHECK(talk.last.options == mppe(c.suggested ? c.suggested : c.offered));
  }
}

TEST_CASE("other compressions are rejected") {
  for (auto type : std::initializer_list<uint8_t>{21, 24, 26}) {  // BSD, Predictor, Deflate
    CcpPolicy policy(required({KeyLength::bits_128}));
    Talk talk(policy);
    talk.say(Code::configure_request, 1, {{type, {0x78, 0}}, option(kMppe, kStateless | k128)});
    CHECK(talk.last.code == Code::configure_reject);
    CHECK(talk.last.options == Options{{type, {0x78, 0}}});
  }
}

TEST_CASE("a request without MPPE is answered with MPPE, if it is required") {
  for (bool needed : {true, false}) {
    CcpPolicy policy({.required = needed});
    Talk talk(policy);
    talk.say(Code::configure_request, 1, Options{});
    CHECK(talk.last.code == (needed ? Code::configure_nak : Code::configure_ack));
  }
}

TEST_CASE("a suggestion of what is allowed is taken, the best of several") {
  using enum KeyLength;
  CcpPolicy policy(required({bits_128, bits_56, bits_40}, true));
  Talk talk(policy);
  CHECK(talk.request.options == mppe(kStateless | k128));
  talk.answer(Code::configure_nak, mppe(kStateless | k40 | k56));
  CHECK(talk.request.options == mppe(kStateless | k56));
  talk.answer(Code::configure_nak, mppe(k40));
  CHECK(talk.request.options == mppe(k40));
  talk.say(Code::configure_request, 1, mppe(kStateless | k128));
  talk.acknowledge();
  REQUIRE(talk.up);
  CHECK(policy.agreement().receive == MppeKind{bits_40, false});
  CHECK(policy.agreement().send == MppeKind{bits_128, true});
}

TEST_CASE("a suggestion or a rejection that leaves no allowed encryption ends in its sentence") {
  struct Case {
    Code code;
    uint32_t bits;
    const char* words;
  };
  for (const Case& c : {Case{Code::configure_nak, kStateless | k40, "no key length is allowed"},
                        Case{Code::configure_nak, 0, "no key length is allowed"},
                        Case{Code::configure_nak, kMppc, "compression only"},
                        Case{Code::configure_reject, kStateless | k128, "rejected it"}}) {
    CcpPolicy policy(required({KeyLength::bits_128}));
    Talk talk(policy);
    talk.answer(c.code, mppe(c.bits));
    CHECK(talk.last.code == Code::terminate_request);
    talk.say(Code::terminate_ack, talk.last.identifier, Options{});
    REQUIRE(talk.finished);
    CHECK_THAT(*talk.finished, contains("MPPE required") && contains(c.words));
  }
}
