// SPDX-License-Identifier: GPL-2.0-or-later
// Hands the descriptors of one call manager to the next: straight over the Unix socket that the
// next one asked on, or by way of systemd's descriptor store.
#pragma once

#include <vector>

#include "common/channel/channel.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

// Each record is a HandOver with the number of all the descriptors, and carries some of them.
// Throws OsError; then the receiver has nothing that it would use.
void send_descriptors(int socket, const std::vector<int>& descriptors);

// All of them. Throws OsError, ETIMEDOUT among them.
std::vector<UniqueFd> receive_descriptors(int socket);

// Returns once systemd has them all. Throws OsError.
void store_descriptors(const std::vector<int>& descriptors);

// To be said when the next manager has them: systemd forgets its copies.
void clear_descriptor_store();

}  // namespace callgate
