// SPDX-License-Identifier: GPL-2.0-or-later
// A failed system call becomes an exception that names what was attempted, and why it failed.
#include "common/system/os_error.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

int fails_with(int error) {
  errno = error;
  return -1;
}

}  // namespace

TEST_CASE("check returns the result of a system call that succeeded") {
  CHECK(check(0, "do nothing") == 0);
  CHECK(check(42, "count") == 42);
}

TEST_CASE("check throws the errno of a system call that failed, and what was attempted") {
  try {
    check(fails_with(EACCES), "bind {}", "/run/pptp/callmgr.sock");
    FAIL("no exception");
  } catch (const OsError& error) {
    CHECK(error.code() == std::errc::permission_denied);
    CHECK(std::string(error.what()) == "bind /run/pptp/callmgr.sock: Permission denied");
  }
}
