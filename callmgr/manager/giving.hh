// SPDX-License-Identifier: GPL-2.0-or-later
// Gives everything to the manager that has asked for it (pptp-callmgr --take-over), a batch of
// descriptors whenever its socket has room. This manager serves its clients meanwhile. It makes the
// image together with the last batch, so that nothing changes between the image and its departure.
#pragma once

#include <set>
#include <vector>

#include "callmgr/event_loop.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

class Giving {
 public:
  static constexpr Duration kBatchReadWithin{5'000};  // or the taker is given up

  class Owner {
   public:
    virtual ~Owner() = default;
    virtual std::vector<int> descriptors_for(uint32_t taker) = 0;
    virtual UniqueFd image_for(uint32_t taker) = 0;
    virtual void given_to(uint32_t taker) = 0;  // this manager has nothing any more
    virtual void not_given_to(uint32_t taker,
                              const std::string& why) = 0;  // may destroy the Giving
  };

  // `taker` is the number of the client that is connected by `socket`.
  Giving(EventLoop& loop, uint32_t taker, int socket, Owner& owner,
         Duration batch_read_within = kBatchReadWithin);
  uint32_t taker() const { return taker_; }

 private:
  void writable();
  void send_batch();
  std::vector<int> unsent() const;

  uint32_t taker_;
  int socket_;
  Owner& owner_;
  Duration batch_read_within_;
  std::set<uint64_t> sent_;  // by inode
  Watch writable_, late_;
};

}  // namespace callgate
