// SPDX-License-Identifier: GPL-2.0-or-later
// With --sync, frames have no flags, and a terminal or a pipe does not keep the borders between
// pppd's writes: one read may return several frames, and the last of them in part. The borders are
// found again.
//
// Control packets and IP packets contain their length. A packet of MPPE does not, but the next one
// repeats its header and has the next coherency count (RFC 3078 section 3). Encrypted bytes may
// look like that by chance: the chance is 2^-44 for each byte of a frame, or 2^-24 if LCP has
// compressed the header to one byte. A wrong cut costs a few packets and no more.
//
// A frame of MPPE that is longer than the server's MRU must not be sent: a decompressor that fails
// once may decompress nothing any more.
#pragma once

#include <vector>

#include "common/wire/bytes.hh"
#include "common/wire/mru.hh"

namespace callgate {

constexpr size_t kMaxMppeFrame = 4 + kDefaultMru;  // bytes; address and control, and protocol

struct SyncFrames {
  std::vector<ByteSpan> frames;  // within the bytes that were cut
  size_t too_long = 0;           // frames dropped because they must be several
  size_t in_part = 0;            // frames dropped because their beginning or their end is missing
  size_t used = 0;               // bytes; the rest is the beginning of a frame
};

// `all`: no more bytes wait, so the last frame ends here.
SyncFrames cut_sync_frames(ByteSpan bytes, bool all);

}  // namespace callgate
