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

// Sends one HandOver record with some of `total` descriptors, at most kMostInBatch. Returns false
// if the socket has no room for it at present. Throws OsError.
bool send_descriptors(int socket, uint32_t total, std::span<const int> batch);

// Waits until all have come: as many as the last record says. Throws OsError, ETIMEDOUT if a batch
// does not come in time.
std::vector<UniqueFd> receive_descriptors(int socket);

// Waits until systemd has them all: this manager has nothing else to do any more. Throws OsError.
void store_descriptors(const std::vector<int>& descriptors);

// The next manager calls this when it has them: systemd forgets its copies.
void clear_descriptor_store();

}  // namespace callgate
