// SPDX-License-Identifier: GPL-2.0-or-later
// Gives everything to the manager that has asked for it (pptp-callmgr --take-over), a batch of
// descriptors each time that it asks. Between two batches this manager serves its clients.
//
// The image goes with the last batch. From then on this manager serves nobody, so that nothing
// changes, and waits a short time for the taker's Taken. Until that has come it holds everything
// itself: if the taker dies, refuses or is late, this manager goes on as if nothing had happened.
#pragma once

#include <set>
#include <vector>

#include "common/system/unique_fd.hh"
#include "common/wire/ids.hh"

namespace callgate {

class Giving {
 public:
  static constexpr Duration kTakenWithin{5'000};

  class Owner {
   public:
    virtual ~Owner() = default;
    virtual std::vector<int> descriptors_for(uint32_t taker) = 0;
    virtual UniqueFd image_for(uint32_t taker) = 0;
    virtual void given_to(uint32_t taker) = 0;  // the taker serves everybody now
    virtual void not_given_to(uint32_t taker,
                              const std::string& why) = 0;  // may destroy the Giving
  };

  // `taker` is the number of the client that is connected by `socket`.
  Giving(uint32_t taker, int socket, Owner& owner, Duration taken_within = kTakenWithin)
      : taker_(taker), socket_(socket), owner_(owner), taken_within_(taken_within) {}
  uint32_t taker() const { return taker_; }
  void next_batch();  // the taker has asked for one

 private:
  bool send_batch();
  std::vector<int> unsent() const;

  uint32_t taker_;
  int socket_;
  Owner& owner_;
  Duration taken_within_;
  std::set<uint64_t> sent_;  // by inode
};

}  // namespace callgate
