// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/manager_trust.hh"

#include <fmt/format.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cstddef>

#include "common/system/os_error.hh"
#include "common/system/privileges.hh"
#include "config.hh"

namespace callgate {
namespace {

constexpr std::string_view kDirectory = CALLGATE_RUNTIME_DIR "/";

template <typename T>
T socket_option(int fd, int option) {
  T value{};
  socklen_t size = sizeof value;
  check(getsockopt(fd, SOL_SOCKET, option, &value, &size), "ask who is at descriptor {}", fd);
  return value;
}

// A manager of another network namespace listens beside the first one, so any name will do.
bool is_in_runtime_directory(std::string_view path) {
  return path.starts_with(kDirectory) && path.find('/', kDirectory.size()) == path.npos;
}

}  // namespace

ChannelPeer peer_of_channel(int channel) {
  sockaddr_un address{};
  socklen_t length = sizeof address;
  check(getpeername(channel, reinterpret_cast<sockaddr*>(&address), &length),
        "ask who is at descriptor {}", channel);
  if (address.sun_family != AF_UNIX)
    throw OsError(EPROTONOSUPPORT, fmt::format("use descriptor {} as a channel", channel));
  ChannelPeer peer{.records = socket_option<int>(channel, SO_TYPE) == SOCK_SEQPACKET,
                   .uid = socket_option<ucred>(channel, SO_PEERCRED).uid};
  size_t begin = offsetof(sockaddr_un, sun_path);
  if (length > begin) {
    std::string_view path(address.sun_path, length - begin);
    peer.path = path.substr(0, path.find('\0', 1));  // an abstract name begins with NUL
  }
  return peer;
}

// The kernel notes the user of a socket at listen(). So a manager that has inherited a user's
// socket counts as that user's, and one that has inherited systemd's or root's socket as root's. A
// socket pair has no name. Neither has a process of root's that has connected to a user's socket:
// it is the path that keeps a user from presenting it.
//
// A user namespace could show us any uid. But there the file capability gives power over the
// networks of that namespace only.
std::optional<Reason> distrust(const ChannelPeer& peer, std::optional<uid_t> manager_user) {
  Reason reason{.cause = Cause::manager_not_trusted, .subject = peer.path};
  if (peer.path.empty()) reason.subject = "descriptor 3";
  if (!peer.records || peer.path.empty())
    reason.detail = "it is not a process that listens for gateways";
  else if (peer.uid != 0 && peer.uid != manager_user)
    reason.detail =
        fmt::format("uid {} listens there, and neither root nor " CALLGATE_USER, peer.uid);
  else if (!is_in_runtime_directory(peer.path))
    reason.detail = "it does not listen in " CALLGATE_RUNTIME_DIR;
  else
    return std::nullopt;
  reason.detail += ", and only the system's call manager may use the capability of pptp-gre";
  return reason;
}

std::optional<Reason> distrust_channel(int channel) {
  if (!exceeds_its_caller()) return std::nullopt;
  return distrust(peer_of_channel(channel), uid_of_system_user(CALLGATE_USER));
}

}  // namespace callgate
