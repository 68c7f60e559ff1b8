// SPDX-License-Identifier: GPL-2.0-or-later
// Who may do what: one function per request, deny by default. Pure.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "common/channel_message.hh"

namespace callgate {

struct ManagerIdentity {
  uid_t owner = 0;                 // who started the manager; may do all that root may
  uint64_t network_namespace = 0;  // inode
};

bool is_operator(uid_t uid, const ManagerIdentity& manager);

// A reason to refuse, or nothing.
std::optional<Reason> check_call_request(const CallRequest& request, uid_t uid,
                                         const ManagerIdentity& manager);
// Whether `uid` may see or hang up a call that belongs to `call_uid`.
bool check_call_access(uid_t uid, uid_t call_uid, const ManagerIdentity& manager);

}  // namespace callgate
