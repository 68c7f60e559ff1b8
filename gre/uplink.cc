// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/uplink.hh"

#include <unistd.h>

#include <algorithm>
#include <utility>

#include "common/system/log.hh"
#include "gre/pppd_mode.hh"

namespace callgate {
namespace {

constexpr size_t kMostRecords = 64;      // read at once
constexpr size_t kReadSize = 64 * 1024;  // bytes

}  // namespace

Uplink::Uplink(const Settings& settings, CallData& call, FrameSender& sender)
    : call_(call),
      sender_(sender),
      settings_(settings),
      input_(std::make_unique_for_overwrite<uint8_t[]>(kReadSize)) {}

Uplink::Result Uplink::read(int pty, TimePoint now) {
  if (!settings_.sync) return read_stream(pty);
  return settings_.records ? read_records(pty) : read_joined(pty, now);
}

Uplink::Result Uplink::read_stream(int pty) {
  ssize_t size = ::read(pty, input_.get(), kReadSize);
  last_read_ = static_cast<size_t>(std::max<ssize_t>(size, 0));
  if (size < 0) return errno == EAGAIN || errno == EINTR ? Result::ok : Result::closed;
  if (size == 0) return Result::closed;
  ByteSpan bytes(input_.get(), static_cast<size_t>(size));
  check_mode(bytes);
  decoder_.decode(bytes, [this](ByteSpan frame) { keep(frame); });
  return Result::ok;
}

// A socket that keeps boundaries returns one frame for each read.
Uplink::Result Uplink::read_records(int pty) {
  for (size_t i = 0; i < kMostRecords; i++) {
    ssize_t size = ::read(pty, input_.get(), kReadSize);
    if (size < 0) return errno == EAGAIN || errno == EINTR ? Result::ok : Result::closed;
    if (size == 0) return Result::closed;
    ByteSpan frame(input_.get(), static_cast<size_t>(size));
    check_mode(frame);
    if (frame.size() > kMaxFrameSize)
      call_.statistics.tx_oversize++;
    else
      keep(frame);
  }
  return Result::ok;
}

// A terminal may give a frame in two reads, so everything that waits is read before it is cut.
Uplink::Result Uplink::read_joined(int pty, TimePoint now) {
  auto result = Result::ok;
  bool all = false;
  while (!all && kReadSize - joined_ > kTtyBatch) {
    ssize_t size = ::read(pty, input_.get() + joined_, kReadSize - joined_);
    if (size > 0) {
      joined_ += static_cast<size_t>(size);
    } else if (size == 0 || errno != EINTR) {
      all = true;
      if (size == 0 || errno != EAGAIN) result = Result::closed;
    }
  }
  last_read_ = all ? 0 : kTtyBatch;
  ByteSpan bytes(input_.get(), joined_);
  if (!bytes.empty()) check_mode(bytes);
  auto cut = cut_sync_frames(bytes, all);
  for (ByteSpan frame : cut.frames) keep(frame);
  say_joined(cut, now);
  joined_ -= cut.used;
  std::copy_n(input_.get() + cut.used, joined_, input_.get());
  return result;
}

void Uplink::say_joined(const SyncFrames& cut, TimePoint now) {
  call_.statistics.tx_oversize += cut.too_long;
  call_.statistics.pty_aborted += cut.in_part;
  if (cut.too_long + cut.in_part == 0) return;
  auto times = unclear_reads_.happened(now);
  if (!times) return;
  log::warning(
      "dropped what came from pppd without a clear border between frames (reads: {}): a terminal"
      " does not keep borders, so leave out --sync and pppd's option sync",
      *times);
}

void Uplink::keep(ByteSpan frame) {
  sender_.add(frame);
  call_.lcp.from_pppd(frame);
  call_.login.from_pppd(frame);
}

void Uplink::check_mode(ByteSpan first_bytes) {
  if (std::exchange(mode_checked_, true)) return;
  if (auto difference = mode_difference(settings_.sync, first_bytes); !difference.empty())
    log::warning("{}", difference);
}

}  // namespace callgate
