// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/giving.hh"

#include "callmgr/manager/descriptor_passing.hh"
#include "callmgr/manager/handover_image.hh"
#include "common/system/os_error.hh"

namespace callgate {

void Giving::next_batch() try {
  if (!send_batch()) return;
  wait_until_taken(socket_, taken_within_);
  owner_.given_to(taker_);
} catch (const OsError& failure) {
  owner_.not_given_to(taker_, failure.what());
}

// Returns true if it was the last one. A descriptor that is closed after it was sent still counts
// for the taker, which drops it.
bool Giving::send_batch() {
  auto left = unsent();
  auto total = static_cast<uint32_t>(sent_.size() + left.size() + 1);  // with the image
  if (left.size() >= kMostInBatch) {
    left.resize(kMostInBatch);
    send_descriptors(socket_, total, left);
    for (int fd : left) sent_.insert(handover::inode(fd));
    return false;
  }
  auto image = owner_.image_for(taker_);
  left.push_back(image.get());
  send_descriptors(socket_, total, left);
  return true;
}

std::vector<int> Giving::unsent() const {
  auto left = owner_.descriptors_for(taker_);
  std::erase_if(left, [this](int fd) { return sent_.contains(handover::inode(fd)); });
  return left;
}

}  // namespace callgate
