// SPDX-License-Identifier: GPL-2.0-or-later
// --transmit-window: how many packets may be on their way to the server (RFC 2637 section 4.2).
// Packets are never sent again, so this is only flow control, for servers that drop what they have
// no room for. A server that does not acknowledge costs a bounded wait, and after a few of them no
// wait at all.
#pragma once

#include <optional>

#include "common/wire/ids.hh"

namespace callgate {

class TransmitWindow {
 public:
  using Microseconds = std::chrono::microseconds;
  // MinTimeOut and MaxTimeOut of section 4.4. The wait is the latter while the round trip is
  // unknown. The former allows for servers that delay an acknowledgement by 100 ms.
  static constexpr Duration kLeastWait{200}, kMostWait{500};
  // After this many waits in vain there is no window until an acknowledgement comes.
  static constexpr uint32_t kInVain = 3;
  static constexpr uint32_t kRemembered = 1 << 17;  // packets; more than any window

  // `servers`: the server's window, from its Outgoing-Call-Reply; 0 = send without a window.
  explicit TransmitWindow(uint16_t servers = 0) : most_(servers), size_((servers + 1u) / 2) {}

  // How many packets may be sent now.
  size_t room() const;
  bool closed() const { return room() == 0; }
  // Packets were sent, the last of them with this number.
  void sent(Sequence last, TimePoint now);
  void acknowledged(Sequence sequence, TimePoint now);
  // Tells the present adaptive time-out of the round trip.
  void path(Microseconds adaptive_timeout);

  // When to stop waiting. nullopt unless the window is closed.
  std::optional<TimePoint> next_deadline() const;
  // If that time has come, gives up the packets on their way and so opens the window.
  void expire(TimePoint now);

  uint32_t size() const { return most_ ? size_ : 0; }  // packets, at present
  uint64_t timeouts() const { return timeouts_; }

 private:
  uint32_t on_their_way() const { return static_cast<uint32_t>(last_sent_ - acknowledged_); }

  uint32_t most_, size_;
  uint32_t successes_ = 0;  // packets acknowledged since the size changed
  Sequence last_sent_{UINT32_MAX}, acknowledged_{UINT32_MAX};  // before the first, which is 0
  TimePoint since_;  // the last progress, while packets are on their way
  Microseconds wait_ = kMostWait;
  uint32_t in_vain_ = 0;  // waits, since the last acknowledgement
  uint64_t timeouts_ = 0;
};

}  // namespace callgate
