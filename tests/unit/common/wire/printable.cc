// SPDX-License-Identifier: GPL-2.0-or-later
// Foreign text never reaches a terminal or a log as it came.
#include "common/channel/reason.hh"
#include "common/wire/bytes.hh"
#include "tests/unit/catch.hh"

using namespace callgate;

TEST_CASE("plain text stays as it is") {
  CHECK(printable("192.0.2.1: it's \"down\" (50%)") == "192.0.2.1: it's \"down\" (50%)");
  CHECK(printable("").empty());
}

TEST_CASE("control, non-ASCII and escaping bytes are shown in hex") {
  CHECK(printable("\x1b[2J") == "\\x1b[2J");
  CHECK(printable("a\nb\rc\td") == "a\\x0ab\\x0dc\\x09d");
  CHECK(printable(std::string_view("\0", 1)) == "\\x00");
  CHECK(printable("\x7f\x80\xff") == "\\x7f\\x80\\xff");
  CHECK(printable("\\") == "\\x5c");
}

TEST_CASE("of every byte only printable ASCII is left") {
  std::string all;
  for (unsigned byte = 0; byte < 256; byte++) all += static_cast<char>(byte);
  for (char c : printable(all)) CHECK((c >= 0x20 && c <= 0x7e));
}

TEST_CASE("two texts that differ are shown differently") {
  CHECK(printable("\x1b") != printable("\\x1b"));
}

TEST_CASE("escape sequences in a reason never reach the terminal raw") {
  for (size_t i = 0; i < kCauses; i++) {
    Reason reason{.cause = static_cast<Cause>(i),
                  .subject = "evil\x1b]0;title\x07",
                  .detail = "line\nnext\x1b[2J\x9b"};
    INFO(name(reason.cause));
    for (const auto& text : {line(reason), sentence(reason)})
      CHECK(std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7f; }));
  }
}
