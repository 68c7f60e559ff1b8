// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/giving.hh"

#include "callmgr/manager/descriptor_passing.hh"
#include "callmgr/manager/handover_image.hh"
#include "common/system/os_error.hh"

namespace callgate {

Giving::Giving(EventLoop& loop, uint32_t taker, int socket, Owner& owner,
               Duration batch_read_within)
    : taker_(taker), socket_(socket), owner_(owner), batch_read_within_(batch_read_within) {
  writable_ = loop.on_writable(socket, [this] { writable(); });
  late_ = loop.timer([this] {
    writable_.stop();
    owner_.not_given_to(taker_, "pass descriptors on: it does not read them");
  });
  writable_.start();
  late_.start(batch_read_within_);
}

void Giving::writable() try { send_batch(); } catch (const OsError& failure) {
  writable_.stop();
  late_.stop();
  owner_.not_given_to(taker_, failure.what());
}

// A descriptor that is closed after it was sent still counts for the taker, which drops it.
void Giving::send_batch() {
  auto left = unsent();
  auto total = static_cast<uint32_t>(sent_.size() + left.size() + 1);  // with the image
  if (left.size() >= kMostInBatch) {
    left.resize(kMostInBatch);
    if (!send_descriptors(socket_, total, left)) return;
    for (int fd : left) sent_.insert(handover::inode(fd));
    return late_.start(batch_read_within_);
  }
  auto image = owner_.image_for(taker_);
  left.push_back(image.get());
  if (!send_descriptors(socket_, total, left)) return;
  writable_.stop();
  late_.stop();
  owner_.given_to(taker_);
}

std::vector<int> Giving::unsent() const {
  auto left = owner_.descriptors_for(taker_);
  std::erase_if(left, [this](int fd) { return sent_.contains(handover::inode(fd)); });
  return left;
}

}  // namespace callgate
