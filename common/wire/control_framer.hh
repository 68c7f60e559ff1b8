// SPDX-License-Identifier: GPL-2.0-or-later
// Cuts the TCP stream of a control connection into messages (RFC 2637 section 1.4). Never
// resynchronises: after the first malformed message every later answer is the same refusal.
#pragma once

#include <optional>

#include "common/wire/control_message.hh"

namespace callgate {

struct NeedMore {
  bool operator==(const NeedMore&) const = default;
};

class ControlFramer {
 public:
  using Result = std::variant<NeedMore, ControlMessage, Malformed>;

  void push(ByteSpan bytes);
  Result next();

  // The reserved octets in the header of the message that next() gave last: ignored (section 1.4),
  // but worth a word in the log.
  uint16_t reserved0() const { return reserved0_; }

  // Bytes received that do not make a message yet.
  size_t pending() const { return buffer_.size() - start_; }
  ByteSpan rest() const { return ByteSpan(buffer_).subspan(start_); }

 private:
  Bytes buffer_;
  size_t start_ = 0;  // everything before it has been handed out
  uint16_t reserved0_ = 0;
  std::optional<Malformed> broken_;
};

}  // namespace callgate
