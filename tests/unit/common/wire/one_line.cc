// SPDX-License-Identifier: GPL-2.0-or-later
// No text drives a terminal, forges a line or reads otherwise than it is written.
#include "common/wire/one_line.hh"

#include "tests/unit/catch.hh"

using namespace callgate;

namespace {

bool is_hex_only(std::string_view text) {
  return on_one_line(text).find_first_not_of("\\x0123456789abcdef") == std::string::npos;
}

std::string utf8(uint32_t code) {
  auto rest = [&](unsigned shift) { return static_cast<char>(0x80 | (code >> shift & 0x3F)); };
  if (code < 0x800) return {static_cast<char>(0xC0 | code >> 6), rest(0)};
  if (code < 0x10000) return {static_cast<char>(0xE0 | code >> 12), rest(6), rest(0)};
  return {static_cast<char>(0xF0 | code >> 18), rest(12), rest(6), rest(0)};
}

}  // namespace

TEST_CASE("text without controls stays as it is, whatever its language") {
  for (std::string_view text : {"", "a line: 50% of \\x1b", "caf\xc3\xa9",
                                "\xd0\xb2\xd0\xbf\xd0\xbd", "\xe2\x82\xac", "\xf0\x9f\x98\x80"})
    CHECK(on_one_line(text) == text);
}

TEST_CASE(
    "every byte that is not part of UTF-8 is shown in hex, 8-bit control sequences among them") {
  for (unsigned byte = 0x80; byte < 0x100; byte++)
    CHECK(is_hex_only(std::string(1, static_cast<char>(byte))));
  CHECK(on_one_line("A\x9b"
                    "2J") == "A\\x9b2J");
}

TEST_CASE("every control character is shown in hex, as one byte and in UTF-8") {
  for (unsigned code = 0; code < 0x20; code++)
    CHECK(is_hex_only(std::string(1, static_cast<char>(code))));
  CHECK(is_hex_only("\x7f"));
  for (unsigned code = 0x80; code < 0xA0; code++) CHECK(is_hex_only(utf8(code)));
  CHECK(on_one_line("a\xc2\x9b"
                    "2Jb") == "a\\xc2\\x9b2Jb");
}

TEST_CASE("what is invisible or turns the direction of writing is shown in hex") {
  for (uint32_t code :
       {0xADU, 0x61CU, 0x200BU, 0x200EU, 0x200FU, 0x2028U, 0x2029U, 0x202AU, 0x202EU, 0x2060U,
        0x2066U, 0x2069U, 0xE000U, 0xFEFFU, 0xFFFFU, 0xE0041U, 0x10FFFFU}) {
    INFO(code);
    CHECK(is_hex_only(utf8(code)));
  }
  CHECK(on_one_line("vpn\xe2\x80\xaetxt") == "vpn\\xe2\\x80\\xaetxt");
}

TEST_CASE("UTF-8 that is cut off, too long or beyond Unicode is shown in hex") {
  for (std::string_view text :
       {"\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc0\x9b", "\xc1\xbf", "\xe0\x82\x9b",
        "\xf0\x80\x82\x9b", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80"})
    CHECK(is_hex_only(text));
  CHECK(on_one_line("\xc3(") == "\\xc3(");
}
