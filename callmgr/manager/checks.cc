// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/checks.hh"

#include <fmt/format.h>

#include "callmgr/manager/quotas.hh"

namespace callgate {

Reason refusal(std::string detail) {
  return {.cause = Cause::manager_refused, .detail = std::move(detail)};
}

std::optional<Reason> check_client(uid_t uid, const ManagerIdentity& manager) {
  if (is_operator(uid, manager) || !manager.strangers.contain(uid)) return std::nullopt;
  return refusal(
      fmt::format("uid {} is one that /etc/subuid lends for user namespaces: dial as the user to "
                  "whom it is lent",
                  uid));
}

Reason unknown_call() {
  return refusal("you have no such call");
}

Reason only_seen(CallId call, uid_t owner, std::string_view wanted) {
  return refusal(fmt::format(
      "you may see call {}, which belongs to uid {}, but only this user and root may {}",
      value(call), owner, wanted));
}

bool is_operator(uid_t uid, const ManagerIdentity& manager) {
  return uid == 0 || uid == manager.owner;
}

std::optional<Reason> check_call_request(const CallRequest& request, uid_t uid,
                                         const ManagerIdentity& manager, size_t calls) {
  if (request.version != kChannelVersion) return refusal("it speaks another version");
  if (request.network_namespace != manager.network_namespace)
    return Reason{.cause = Cause::other_namespace};
  // A mark can steer packets around the administrator's rules. The kernel demands CAP_NET_ADMIN for
  // it, which the manager may have and the client may not.
  if (request.mark != 0 && !is_operator(uid, manager)) return refusal("--rtmark is for root");
  if (calls >= Quotas::kCalls && !is_operator(uid, manager))
    return Reason{.cause = Cause::too_many_calls, .detail = fmt::format("you have {}", calls)};
  return std::nullopt;
}

std::optional<Reason> check_take_over(uid_t uid, const ManagerIdentity& manager) {
  if (is_operator(uid, manager)) return std::nullopt;
  return refusal("only root and the user who started it may take over from it");
}

bool check_status_of(uid_t uid, bool member, uid_t call_uid, const ManagerIdentity& manager) {
  return member || uid == call_uid || is_operator(uid, manager);
}

bool check_unasked_answer(CallId call) {
  return call != CallId{};
}

std::optional<Reason> check_log_level(const LogLevelRequest& request, uid_t uid,
                                      const ManagerIdentity& manager) {
  if (request.level == 0 || is_operator(uid, manager)) return std::nullopt;
  return refusal("only root and the user who started it may set its level; name one of your calls");
}

bool check_log_level_of(uid_t uid, uid_t call_uid, const ManagerIdentity& manager) {
  return uid == call_uid || is_operator(uid, manager);
}

bool check_capture(uid_t uid, uid_t call_uid, const ManagerIdentity& manager) {
  return uid == call_uid || is_operator(uid, manager);
}

bool check_hang_up(uid_t uid, uid_t call_uid, const ManagerIdentity& manager) {
  return uid == call_uid || is_operator(uid, manager);
}

bool check_host_route(const CallRequest& request) {
  // If the client has named a device or a mark, the main table does not decide.
  return request.host_route && request.device.empty() && request.mark == 0;
}

bool check_held_servers(const std::set<IpAddress>& held, const IpAddress& server, uid_t uid,
                        const ManagerIdentity& manager) {
  return is_operator(uid, manager) || held.contains(server) || held.size() < Quotas::kHeldServers;
}

}  // namespace callgate
