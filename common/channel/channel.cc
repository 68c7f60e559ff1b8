// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/channel.hh"

#include <pwd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>

#include "common/system/os_error.hh"
#include "common/system/unix_address.hh"
#include "config.hh"

namespace callgate {
namespace {

union Control {
  cmsghdr header;  // for its alignment
  char bytes[CMSG_SPACE(sizeof(int))];
};

UniqueFd passed_with(msghdr& record) {
  cmsghdr* header = CMSG_FIRSTHDR(&record);
  int fd = -1;
  if (header && header->cmsg_level == SOL_SOCKET && header->cmsg_type == SCM_RIGHTS &&
      header->cmsg_len >= CMSG_LEN(sizeof fd))
    std::memcpy(&fd, CMSG_DATA(header), sizeof fd);
  return UniqueFd(fd);
}

bool may_pass_descriptor(const ChannelMessage& message) {
  return std::visit(
      [](const auto& m) {
        return requires {
          m.kPassesDescriptor;
        };
      },
      message);
}

bool is_manager_user(uid_t uid) {
  if (uid == 0 || uid == geteuid()) return true;
  const passwd* user = getpwnam(CALLGATE_USER);
  return user && user->pw_uid == uid;
}

// Anybody may own the socket if others may write to its directory. The kernel remembers who called
// listen(): the manager does so before it drops root.
void require_manager_user(int fd, const std::string& path) {
  ucred listener{};
  socklen_t size = sizeof listener;
  check(getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &listener, &size), "ask who listens at {}", path);
  if (!is_manager_user(listener.uid))
    throw OsError(EPERM, fmt::format("trust uid {}, which listens there", listener.uid));
}

}  // namespace

Channel Channel::connect(const std::string& path) {
  UniqueFd fd(check(socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0), "create a Unix socket"));
  auto address = UnixAddress::of(path);
  if (!address) throw OsError(ENAMETOOLONG, "connect to " + path);
  check(::connect(fd.get(), address->get(), address->length), "connect to {}", path);
  require_manager_user(fd.get(), path);
  return Channel(std::move(fd));
}

bool Channel::send_record(ByteSpan bytes, int passed) {
  Control control{};
  iovec vector{const_cast<uint8_t*>(bytes.data()), bytes.size()};  // sendmsg() only reads them
  msghdr record{};
  record.msg_iov = &vector;
  record.msg_iovlen = 1;
  if (passed >= 0) {
    record.msg_control = control.bytes;
    record.msg_controllen = sizeof control.bytes;
    cmsghdr* header = CMSG_FIRSTHDR(&record);
    header->cmsg_level = SOL_SOCKET;
    header->cmsg_type = SCM_RIGHTS;
    header->cmsg_len = CMSG_LEN(sizeof passed);
    std::memcpy(CMSG_DATA(header), &passed, sizeof passed);
  }
  return sendmsg(fd(), &record, MSG_NOSIGNAL | MSG_DONTWAIT) == static_cast<ssize_t>(bytes.size());
}

// There is room for one descriptor. If more are passed, the kernel closes the rest and sets
// MSG_CTRUNC.
Channel::Received Channel::receive() {
  std::array<uint8_t, kMaxChannelMessage> buffer;
  Control control{};
  iovec vector{buffer.data(), buffer.size()};
  msghdr record{};
  record.msg_iov = &vector;
  record.msg_iovlen = 1;
  record.msg_control = control.bytes;
  record.msg_controllen = CMSG_LEN(sizeof(int));  // CMSG_SPACE would have room for two
  passed_.reset();
  ssize_t size;
  do {
    size = recvmsg(fd(), &record, MSG_TRUNC | MSG_CMSG_CLOEXEC);
  } while (size < 0 && errno == EINTR);
  if (size < 0) {
    if (errno == EAGAIN || errno == EWOULDBLOCK) return Nothing{};
    return Closed{};
  }
  UniqueFd passed = passed_with(record);
  if (record.msg_flags & MSG_CTRUNC) return Burdened{};
  if (size == 0) return Closed{};
  if (static_cast<size_t>(size) > buffer.size()) return Invalid{};
  auto bytes = ByteSpan(buffer).first(static_cast<size_t>(size));
  auto message = parse_channel_message(bytes);
  if (passed && !(message && may_pass_descriptor(*message))) return Burdened{};
  if (has_unknown_tag(bytes)) return Unknown{bytes[0]};
  if (!message) return Invalid{};
  passed_ = std::move(passed);
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
