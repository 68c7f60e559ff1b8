// SPDX-License-Identifier: GPL-2.0-or-later
// Cuts the TCP stream of a control connection into messages (RFC 2637 section 1.4). It never
// resynchronises: after the first malformed message every later answer is the same refusal.
#pragma once

#include <optional>

#include "common/wire/control_message.hh"

namespace callgate {

struct NeedMore {
  bool operator==(const NeedMore&) const = default;
};

// A whole message of a type that RFC 2637 does not have. The stream goes on after it.
struct UnknownMessage {
  uint16_t type = 0;
  bool operator==(const UnknownMessage&) const = default;
};

class ControlFramer {
 public:
  using Result = std::variant<NeedMore, ControlMessage, UnknownMessage, Malformed>;

  void push(ByteSpan bytes);
  Result next();

  // The bytes that the last answer of next() is about: a message, or what came in its place. The
  // span is valid until the next call of push() or next().
  ByteSpan raw() const { return ByteSpan(buffer_).subspan(start_, raw_size_); }

  // Bytes that next() has not handed out as a message.
  size_t pending() const { return buffer_.size() - start_ - (broken_ ? 0 : raw_size_); }

  // For a handover. It may be written down only after next() has said NeedMore.
  static void fields(auto& m, auto& codec) { codec(m.buffer_); }

 private:
  Result malformed(Malformed how, size_t raw_size);
  NeedMore need_more();

  Bytes buffer_;
  size_t start_ = 0;  // of raw()
  size_t raw_size_ = 0;
  std::optional<Malformed> broken_;
};

}  // namespace callgate
