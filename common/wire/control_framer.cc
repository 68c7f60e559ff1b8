// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/control_framer.hh"

#include <utility>

namespace callgate {
namespace {

constexpr size_t kTypeOffset = 8;  // bytes, in the header (RFC 2637 section 2)

UnknownMessage unknown(ByteSpan message) {
  UnknownMessage unknown;
  Reader(message.subspan(kTypeOffset)).get(unknown.type);
  return unknown;
}

}  // namespace

void ControlFramer::push(ByteSpan bytes) {
  if (!broken_) buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

ControlFramer::Result ControlFramer::next() {
  if (broken_) return *broken_;
  start_ += std::exchange(raw_size_, 0);
  ByteSpan waiting = ByteSpan(buffer_).subspan(start_);
  auto header = check_header(waiting.first(std::min(waiting.size(), kControlHeaderSize)));
  if (auto* how = std::get_if<Malformed>(&header))
    return malformed(*how, std::min(waiting.size(), kMaxControlMessageSize));

  size_t length = std::get<size_t>(header);
  if (length == 0 || waiting.size() < length) return need_more();
  auto parsed = parse_control_message(waiting.first(length));
  auto* how = std::get_if<Malformed>(&parsed);
  if (how && *how != Malformed::unknown_type) return malformed(*how, length);
  raw_size_ = length;
  if (how) return unknown(waiting);
  return std::get<ControlMessage>(std::move(parsed));
}

ControlFramer::Result ControlFramer::malformed(Malformed how, size_t raw_size) {
  raw_size_ = raw_size;
  broken_ = how;
  return how;
}

NeedMore ControlFramer::need_more() {
  static_assert(kMaxControlMessageSize <= UINT8_MAX, "fields() counts the bytes in 8 bits");
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(start_));
  start_ = 0;
  return {};
}

}  // namespace callgate
