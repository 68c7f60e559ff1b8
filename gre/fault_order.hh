// SPDX-License-Identifier: GPL-2.0-or-later
// --test-type and --test-rate: wrong order on purpose, to test servers. As in pptp-linux's manual:
// type 1 swaps two packets, type 2 sends the last of twelve before the others, type 3 reverses
// twelve.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace callgate {

class FaultOrder {
 public:
  struct Settings {
    uint32_t type = 0;    // 0 = right order
    uint32_t rate = 100;  // packets from one disorder to the next
  };

  explicit FaultOrder(const Settings& settings);

  bool active() const { return block_ > 0; }

  // The order in which to send the next packets of the `available`: offsets from the next one.
  // Those of a disorder that is not complete yet are left for later.
  std::vector<size_t> take(size_t available);

 private:
  uint32_t type_;
  size_t block_ = 0;  // packets in one disorder
  size_t rate_;
  size_t until_next_;  // packets before the next disorder
};

}  // namespace callgate
