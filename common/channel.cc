// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel.hh"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <cstdlib>
#include <cstring>

#include "common/os_error.hh"
#include "config.hh"

namespace callgate {

Channel Channel::connect(const std::string& path) {
  UniqueFd fd(check(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "create a Unix socket"));
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) throw OsError(ENAMETOOLONG, "connect to " + path);
  std::memcpy(address.sun_path, path.c_str(), path.size());
  check(::connect(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address),
        "connect to {}", path);
  return Channel(std::move(fd));
}

bool Channel::send(const ChannelMessage& message) {
  Bytes record = encode(message);
  return ::send(fd(), record.data(), record.size(), MSG_NOSIGNAL | MSG_DONTWAIT) ==
         static_cast<ssize_t>(record.size());
}

Channel::Received Channel::receive() {
  std::array<uint8_t, kMaxChannelMessage> buffer;
  ssize_t size;
  do {
    size = recv(fd(), buffer.data(), buffer.size(), MSG_TRUNC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Nothing{};
    return Closed{};
  }
  if (size == 0) return Closed{};
  if (static_cast<size_t>(size) > buffer.size()) return Invalid{};
  auto message = parse_channel_message(ByteSpan(buffer).first(static_cast<size_t>(size)));
  if (!message) return Invalid{};
  return std::move(*message);
}

std::string callmgr_socket_path() {
  const char* path = std::getenv("PPTP_CALLMGR_SOCKET");
  return path && *path ? path : CALLGATE_RUNTIME_DIR "/callmgr.sock";
}

uint64_t network_namespace() {
  struct stat info;
  check(stat("/proc/self/ns/net", &info), "stat /proc/self/ns/net");
  return info.st_ino;
}

}  // namespace callgate
