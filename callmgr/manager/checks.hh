// SPDX-License-Identifier: GPL-2.0-or-later
// Who may do what: one function for each request. Everything is denied by default. Pure.
#pragma once

#include <sys/types.h>

#include <optional>
#include <set>
#include <string>

#include "callmgr/manager/subordinate_uids.hh"
#include "common/channel/channel_message.hh"

namespace callgate {

struct ManagerIdentity {
  uid_t owner = 0;                 // the user who started the manager, who may do all that root may
  uint64_t network_namespace = 0;  // inode
  std::optional<gid_t> viewers;    // the group whose members may see every call
  SubordinateUids strangers;       // users of user namespaces, who get nothing
};

bool is_operator(uid_t uid, const ManagerIdentity& manager);

Reason refusal(std::string detail);
// Whether this user may be a client at all.
std::optional<Reason> check_client(uid_t uid, const ManagerIdentity& manager);
// A call that the client may not see is as unknown as one that does not exist.
Reason unknown_call();
// The client may see the call of `owner`, and no more. "hang it up" is what it wants.
Reason only_seen(CallId call, uid_t owner, std::string_view wanted);

// Returns a reason to refuse, or nullopt. `calls`: how many calls this user has.
std::optional<Reason> check_call_request(const CallRequest& request, uid_t uid,
                                         const ManagerIdentity& manager, size_t calls = 0);
// Whoever takes over gets every call of the host.
std::optional<Reason> check_take_over(uid_t uid, const ManagerIdentity& manager);
// Whether `uid` may see a call of `call_uid`, or a connection with such calls. The name and address
// of a server can tell where somebody works, so it is for the group `viewers` only. Its members
// start and stop the tunnels of root's units, and see all calls.
bool check_status_of(uid_t uid, bool member, uid_t call_uid, const ManagerIdentity& manager);
// Whether a client may send an answer that nobody waits for. It may come late if the client has, or
// had, this call.
bool check_unasked_answer(CallId call);
// Only operators may set the manager's own level. Other users are told about their calls only.
std::optional<Reason> check_log_level(const LogLevelRequest& request, uid_t uid,
                                      const ManagerIdentity& manager);
bool check_log_level_of(uid_t uid, uid_t call_uid, const ManagerIdentity& manager);
// A capture contains the traffic of a call, and the answers with which its user proves the
// password.
bool check_capture(uid_t uid, uid_t call_uid, const ManagerIdentity& manager);
bool check_hang_up(uid_t uid, uid_t call_uid, const ManagerIdentity& manager);
// Whether a call may have a host route to its server. Any user's call may: the route repeats for
// one address what the routing table says already, and is removed with the call. The client cannot
// choose the table, the gateway or the interface.
bool check_host_route(const CallRequest& request);
// Whether a user whose calls hold host routes to the servers `held` may have one to this server.
bool check_held_servers(const std::set<IpAddress>& held, const IpAddress& server, uid_t uid,
                        const ManagerIdentity& manager);

}  // namespace callgate
