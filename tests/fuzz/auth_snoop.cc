// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever either side sends, a login is refused only after pppd has sent an answer, and each
// change is told once. Input for each frame: a byte for side and length, then the frame.
#include "gre/auth_snoop.hh"

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  AuthSnoop snoop;
  bool refused = false, spoken = false;
  for (ByteSpan input(data, size); !input.empty();) {
    bool from_pppd = input[0] & 0x80;
    ByteSpan frame = input.subspan(1, std::min<size_t>(input[0] & 0x7F, input.size() - 1));
    input = input.subspan(1 + frame.size());
    spoken = spoken || (from_pppd && !frame.empty());
    from_pppd ? snoop.from_pppd(frame) : snoop.from_server(frame);
    auto news = snoop.take_news();
    fuzz::require(!news || (spoken && *news != refused && !from_pppd));
    refused = news.value_or(refused);
    fuzz::require(!snoop.take_news());
  }
  return 0;
}
