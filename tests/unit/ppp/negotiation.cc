// SPDX-License-Identifier: GPL-2.0-or-later
#include "ppp/ccp.hh"
#include "ppp/ipcp.hh"
#include "ppp/ipv6cp.hh"
#include "ppp/lcp.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/contains.hh"
#include "tests/unit/ppp/talk.hh"

using namespace callgate;
using namespace callgate::ppp;
using namespace callgate::ppp::test;

namespace {

// The policy of each protocol, with an option that it sends, and one that it does not accept.
struct Protocols {
  LcpPolicy lcp{{}, 0x11223344};
  CcpPolicy ccp{{}};
  IpcpPolicy ipcp{{}};
  Ipv6cpPolicy ipv6cp{0xC1};

  struct Case {
    const char* name;
    Policy& policy;
    Option ours, bad;
  };
  std::vector<Case> all() {
    return {{"LCP", lcp, option(1, uint16_t{1400}), {3, {0xC0, 0x23}}},
            {"CCP", ccp, option(18, 0x0100'0040u), option(18, 0x0100'0020u)},
            {"IPCP", ipcp, option(3, 0x0A00'0002u), option(3, 0u)},
            {"IPV6CP", ipv6cp, option(1, uint64_t{5}), option(1, uint64_t{0})}};
  }
};
constexpr int kEnough = 100;  // packets; the limits are lower

}  // namespace

TEST_CASE("an Ack that differs from our request in one byte, or has another number, is ignored") {
  Protocols protocols;
  for (auto& [name, policy, ours, bad] : protocols.all()) {
    INFO(name);
    Talk talk(policy);
    talk.say(Code::configure_request, 1, Options{});
    Bytes exact = encode(talk.request.options);
    for (size_t i = 0; i < exact.size(); i++) {
      Bytes changed = exact;
      changed[i] ^= 1;
      talk.say(Code::configure_ack, talk.request.identifier, changed);
    }
    exact.push_back(0);
    talk.say(Code::configure_ack, talk.request.identifier, exact);
    exact.pop_back();
    talk.say(Code::configure_ack, static_cast<uint8_t>(talk.request.identifier + 1), exact);
    CHECK_FALSE(talk.up);
  }
  Protocols right;
  Talk talk(right.ipv6cp);
  talk.say(Code::configure_request, 1, {option(1, uint64_t{5})});
  talk.acknowledge();
  CHECK(talk.up);
}

TEST_CASE("a request whose options are shorter than their headers, or too long, gets no answer") {
  Protocols protocols;
  for (auto& [name, policy, ours, bad] : protocols.all()) {
    INFO(name);
    Talk talk(policy);
    int before = talk.count;
    Bytes good = encode({ours});
    for (auto length : std::initializer_list<uint8_t>{0, 1, 200}) {
      Bytes wrong = good;
      wrong[1] = length;
      talk.say(Code::configure_request, 9, wrong);
    }
    Bytes cut(good.begin(), good.end() - 1);
    talk.say(Code::configure_request, 9, cut);
    talk.say(Code::configure_nak, talk.request.identifier, cut);
    talk.say(Code::configure_reject, talk.request.identifier, cut);
    CHECK(talk.count == before);
  }
}

TEST_CASE("an option whose value has another size is rejected, and does no harm in a suggestion") {
  Protocols protocols;
  for (auto& [name, policy, ours, bad] : protocols.all())
    for (size_t size : {size_t{0}, ours.value.size() - 1, ours.value.size() + 1, size_t{253}}) {
      INFO(name << ", " << size << " bytes");
      Talk talk(policy);
      Option odd{ours.type, Bytes(size, 1)};
      talk.say(Code::configure_request, 9, {odd});
      CHECK(talk.last.code == Code::configure_reject);
      CHECK(talk.last.options == Options{odd});
      talk.answer(Code::configure_nak, {odd});
      CHECK_FALSE(talk.finished);
    }
}

// RFC 1661 forbids it. The bytes of the answer are those of the request, however many there are.
TEST_CASE("an option that comes again and again in one request is answered as often, and no more") {
  Protocols protocols;
  for (auto& [name, policy, ours, bad] : protocols.all()) {
    INFO(name);
    Talk talk(policy);
    Options many(140, ours), odd(140, {ours.type, {1, 2, 3}});
    talk.say(Code::configure_request, 9, many);
    CHECK(talk.last.options == many);
    talk.say(Code::configure_request, 10, odd);
    CHECK(talk.last.options == odd);
    CHECK(talk.last.code == Code::configure_reject);
  }
}

TEST_CASE("no protocol goes on for ever with a side that only suggests") {
  Protocols protocols;
  for (auto& [name, policy, ours, bad] : protocols.all()) {
    INFO(name);
    Talk talk(policy);
    Option next = ours;
    int rounds = 0;
    for (; !talk.finished && rounds < kEnough; rounds++) {
      if (name != std::string("CCP")) next.value.back() ^= 3;
      talk.answer(Code::configure_nak, {next});
      if (talk.last.code == Code::terminate_request)
        talk.say(Code::terminate_ack, talk.last.identifier, Options{});
    }
    REQUIRE(talk.finished);
    CHECK_THAT(*talk.finished, contains("went on making suggestions"));
  }
}

TEST_CASE("no protocol goes on for ever with a side that only rejects, even what nobody has sent") {
  Protocols protocols;
  for (auto& [name, policy, ours, bad] : protocols.all()) {
    INFO(name);
    Talk talk(policy);
    for (int rounds = 0; !talk.finished && rounds < kEnough; rounds++) {
      talk.answer(Code::configure_reject, {{99, {}}});
      if (talk.last.code == Code::terminate_request)
        talk.say(Code::terminate_ack, talk.last.identifier, Options{});
    }
    REQUIRE(talk.finished);
    CHECK_FALSE(talk.finished->empty());
  }
}

TEST_CASE("what is not acceptable is suggested away five times, then rejected, then given up") {
  Protocols protocols;
  for (auto& [name, policy, ours, bad] : protocols.all()) {
    INFO(name);
    Talk talk(policy);
    int suggestions = 0, rejections = 0;
    for (uint8_t i = 1; !talk.finished && i < kEnough; i++) {
      talk.say(Code::configure_request, i, {bad});
      suggestions += talk.last.code == Code::configure_nak;
      rejections += talk.last.code == Code::configure_reject;
      if (talk.last.code == Code::terminate_request)
        talk.say(Code::terminate_ack, talk.last.identifier, Options{});
    }
    CHECK(suggestions <= 5);
    CHECK(rejections > 0);
    REQUIRE(talk.finished);
    CHECK_FALSE(talk.finished->empty());
  }
}
