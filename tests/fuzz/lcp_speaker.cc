// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever a server sends, the LCP of `pptpctl diagnose SERVER` proposes an authentication once,
// and believes only in sizes that it tries. Input for each frame: a byte for its length, then the
// frame.
#include "callmgr/diagnose/live/probes/lcp_speaker.hh"

#include <algorithm>

#include "tests/fuzz/fuzz.hh"

using namespace callgate;
using namespace callgate::diagnose::live;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  LcpSpeaker speaker(0x01020304);
  speaker.next_request();
  unsigned proposals = 0;
  for (ByteSpan input(data, size); !input.empty();) {
    ByteSpan frame = input.subspan(1, std::min<size_t>(input[0], input.size() - 1));
    input = input.subspan(1 + frame.size());
    Bytes framed;
    encode_hdlc(frame, kDefaultAccm, framed);
    unsigned before = speaker.answers();
    speaker.received(framed);
    proposals += !speaker.take_proposal().empty();
    fuzz::require(proposals <= 1 && speaker.answers() <= before + 1);
    fuzz::require(speaker.largest() == 0 ||
                  std::ranges::find(kTriedSizes, speaker.largest()) != kTriedSizes.end());
  }
  speaker.received({data, size});
  return 0;
}
