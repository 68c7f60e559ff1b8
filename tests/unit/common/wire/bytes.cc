// SPDX-License-Identifier: GPL-2.0-or-later
// Reader and Writer: width from the type, network order, one sticky failure.
#include "common/wire/bytes.hh"
#include "common/wire/ids.hh"
#include "tests/unit/catch.hh"
#include "tests/unit/wire.hh"

using namespace callgate;
using namespace callgate::test;

namespace {

enum class Colour : uint16_t { red = 0x0102 };

Bytes written(const auto&... values) {
  Bytes out;
  Writer writer(out);
  writer(values...);
  return out;
}

}  // namespace

TEST_CASE("a number takes the width of its type, high octet first") {
  CHECK(dump(written(uint8_t{0xA1})) == "A1");
  CHECK(dump(written(uint16_t{0xA1A2})) == "A1 A2");
  CHECK(dump(written(uint32_t{0xA1A2A3A4})) == "A1 A2 A3 A4");
  CHECK(dump(written(uint64_t{0xA1A2A3A4A5A6A7A8})) == "A1 A2 A3 A4 A5 A6 A7 A8");
  CHECK(dump(written(Colour::red)) == "01 02");
  CHECK(dump(written(true, false)) == "01 00");
}

TEST_CASE("numbers are read back as they were written") {
  Bytes wire = written(uint8_t{1}, uint16_t{0xFEDC}, uint32_t{0xFEDCBA98},
                       uint64_t{0xFEDCBA9876543210}, Colour::red, true);
  Reader reader(wire);
  uint8_t a = 0;
  uint16_t b = 0;
  uint32_t c = 0;
  uint64_t d = 0;
  Colour e{};
  bool f = false;
  reader(a, b, c, d, e, f);
  CHECK(reader.done());
  CHECK(a == 1);
  CHECK(b == 0xFEDC);
  CHECK(c == 0xFEDCBA98);
  CHECK(d == 0xFEDCBA9876543210);
  CHECK(e == Colour::red);
  CHECK(f);
}

TEST_CASE("after the first shortage every field reads as zero and the reader stays failed") {
  Bytes wire = hex("01 02 03");
  Reader reader(wire);
  uint32_t wide = 77;
  uint8_t narrow = 77;
  reader(wide, narrow);
  CHECK(wide == 0);
  CHECK(narrow == 0);  // although three bytes are still there
  CHECK_FALSE(reader.ok());
  CHECK_FALSE(reader.done());
}

TEST_CASE("bytes left over are not done") {
  Bytes wire = hex("01 02");
  Reader reader(wire);
  uint8_t first = 0;
  reader(first);
  CHECK(reader.ok());
  CHECK_FALSE(reader.done());
  CHECK(dump(reader.rest()) == "02");
}

TEST_CASE("a text and a list carry their own length") {
  Bytes wire = written(std::string("ab"), std::vector<uint16_t>{1, 2});
  CHECK(dump(wire) == "00 02 61 62 02 00 01 00 02");
  Reader reader(wire);
  std::string text = "old";
  std::vector<uint16_t> list{9};
  reader(text, list);
  CHECK(reader.done());
  CHECK(text == "ab");
  CHECK(list == std::vector<uint16_t>{1, 2});
}

TEST_CASE("a list that ends early is a failure and stops there") {
  Bytes wire = hex("FF 00 01 00");
  Reader reader(wire);
  std::vector<uint16_t> list;
  reader(list);
  CHECK_FALSE(reader.ok());
  CHECK(list.size() <= 2);
}

TEST_CASE("times are read back, and a time that could overflow a sum is refused") {
  using std::chrono::nanoseconds;
  using Milliseconds = std::chrono::milliseconds;
  Bytes wire = written(Milliseconds(60'000), TimePoint(nanoseconds(123)));
  Reader good(wire);
  Milliseconds wait{};
  TimePoint point{};
  good(wait, point);
  CHECK(good.done());
  CHECK(wait == Milliseconds(60'000));
  CHECK(point == TimePoint(nanoseconds(123)));

  for (uint64_t raw : {uint64_t{1} << 63, UINT64_MAX, uint64_t{1} << 62}) {
    Bytes huge = written(raw, raw);
    Reader reader(huge);
    reader.get(wait);
    CHECK_FALSE(reader.ok());
    CHECK(wait == Milliseconds(0));
    Reader other(huge);
    other.get(point);
    CHECK_FALSE(other.ok());
    CHECK(point == TimePoint{});
  }
}
