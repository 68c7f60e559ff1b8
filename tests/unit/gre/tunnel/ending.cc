// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/tunnel/ending.hh"

#include "tests/unit/catch.hh"

namespace callgate {

using End = LinkReport::End;

TEST_CASE("each end has pppd's exit status") {
  auto status = [](Ending ending) { return static_cast<int>(status_of(ending)); };
  auto end = [&](End value, bool was_up = true) {
    return status({.end = value, .was_up = was_up, .had_call = true});
  };
  CHECK(end(End::closed) == 5);
  CHECK(end(End::server_closed) == 16);
  CHECK(end(End::server_closed, false) == 10);
  CHECK(end(End::no_agreement) == 10);
  CHECK(end(End::no_encryption) == 10);
  CHECK(end(End::not_authenticated) == 19);
  CHECK(end(End::server_not_trusted) == 19);
  CHECK(end(End::server_silent) == 15);
  CHECK(end(End::looped) == 17);
  CHECK(end(End::call_ended) == 16);
  CHECK(status({}) == 8);                   // never connected
  CHECK(status({.had_call = true}) == 16);  // the gateway was killed
  CHECK(status({.request = Request::end, .end = End::closed}) == 5);
  CHECK(status({.request = Request::idle, .end = End::closed}) == 12);
  CHECK(status({.request = Request::time_over, .end = End::closed}) == 13);
}

TEST_CASE("without persist a tunnel is dialled once") {
  TunnelOptions options;
  CHECK(!Redial(options).after({.end = End::server_closed, .was_up = true}));
}

TEST_CASE("persist dials again after holdoff, up to maxfail failures in a row") {
  TunnelOptions options{.persist = true, .maxfail = 3, .holdoff = 7};
  Redial redial(options);
  CHECK(redial.after({}) == 7u);
  CHECK(redial.after({}) == 7u);
  CHECK(redial.after({.end = End::server_closed, .was_up = true}) == 7u);
  CHECK(redial.after({}) == 7u);
  CHECK(redial.after({}) == 7u);
  CHECK(!redial.after({}));
  options.maxfail = 0;
  CHECK(redial.after({}) == 7u);
}

TEST_CASE("a refused password is not tried again, nor is a tunnel that was ended") {
  TunnelOptions options{.persist = true, .maxfail = 0};
  Redial redial(options);
  CHECK(!redial.after({.end = End::not_authenticated}));
  CHECK(!redial.after({.request = Request::end, .end = End::closed, .was_up = true}));
  CHECK(redial.after({.request = Request::hang_up, .end = End::closed, .was_up = true}) == 30u);
  CHECK(redial.after({.request = Request::idle, .end = End::closed, .was_up = true}) == 0u);
}

}  // namespace callgate
