// SPDX-License-Identifier: GPL-2.0-or-later
// A descriptor is closed once, by its last owner.
#include "common/system/unique_fd.hh"

#include <fcntl.h>

#include <type_traits>

#include "tests/unit/catch.hh"

using callgate::UniqueFd;

namespace {

int open_null() {
  int fd = ::open("/dev/null", O_RDONLY | O_CLOEXEC);
  REQUIRE(fd >= 0);
  return fd;
}

bool is_open(int fd) {
  return fcntl(fd, F_GETFD) >= 0;
}

}  // namespace

static_assert(!std::is_copy_constructible_v<UniqueFd> && !std::is_copy_assignable_v<UniqueFd>);
static_assert(std::is_nothrow_move_constructible_v<UniqueFd>);

TEST_CASE("a descriptor is closed with its owner") {
  int raw = open_null();
  {
    UniqueFd fd(raw);
    CHECK(is_open(raw));
    CHECK(fd.get() == raw);
    CHECK(static_cast<bool>(fd));
  }
  CHECK_FALSE(is_open(raw));
}

TEST_CASE("no descriptor is false and closes nothing") {
  UniqueFd none;
  CHECK_FALSE(none);
  CHECK(none.get() == -1);
  none.reset();
}

TEST_CASE("descriptor 0 is a descriptor") {
  UniqueFd fd(0);
  CHECK(static_cast<bool>(fd));
  CHECK(fd.release() == 0);
}

TEST_CASE("a move leaves nothing behind") {
  int raw = open_null();
  UniqueFd first(raw);
  UniqueFd second(std::move(first));
  CHECK_FALSE(first);
  CHECK(second.get() == raw);
  CHECK(is_open(raw));
}

TEST_CASE("assignment closes what was held, and no more") {
  int old_raw = open_null(), new_raw = open_null();
  UniqueFd held(old_raw), other(new_raw);
  held = std::move(other);
  CHECK_FALSE(is_open(old_raw));
  CHECK(is_open(new_raw));
  CHECK(held.get() == new_raw);
}

TEST_CASE("assignment to itself keeps the descriptor") {
  int raw = open_null();
  UniqueFd fd(raw);
  UniqueFd& same = fd;
  fd = std::move(same);
  CHECK(fd.get() == raw);
  CHECK(is_open(raw));
}

TEST_CASE("a released descriptor stays open and is the caller's") {
  int raw = open_null();
  { CHECK(UniqueFd(raw).release() == raw); }
  CHECK(is_open(raw));
  ::close(raw);
}
