// SPDX-License-Identifier: GPL-2.0-or-later
// --test-type and --test-rate: sends packets in the wrong order, to test servers. As in
// pptp-linux's manual, type 1 swaps two packets, type 2 sends the last of twelve packets before the
// others, and type 3 reverses twelve packets.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace callgate {

class FaultOrder {
 public:
  struct Settings {
    uint32_t type = 0;    // 0 = the right order
    uint32_t rate = 100;  // packets from one disorder to the next
  };

  explicit FaultOrder(const Settings& settings);

  bool active() const { return block_ > 0; }

  // Returns the order in which to send the next of `available` packets, as offsets from the first
  // of them. Packets of a disorder that is not complete yet are left for the next call.
  std::vector<size_t> take(size_t available);

 private:
  uint32_t type_;
  size_t block_ = 0;  // packets in one disorder
  size_t rate_;
  size_t until_next_;  // packets before the next disorder
};

}  // namespace callgate
