// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pty_output.hh"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace callgate {

void PtyOutput::append(ByteSpan frame, uint32_t accm) {
  if (!sync_) {
    make_room(max_hdlc_size(frame.size()) + kCodecSlack);
    end_ += encode_hdlc(frame, accm, data_.get() + end_);
    return;
  }
  make_room(frame.size());
  std::copy(frame.begin(), frame.end(), data_.get() + end_);
  end_ += frame.size();
  sizes_.push_back(frame.size());
}

// What has been written is not kept. Pages that were never used are never touched.
void PtyOutput::make_room(size_t size) {
  if (capacity_ - end_ >= size) return;
  size_t wanted = pending() + size;
  bool grow = wanted > capacity_ / 2;
  if (grow) capacity_ = std::max(kSmallest, 2 * wanted);
  auto bigger = grow ? std::make_unique_for_overwrite<uint8_t[]>(capacity_) : nullptr;
  uint8_t* begin = grow ? bigger.get() : data_.get();
  end_ = static_cast<size_t>(std::copy_n(data_.get() + start_, pending(), begin) - begin);
  start_ = 0;
  if (grow) data_ = std::move(bigger);
}

PtyOutput::Result PtyOutput::flush(int fd) {
  auto result = write_all(fd);
  stuck_ = !empty();
  return result;
}

PtyOutput::Result PtyOutput::write_all(int fd) {
  while (!empty()) {
    size_t wanted = next_write();
    ssize_t taken = write(fd, data_.get() + start_, wanted);
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
  if (empty()) start_ = end_ = 0;
}

}  // namespace callgate
