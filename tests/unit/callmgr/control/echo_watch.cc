// SPDX-License-Identifier: GPL-2.0-or-later
// The two waits of RFC 2637 section 3.1.4, one by one.
#include "callmgr/control/echo_watch.hh"

#include "tests/unit/catch.hh"

using namespace callgate;
using Answer = EchoWatch::Answer;

namespace {

const TimePoint kStart{std::chrono::hours(1000)};
constexpr Duration kIdle{100}, kPatience{30};

TimePoint at(int ms) {
  return kStart + Duration(ms);
}

EchoWatch started() {
  EchoWatch watch(kIdle, kPatience);
  watch.heard(kStart);
  return watch;
}

EchoWatch asked() {
  auto watch = started();
  watch.ask(at(100));
  return watch;
}

}  // namespace

TEST_CASE("a watch that has heard nothing yet waits for nothing") {
  EchoWatch watch(kIdle, kPatience);
  CHECK_FALSE(watch.deadline());
  CHECK_FALSE(watch.must_ask(at(1'000'000)));
  CHECK_FALSE(watch.lost(at(1'000'000)));
}

TEST_CASE("the request is due exactly at the end of the idle wait") {
  auto watch = started();
  CHECK(watch.deadline() == at(100));
  CHECK_FALSE(watch.must_ask(at(99)));
  CHECK(watch.must_ask(at(100)));
}

TEST_CASE("every message heard puts the request off") {
  auto watch = started();
  watch.heard(at(60));
  CHECK_FALSE(watch.must_ask(at(159)));
  CHECK(watch.must_ask(at(160)));
}

TEST_CASE("an idle wait of 0 never asks") {
  EchoWatch watch(Duration(0), kPatience);
  watch.heard(kStart);
  CHECK_FALSE(watch.deadline());
  CHECK_FALSE(watch.must_ask(at(1'000'000)));
}

TEST_CASE("the connection is lost exactly at the end of the wait for the answer") {
  auto watch = asked();
  CHECK(watch.deadline() == at(130));
  CHECK_FALSE(watch.must_ask(at(129)));
  CHECK_FALSE(watch.lost(at(129)));
  CHECK(watch.lost(at(130)));
}

TEST_CASE("other messages do not help while an answer is due") {
  auto watch = asked();
  watch.heard(at(120));
  CHECK(watch.deadline() == at(130));
  CHECK(watch.lost(at(130)));
}

TEST_CASE("the right answer starts the idle wait again") {
  EchoWatch watch(kIdle, kPatience);
  watch.heard(kStart);
  auto request = watch.ask(at(100));
  CHECK(watch.answer({.identifier = request.identifier}) == Answer::right);
  watch.heard(at(110));
  CHECK_FALSE(watch.lost(at(130)));
  CHECK(watch.deadline() == at(210));
}

TEST_CASE("an answer with another identifier is counted, and no answer") {
  auto watch = started();
  auto request = watch.ask(at(100));
  CHECK(watch.answer({.identifier = request.identifier + 1}) == Answer::wrong);
  CHECK(watch.answer({.identifier = request.identifier - 1}) == Answer::wrong);
  CHECK(watch.wrong_answers() == 2);
  CHECK(watch.lost(at(130)));
}

TEST_CASE("wrong answers are counted for each request anew") {
  auto watch = started();
  auto request = watch.ask(at(100));
  watch.answer({.identifier = request.identifier + 1});
  watch.answer({.identifier = request.identifier});
  watch.ask(at(200));
  CHECK(watch.wrong_answers() == 0);
}

TEST_CASE("an answer that nobody asked for is told apart") {
  auto watch = started();
  CHECK(watch.answer({.identifier = 0}) == Answer::unasked);
  auto request = watch.ask(at(100));
  CHECK(watch.answer({.identifier = request.identifier}) == Answer::right);
  CHECK(watch.answer({.identifier = request.identifier}) == Answer::unasked);
}

TEST_CASE("each request has an identifier of its own") {
  auto watch = started();
  auto first = watch.ask(at(100));
  watch.answer({.identifier = first.identifier});
  CHECK(watch.ask(at(200)).identifier != first.identifier);
}

TEST_CASE("a doubt asks at once, and waits for the answer for a short time only") {
  auto watch = started();
  watch.doubt(Duration(10), at(20));
  REQUIRE(watch.must_ask(at(20)));
  watch.ask(at(20));
  CHECK(watch.deadline() == at(30));
  CHECK_FALSE(watch.doubt_confirmed(at(29)));
  CHECK(watch.doubt_confirmed(at(30)));
  CHECK_FALSE(watch.lost(at(30)));
}

TEST_CASE("the answer ends a doubt") {
  auto watch = started();
  watch.doubt(Duration(10), at(20));
  auto request = watch.ask(at(20));
  CHECK(watch.answer({.identifier = request.identifier}) == Answer::right);
  CHECK_FALSE(watch.doubted());
  watch.heard(at(25));
  CHECK(watch.deadline() == at(125));
}

TEST_CASE("further doubts do not put off the end of the first one") {
  auto watch = started();
  watch.doubt(Duration(10), at(20));
  watch.ask(at(20));
  CHECK_FALSE(watch.doubt(Duration(10), at(29)));
  CHECK(watch.doubt_confirmed(at(30)));
}

TEST_CASE("a doubt with a shorter time takes the place of another one") {
  auto watch = started();
  watch.doubt(Duration(25), at(20));
  watch.ask(at(20));
  CHECK(watch.doubt(Duration(10), at(25)));
  CHECK(watch.doubt_confirmed(at(35)));
}

TEST_CASE("a doubt does not repeat a request that is under way: its answer counts") {
  auto watch = asked();
  watch.doubt(Duration(10), at(110));
  CHECK_FALSE(watch.must_ask(at(110)));
  CHECK(watch.deadline() == at(120));
  CHECK(watch.doubt_confirmed(at(120)));
}

TEST_CASE("when the cause of a doubt is gone, the answer has the ordinary time again") {
  auto watch = started();
  watch.doubt(Duration(10), at(20));
  watch.ask(at(20));
  watch.trust(at(28));
  CHECK_FALSE(watch.doubt_confirmed(at(30)));
  CHECK(watch.deadline() == at(58));
  CHECK(watch.lost(at(58)));
}

TEST_CASE("with an idle wait of 0 a doubt asks nothing: only trust ends it") {
  EchoWatch watch(Duration(0), kPatience);
  watch.heard(kStart);
  watch.doubt(Duration(10), at(20));
  CHECK_FALSE(watch.must_ask(at(20)));
  CHECK(watch.doubt_confirmed(at(30)));
  watch.trust(at(29));
  CHECK_FALSE(watch.doubt_confirmed(at(30)));
}

TEST_CASE("if the clock jumps over the idle wait, the server is asked at once") {
  auto watch = started();
  CHECK(watch.must_ask(at(7'200'000)));
}

TEST_CASE("if the clock jumps over the wait for an answer, the server is asked again, not lost") {
  auto watch = asked();
  auto woken_up = at(7'200'000);
  CHECK_FALSE(watch.lost(woken_up));
  REQUIRE(watch.must_ask(woken_up));
  watch.ask(woken_up);
  CHECK(watch.deadline() == woken_up + kPatience);
  CHECK(watch.lost(woken_up + kPatience));
}

TEST_CASE("if the clock jumps over a doubt, the server is asked again, with the short wait") {
  auto watch = started();
  watch.doubt(Duration(10), at(20));
  watch.ask(at(20));
  auto woken_up = at(7'200'000);
  CHECK_FALSE(watch.doubt_confirmed(woken_up));
  REQUIRE(watch.must_ask(woken_up));
  watch.ask(woken_up);
  CHECK(watch.deadline() == woken_up + Duration(10));
}
