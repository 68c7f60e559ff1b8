// SPDX-License-Identifier: GPL-2.0-or-later
// Who may do what: one function per request, deny by default. Pure.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>

#include "common/channel/channel_message.hh"

namespace callgate {

struct ManagerIdentity {
  uid_t owner = 0;                 // who started the manager; may do all that root may
  uint64_t network_namespace = 0;  // inode
};

bool is_operator(uid_t uid, const ManagerIdentity& manager);

Reason refusal(std::string detail);
// Another user's call is as unknown as one that does not exist.
Reason unknown_call();

// A reason to refuse, or nothing. `calls`: how many this user has.
std::optional<Reason> check_call_request(const CallRequest& request, uid_t uid,
                                         const ManagerIdentity& manager, size_t calls = 0);
// Whoever takes over holds every call of the host.
std::optional<Reason> check_take_over(uid_t uid, const ManagerIdentity& manager);
// Whether `uid` may see a call, or a connection with calls, of `call_uid`: name and address of the
// server say where somebody works.
bool check_status_of(uid_t uid, uid_t call_uid, const ManagerIdentity& manager);
// Whether a client may send an answer that nobody waits for. It may come late if the client has, or
// had, this call.
bool check_unasked_answer(CallId call);
// How much the manager logs is for its operators: others are told of their calls only.
std::optional<Reason> check_log_level(const LogLevelRequest& request, uid_t uid,
                                      const ManagerIdentity& manager);
bool check_log_level_of(uid_t uid, uid_t call_uid, const ManagerIdentity& manager);
// A capture has what passes in a call, and what its user proves the password with.
bool check_capture(uid_t uid, uid_t call_uid, const ManagerIdentity& manager);
bool check_hang_up(uid_t uid, uid_t call_uid, const ManagerIdentity& manager);
// Whether a call of `uid` may have its server's host route. Everybody's may: the route says of one
// address what the table says already, and goes with the call. What a call asks for is the server;
// table, gateway and interface are not for a client to choose.
bool check_host_route(const CallRequest& request);

}  // namespace callgate
