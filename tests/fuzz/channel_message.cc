// SPDX-License-Identifier: GPL-2.0-or-later
// A record that parses has one wire form only: encoding gives the same bytes back. And the reason
// in it, which anybody may have written, is said without a control character.
#include "common/channel/channel_message.hh"

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  auto message = parse_channel_message({data, size});
  if (!message) return 0;
  Bytes again = encode(*message);
  fuzz::require(std::equal(again.begin(), again.end(), data, data + size));
  if (auto* ended = std::get_if<CallEnded>(&*message))
    for (char c : line(ended->reason)) fuzz::require(c >= 0x20 && c < 0x7f);
  return 0;
}
