// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/descriptor_passing.hh"

#include <poll.h>
#include <sys/socket.h>
#include <systemd/sd-daemon.h>

#include <cstring>
#include <span>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

constexpr int kManagerSendsWithin = 5'000;            // ms for each batch
constexpr uint64_t kSystemdStoresWithin = 5'000'000;  // µs
constexpr const char* kStored =
    "FDSTORE=1\nFDNAME=callgate\n"
    "FDPOLL=0";  // if a server hangs up meanwhile, the next manager deals with it

using Control = std::array<char, CMSG_SPACE(kMostInBatch * sizeof(int))>;

void wait_for_batch(int fd, const char* what) {
  pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
  if (check(poll(&wait, 1, kManagerSendsWithin), "{}", what) == 0) throw OsError(ETIMEDOUT, what);
}

void take_descriptors(msghdr& message, std::vector<UniqueFd>& to) {
  for (auto* header = CMSG_FIRSTHDR(&message); header; header = CMSG_NXTHDR(&message, header)) {
    if (header->cmsg_level != SOL_SOCKET || header->cmsg_type != SCM_RIGHTS) continue;
    size_t count = (header->cmsg_len - CMSG_LEN(0)) / sizeof(int);
    std::vector<int> numbers(count);
    std::memcpy(numbers.data(), CMSG_DATA(header), count * sizeof(int));
    for (int fd : numbers) to.emplace_back(fd);
  }
}

// Returns how many there are in all. Any message other than HandOver is a refusal.
size_t receive_batch(int socket, std::vector<UniqueFd>& to) {
  constexpr const char* kWhat = "take over from the running call manager";
  wait_for_batch(socket, kWhat);
  std::array<uint8_t, kMaxChannelMessage> record;
  alignas(cmsghdr) Control control{};
  iovec vector{record.data(), record.size()};
  msghdr message{};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = control.size();
  auto size = check(recvmsg(socket, &message, MSG_CMSG_CLOEXEC), "{}", kWhat);
  take_descriptors(message, to);
  auto parsed = parse_channel_message(ByteSpan(record).first(static_cast<size_t>(size)));
  if (parsed && std::holds_alternative<CallEnded>(*parsed))
    throw OsError(EPERM, std::string(kWhat) + ": " + line(std::get<CallEnded>(*parsed).reason));
  if (!parsed || !std::holds_alternative<HandOver>(*parsed)) throw OsError(EPROTO, kWhat);
  if (message.msg_flags & MSG_CTRUNC) throw OsError(EMFILE, kWhat);
  return std::get<HandOver>(*parsed).descriptors;
}

}  // namespace

bool send_descriptors(int socket, uint32_t total, std::span<const int> batch) {
  Bytes record = encode(HandOver{total});
  alignas(cmsghdr) Control control{};
  iovec vector{record.data(), record.size()};
  msghdr message{};
  message.msg_iov = &vector;
  message.msg_iovlen = 1;
  message.msg_control = control.data();
  message.msg_controllen = CMSG_SPACE(batch.size_bytes());
  cmsghdr* header = CMSG_FIRSTHDR(&message);
  header->cmsg_level = SOL_SOCKET;
  header->cmsg_type = SCM_RIGHTS;
  header->cmsg_len = CMSG_LEN(batch.size_bytes());
  std::memcpy(CMSG_DATA(header), batch.data(), batch.size_bytes());
  if (sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return true;
  if (errno != EAGAIN && errno != EINTR) throw OsError(errno, "pass descriptors on");
  return false;
}

std::vector<UniqueFd> receive_descriptors(int socket) {
  std::vector<UniqueFd> descriptors;
  while (true) {
    size_t before = descriptors.size();
    size_t wanted = receive_batch(socket, descriptors);
    if (descriptors.size() == wanted) return descriptors;
    if (descriptors.size() > wanted || descriptors.size() == before)
      throw OsError(EPROTO, "count the descriptors of the running call manager");
  }
}

void store_descriptors(const std::vector<int>& descriptors) {
  for (std::span<const int> left = descriptors; !left.empty();) {
    auto batch = left.first(std::min(left.size(), kMostInBatch));
    int result =
        sd_pid_notify_with_fds(0, 0, kStored, batch.data(), static_cast<unsigned>(batch.size()));
    if (result <= 0) throw OsError(result < 0 ? -result : ENOTCONN, "store descriptors in systemd");
    left = left.subspan(batch.size());
  }
  if (int result = sd_notify_barrier(0, kSystemdStoresWithin); result <= 0)
    throw OsError(result < 0 ? -result : ENOTCONN, "wait for systemd to store descriptors");
}

void clear_descriptor_store() {
  sd_notify(0, "FDSTOREREMOVE=1\nFDNAME=callgate");
}

}  // namespace callgate
