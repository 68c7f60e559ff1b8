// SPDX-License-Identifier: GPL-2.0-or-later
// However the stream is cut, the decoder finds the frames that a literal reading of RFC 1662 finds,
// and the encoder restores each of them with any control character map.
#include "common/wire/hdlc.hh"

#include "tests/fuzz/fuzz.hh"
#include "tests/unit/common/wire/hdlc_reference.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::vector<Bytes> frames;
  auto keep = [&](ByteSpan frame) { frames.emplace_back(frame.begin(), frame.end()); };
  HdlcDecoder decoder;
  fuzz::in_chunks({data, size}, [&](ByteSpan chunk) { decoder.decode(chunk, keep); });
  if (size > 0) fuzz::require(frames == test::reference_decode({data + 1, size - 1}));

  Bytes again;
  for (const auto& frame : frames) encode_hdlc(frame, data[0] * 0x01010101u, again);
  fuzz::require(test::reference_decode(again) == frames);
  return 0;
}
