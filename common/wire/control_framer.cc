// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/wire/control_framer.hh"

namespace callgate {
namespace {

constexpr size_t kReserved0Offset = 10;  // in the header, section 2

}  // namespace

void ControlFramer::push(ByteSpan bytes) {
  if (broken_) return;
  buffer_.erase(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(start_));
  start_ = 0;
  buffer_.insert(buffer_.end(), bytes.begin(), bytes.end());
}

ControlFramer::Result ControlFramer::next() {
  if (broken_) return *broken_;
  ByteSpan waiting = ByteSpan(buffer_).subspan(start_);
  auto header = check_header(waiting.first(std::min(waiting.size(), kControlHeaderSize)));
  if (auto* malformed = std::get_if<Malformed>(&header)) return *(broken_ = *malformed);

  size_t length = std::get<size_t>(header);
  if (length == 0 || waiting.size() < length) return NeedMore{};
  auto parsed = parse_control_message(waiting.first(length));
  if (auto* malformed = std::get_if<Malformed>(&parsed)) return *(broken_ = *malformed);
  Reader(waiting.subspan(kReserved0Offset)).get(reserved0_);
  start_ += length;
  return std::get<ControlMessage>(std::move(parsed));
}

}  // namespace callgate
