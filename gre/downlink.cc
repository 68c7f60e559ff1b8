// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/downlink.hh"

#include <utility>

namespace callgate {

void Downlink::take(ByteSpan frame, Sequence) {
  output_.append(frame, call_.lcp.map_for(frame));
  call_.lcp.from_server(frame);
  call_.login.from_server(frame);
}

PtyOutput::Result Downlink::flush(int pty, bool writable) {
  auto result = writable || !output_.stuck() ? output_.flush(pty) : PtyOutput::Result::ok;
  bool was_full = std::exchange(full_, output_.full());
  if (full_ && !was_full) call_.statistics.pty_waits++;
  return result;
}

}  // namespace callgate
