// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/last_data.hh"

#include "tests/unit/catch.hh"

using namespace callgate;
using std::chrono::microseconds;

namespace {

constexpr TimePoint kStart{std::chrono::hours(1)};

bool is_data(const Bytes& frame) {
  return carries_data(frame);
}

}  // namespace

TEST_CASE("packets of IP, compressed or encrypted ones are data, whatever the header's form") {
  for (const auto& frame : {Bytes{0xFF, 0x03, 0x00, 0x21, 0x45}, Bytes{0x00, 0x21, 0x45},
                            Bytes{0x21, 0x45}, Bytes{0xFF, 0x03, 0x21, 0x45}, Bytes{0x00, 0x57},
                            Bytes{0xFF, 0x03, 0x00, 0xFD, 0x90}, Bytes{0xFD, 0x90, 0x00}})
    CHECK(is_data(frame));
}

TEST_CASE("LCP, authentication and the control of network protocols are no data") {
  for (const auto& frame : {Bytes{0xFF, 0x03, 0xC0, 0x21, 0x09}, Bytes{0xC0, 0x21, 0x0A},
                            Bytes{0xC0, 0x23}, Bytes{0xC2, 0x23}, Bytes{0x80, 0x21},
                            Bytes{0xFF, 0x03, 0x80, 0xFD}, Bytes{0xFF, 0x03}, Bytes{}})
    CHECK_FALSE(is_data(frame));
}

TEST_CASE("the time since the last data is 0 until there was some, and never afterwards") {
  LastData last;
  last.passed(Bytes{0xC0, 0x21}, kStart);
  CHECK(last.idle(kStart + Duration(5)) == microseconds(0));
  last.passed(Bytes{0x21}, kStart);
  CHECK(last.idle(kStart) == microseconds(1));
  last.passed(Bytes{0xC0, 0x21}, kStart + Duration(3));
  CHECK(last.idle(kStart + Duration(5)) == microseconds(5000));
}
