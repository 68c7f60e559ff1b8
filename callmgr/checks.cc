// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/checks.hh"

namespace callgate {
namespace {

Reason refusal(std::string detail) {
  return {.cause = Cause::manager_refused, .detail = std::move(detail)};
}

}  // namespace

bool is_operator(uid_t uid, const ManagerIdentity& manager) {
  return uid == 0 || uid == manager.owner;
}

std::optional<Reason> check_call_request(const CallRequest& request, uid_t uid,
                                         const ManagerIdentity& manager) {
  if (request.version != kChannelVersion) return refusal("it speaks another version");
  if (request.network_namespace != manager.network_namespace)
    return Reason{.cause = Cause::other_namespace};
  // A mark steers packets past other people's rules: the kernel wants CAP_NET_ADMIN for it, which
  // the manager may hold and the caller may not.
  if (request.mark != 0 && !is_operator(uid, manager)) return refusal("--rtmark is for root");
  return std::nullopt;
}

bool check_call_access(uid_t uid, uid_t call_uid, const ManagerIdentity& manager) {
  return uid == call_uid || is_operator(uid, manager);
}

}  // namespace callgate
