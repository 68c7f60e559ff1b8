// SPDX-License-Identifier: GPL-2.0-or-later
// Every variant of the HDLC codec does what the plain one does, with any input, map and split.
// Input: a byte for the map, a byte for the size of chunks, then data.
#include "common/wire/hdlc_codec.hh"

#include "common/wire/hdlc.hh"
#include "tests/fuzz/fuzz.hh"

using namespace callgate;

namespace {

struct Results {
  uint16_t fcs;
  Bytes wire;
  std::vector<Bytes> frames;
  std::array<uint64_t, 4> errors;
  bool operator==(const Results&) const = default;
};

Results run(const HdlcCodec& codec, uint32_t accm, ByteSpan chunked) {
  Results results{};
  ByteSpan frame = chunked.subspan(1);
  results.fcs = codec.fcs(kFcsInitial, frame);
  encode_hdlc(frame, accm, results.wire, codec);

  HdlcDecoder decoder(codec);
  auto keep = [&](ByteSpan found) { results.frames.emplace_back(found.begin(), found.end()); };
  fuzz::in_chunks(chunked, [&](ByteSpan chunk) { decoder.decode(chunk, keep); });
  const HdlcErrors& errors = decoder.errors();
  results.errors = {errors.bad_fcs, errors.too_short, errors.oversized, errors.aborted};
  return results;
}

}  // namespace

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  uint32_t accm = data[0] * 0x01010101u;
  const Results expected = run(hdlc_codecs()[0], accm, {data + 1, size - 1});
  for (const HdlcCodec& codec : hdlc_codecs().subspan(1))
    fuzz::require(run(codec, accm, {data + 1, size - 1}) == expected);
  return 0;
}
