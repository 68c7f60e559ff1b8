// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/answers.hh"

#include <numeric>

#include "tests/unit/catch.hh"

namespace callgate {
namespace {

const Answers::Time kStart{std::chrono::hours(1)};
const ppp::Challenge kPeer{1, 2, 3}, kOtherPeer{9};

LinkOptions link_of(bool pap, bool md5, bool ms) {
  LinkOptions link;
  link.name = "alice";
  link.pap = pap;
  link.chap_md5 = md5;
  link.ms_chap_v2 = ms;
  return link;
}

TunnelSecrets secrets() {
  return {.chap = "correct horse", .pap = "battery staple"};
}

SecretQuestionRecord question(ppp::Authentication kind, uint8_t number) {
  return {static_cast<uint8_t>(kind), number, std::vector<uint8_t>(16, number)};
}

constexpr auto kMsChap = ppp::Authentication::ms_chap_v2;

}  // namespace

TEST_CASE("the answer from the hash is the answer from the password") {
  auto given = secrets();
  Answers answers(link_of(false, false, true), given);
  auto got = answers.answer(question(kMsChap, 7), kPeer, kStart);
  auto expected = ppp::answer({kMsChap, 7, Bytes(16, 7)}, "alice", "correct horse", kPeer);
  REQUIRE(expected);
  REQUIRE(got.answered);
  CHECK(Bytes(got.value.begin(), got.value.end()) == expected->value);
  CHECK(got.send_key == expected->keys.send);
  CHECK(got.receive_key == expected->keys.receive);
  CHECK(got.expected == expected->expected);
}

TEST_CASE("the secrets that the holder was made from are wiped") {
  auto given = secrets();
  Answers answers(link_of(true, true, true), given);
  CHECK(!given.chap);
  CHECK(!given.pap);
}

TEST_CASE("a repeated question has the same answer, whatever the random challenge is") {
  auto given = secrets();
  Answers answers(link_of(false, false, true), given);
  auto first = answers.answer(question(kMsChap, 7), kPeer, kStart);
  auto again = answers.answer(question(kMsChap, 7), kOtherPeer, kStart);
  CHECK(first.value == again.value);
  CHECK(answers.answer(question(kMsChap, 8), kOtherPeer, kStart).value != first.value);
}

TEST_CASE("the 21st new question of a minute is refused, and the first after it is answered") {
  auto given = secrets();
  Answers answers(link_of(false, false, true), given);
  for (uint8_t number = 0; number < 20; number++)
    REQUIRE(answers.answer(question(kMsChap, number), kPeer, kStart).answered);
  auto refused = answers.answer(question(kMsChap, 20), kPeer, kStart + std::chrono::seconds(59));
  CHECK(!refused.answered);
  CHECK(refused.refusal.find("20 times within a minute") != std::string::npos);
  CHECK(refused.value.empty());
  CHECK(answers.answer(question(kMsChap, 19), kPeer, kStart + std::chrono::seconds(59)).answered);
  CHECK(answers.answer(question(kMsChap, 20), kPeer, kStart + std::chrono::seconds(60)).answered);
}

TEST_CASE("a kind of authentication that the options refuse is not answered") {
  auto given = secrets();
  Answers answers(link_of(false, false, true), given);
  for (auto kind :
       {ppp::Authentication::pap, ppp::Authentication::chap_md5, ppp::Authentication::none})
    CHECK(!answers.answer(question(kind, 1), kPeer, kStart).answered);
  CHECK(!answers.answer({99, 1, {}}, kPeer, kStart).answered);
}

TEST_CASE("PAP and CHAP have passwords from different files") {
  auto given = secrets();
  Answers answers(link_of(true, true, true), given);
  auto pap = answers.answer({static_cast<uint8_t>(ppp::Authentication::pap), 1, {}}, kPeer, kStart);
  CHECK(pap.value ==
        "\x05"
        "alice\x0e"
        "battery staple");
  TunnelSecrets none;
  Answers empty(link_of(true, true, true), none);
  CHECK(empty.answer(question(kMsChap, 1), kPeer, kStart).refusal ==
        "no CHAP secret found for authenticating us to the server");
}

}  // namespace callgate
