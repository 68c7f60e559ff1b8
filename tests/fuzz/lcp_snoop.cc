// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever either side sends, the map in use is the default or one that pppd itself asked for, and
// LCP is always sent with the default. Input for each frame: a byte for side and length, then the
// frame.
#include "gre/lcp_snoop.hh"

#include <set>

#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static constexpr std::array<uint8_t, 2> kData{0x00, 0x21};
  LcpSnoop snoop;
  std::set<uint32_t> asked{kDefaultAccm};
  for (ByteSpan input(data, size); !input.empty();) {
    bool from_pppd = input[0] & 0x80;
    ByteSpan frame = input.subspan(1, std::min<size_t>(input[0] & 0x7F, input.size() - 1));
    input = input.subspan(1 + frame.size());
    // Any four bytes of pppd's frames may be a map.
    for (size_t i = 0; from_pppd && i + 4 <= frame.size(); i++) {
      uint32_t map = 0;
      Reader(frame.subspan(i, 4)).get(map);
      asked.insert(map);
    }
    from_pppd ? snoop.from_pppd(frame) : snoop.from_server(frame);
    fuzz::require(asked.contains(snoop.map_for(kData)));
    if (frame.size() > 4 && frame[2] == 0xC0 && frame[3] == 0x21 && frame[0] == 0xFF &&
        frame[1] == 0x03)
      fuzz::require(snoop.map_for(frame) == kDefaultAccm);
    snoop.take_news();
  }
  return 0;
}
