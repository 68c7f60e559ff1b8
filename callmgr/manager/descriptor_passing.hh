// SPDX-License-Identifier: GPL-2.0-or-later
// Hands the descriptors of one call manager to the next: straight over the Unix socket that the
// next one asked on, or by way of systemd's descriptor store.
#pragma once

#include <span>
#include <vector>

#include "common/channel/channel.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

constexpr size_t kMostInBatch = 200;  // descriptors; the kernel takes 253 in one message

// Sends one HandOver record with some of `total` descriptors, at most kMostInBatch. Throws OsError,
// also if the socket has no room for it: whoever has asked has not read the answers to what it sent
// before.
void send_descriptors(int socket, uint32_t total, std::span<const int> batch);

// The other side has been sent everything. Returns after it has said Taken. Otherwise throws
// OsError; then the other side cannot say Taken any more, and knows that it has nothing.
void wait_until_taken(int socket, Duration within);

// Asks for one batch after the other until all have come: as many as the last record says. Throws
// OsError, ETIMEDOUT if a batch does not come in time.
std::vector<UniqueFd> receive_descriptors(int socket, const TakeOver& question);

// Waits until systemd has them all. This manager serves nobody meanwhile, because what it would do
// is not in the image. Throws OsError; then systemd has nothing.
void store_descriptors(const std::vector<int>& descriptors);

// The next manager calls this when it holds everything itself: systemd forgets its copies.
void clear_descriptor_store();

}  // namespace callgate
