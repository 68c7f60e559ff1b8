// SPDX-License-Identifier: GPL-2.0-or-later
// --transmit-window: how many packets may be on their way to the server (RFC 2637 section 4.2).
// Nothing is sent again, so this is flow control and nothing else; it is for servers that drop what
// they have no room for. A server that does not acknowledge costs a bounded wait, and after a few
// of them none at all.
#pragma once

#include <optional>

#include "common/wire/ids.hh"

namespace callgate {

class TransmitWindow {
 public:
  using Microseconds = std::chrono::microseconds;
  // MinTimeOut and MaxTimeOut of section 4.4; the latter while the round trip is unknown. A server
  // may delay an acknowledgement for 100 ms.
  static constexpr Duration kLeastWait{200}, kMostWait{500};
  // So many waits in vain, and no acknowledgement: until one comes there is no window.
  static constexpr uint32_t kInVain = 3;
  static constexpr uint32_t kRemembered = 1 << 17;  // packets; any window fits in

  // The server's window, from its Outgoing-Call-Reply; 0 = send without a window.
  explicit TransmitWindow(uint16_t servers = 0) : most_(servers), size_((servers + 1u) / 2) {}

  // How many packets may go out now.
  size_t room() const;
  bool closed() const { return room() == 0; }
  // They went out, the last of them with this number.
  void sent(Sequence last, TimePoint now);
  void acknowledged(Sequence sequence, TimePoint now);
  // The round trip's adaptive time-out, as it is now.
  void path(Microseconds adaptive_timeout);

  // While it is closed: when to wait no longer.
  std::optional<TimePoint> next_deadline() const;
  // If that time has come: takes what is on its way for lost, and opens.
  void expire(TimePoint now);

  uint32_t size() const { return most_ ? size_ : 0; }  // packets, at present
  uint64_t timeouts() const { return timeouts_; }

 private:
  uint32_t on_their_way() const { return static_cast<uint32_t>(last_sent_ - acknowledged_); }

  uint32_t most_, size_;
  uint32_t successes_ = 0;  // packets acknowledged since the size changed
  Sequence last_sent_{UINT32_MAX}, acknowledged_{UINT32_MAX};  // before the first, which is 0
  TimePoint since_;  // the last progress while something is on its way
  Microseconds wait_ = kMostWait;
  uint32_t in_vain_ = 0;  // waits, since the last acknowledgement
  uint64_t timeouts_ = 0;
};

}  // namespace callgate
