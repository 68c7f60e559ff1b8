// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pty_output.hh"

#include <unistd.h>

#include <cerrno>

namespace callgate {

void PtyOutput::append(ByteSpan frame, uint32_t accm) {
  if (!sync_) return encode_hdlc(frame, accm, data_);
  data_.insert(data_.end(), frame.begin(), frame.end());
  sizes_.push_back(frame.size());
}

PtyOutput::Result PtyOutput::flush(int fd) {
  while (!empty()) {
    size_t wanted = next_write();
    ssize_t taken = write(fd, data_.data() + start_, wanted);
    if (taken < 0 && errno == EINTR) continue;
    if (taken < 0) return errno == EAGAIN ? Result::ok : Result::closed;
    if (taken == 0) return Result::ok;
    // A frame cannot be continued in a second write: the other end would see two.
    if (sync_ && static_cast<size_t>(taken) < wanted) dropped_++;
    written(sync_ ? wanted : static_cast<size_t>(taken));
    if (static_cast<size_t>(taken) < wanted) return Result::ok;  // it is full
  }
  return Result::ok;
}

void PtyOutput::written(size_t bytes) {
  start_ += bytes;
  if (sync_) sizes_.pop_front();
  if (start_ == data_.size()) {
    data_.clear();
    start_ = 0;
  } else if (start_ > kFull) {
    data_.erase(data_.begin(), data_.begin() + static_cast<std::ptrdiff_t>(start_));
    start_ = 0;
  }
}

}  // namespace callgate
