// SPDX-License-Identifier: GPL-2.0-or-later
// The captures that run: one for a call, bounded in what is on its way, over when it is.
#include "callmgr/manager/captures.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {
constexpr CallId kCall{7}, kOther{8};
constexpr uint32_t kGateway = 1, kWatcher = 2, kLink = 3;
}  // namespace

TEST_CASE("a call is captured once at a time") {
  Captures captures;
  auto* capture = captures.begin(kCall, kGateway, kWatcher, kLink);
  REQUIRE(capture);
  CHECK(captures.begin(kCall, kGateway, 9, kLink) == nullptr);
  REQUIRE(captures.begin(kOther, 10, 11, kLink));
  auto first = capture->id;
  captures.erase(first);
  auto* again = captures.begin(kCall, kGateway, kWatcher, kLink);
  REQUIRE(again);
  CHECK(again->id != first);
}

TEST_CASE("a capture is found by its call, its gateway, its watcher and its link") {
  Captures captures;
  auto* capture = captures.begin(kCall, kGateway, kWatcher, kLink);
  CHECK(captures.of_call(kCall) == capture);
  CHECK(captures.of_gateway(kGateway) == capture);
  CHECK(captures.of_watcher(kWatcher) == capture);
  CHECK(captures.on_link(kLink));
  CHECK_FALSE(captures.of_call(kOther));
  CHECK_FALSE(captures.of_gateway(kWatcher));
  CHECK_FALSE(captures.of_watcher(kGateway));
  CHECK_FALSE(captures.on_link(4));
}

TEST_CASE("credit is spent by records and renewed by who has taken them, and never grows") {
  RunningCapture capture{.credit = 2};
  CHECK(capture.renew_credit(8) == 0);  // nothing has been taken yet
  CHECK(capture.spend_credit());
  CHECK(capture.spend_credit());
  CHECK_FALSE(capture.spend_credit());
  CHECK(capture.renew_credit(1) == 1);
  CHECK(capture.renew_credit(8) == 1);
  CHECK(capture.renew_credit(8) == 0);
  CHECK(capture.credit == 2);
}

TEST_CASE("a capture that is stopping gets no credit, by which its gateway would begin again") {
  RunningCapture capture{.credit = 2};
  CHECK(capture.spend_credit());
  capture.stopping = true;
  CHECK(capture.renew_credit(1) == 0);
  CHECK(capture.credit == 1);
}

TEST_CASE("a capture is over when the gateway is done, and nobody watches or the call is over") {
  for (bool done : {false, true})
    for (bool stopping : {false, true})
      for (bool call_over : {false, true}) {
        RunningCapture capture{.stopping = stopping, .gateway_done = done, .call_over = call_over};
        CHECK(capture.over() == (done && (stopping || call_over)));
      }
}

TEST_CASE("those that are over are taken, and the others stay") {
  Captures captures;
  captures.begin(kCall, kGateway, kWatcher, kLink);
  auto* other = captures.begin(kOther, 10, 11, kLink);
  CHECK(captures.take_over().empty());
  other->gateway_done = other->stopping = true;
  auto over = captures.take_over();
  REQUIRE(over.size() == 1);
  CHECK(over[0].call == kOther);
  CHECK(captures.of_call(kCall));
  CHECK(captures.take_all().size() == 1);
  CHECK(captures.empty());
}
