// SPDX-License-Identifier: GPL-2.0-or-later
// Whatever pppd's terminal gives: frames are cut out in order, none is empty or too long, and
// nothing stays when no more bytes wait. Input: a byte (whether more is to come), then what was
// read.
#include "gre/sync_frames.hh"

#include "common/wire/hdlc.hh"
#include "tests/fuzz/fuzz.hh"

using namespace callgate;

int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  ByteSpan bytes(data + 1, size - 1);
  bool all = data[0] & 1;
  auto cut = cut_sync_frames(bytes, all);
  const uint8_t* end = bytes.data();
  for (ByteSpan frame : cut.frames) {
    fuzz::require(frame.data() >= end && !frame.empty() && frame.size() <= kMaxFrameSize);
    end = frame.data() + frame.size();
  }
  fuzz::require(end <= bytes.data() + cut.used && cut.used <= bytes.size());
  fuzz::require(all ? cut.used == bytes.size() : bytes.size() - cut.used <= kMaxFrameSize);
  return 0;
}
