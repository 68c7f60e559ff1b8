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

// For each batch. The manager may be waiting for another taker, see Giving::kTakenWithin.
constexpr Duration kManagerSendsWithin{10'000};
constexpr uint64_t kSystemdStoresWithin = 5'000'000;  // µs; pptp-callmgr-stop waits twice as long
constexpr const char* kStored =
    "FDSTORE=1\nFDNAME=callgate\n"
    "FDPOLL=0";  // if a server hangs up meanwhile, the next manager deals with it

using Control = std::array<char, CMSG_SPACE(kMostInBatch * sizeof(int))>;

// Returns false if nothing has come in time. Signals do not end the wait: the event loop sees to
// them afterwards.
bool wait_for_record(int fd, Duration within) {
  auto until = Clock::now() + within;
  while (true) {
    auto left = std::chrono::ceil<Duration>(until - Clock::now());
    pollfd wait{.fd = fd, .events = POLLIN, .revents = 0};
    int ready = poll(&wait, 1, static_cast<int>(std::max(left, Duration(0)).count()));
    if (ready >= 0) return ready > 0;
    if (errno != EINTR) throw OsError(errno, "wait for the other call manager");
  }
}

bool has_taken(int socket) {
  std::array<uint8_t, 64> record;
  auto size = recv(socket, record.data(), record.size(), MSG_DONTWAIT);
  auto parsed = parse_channel_message(
      ByteSpan(record).first(static_cast<size_t>(std::max<ssize_t>(size, 0))));
  return parsed && std::holds_alternative<Taken>(*parsed);
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
  if (!wait_for_record(socket, kManagerSendsWithin)) throw OsError(ETIMEDOUT, kWhat);
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
  if (size == 0)
    throw OsError(ECONNRESET, std::string(kWhat) +
                                  " (an early release cannot hand its calls to this one: end them"
                                  " with pptpctl hangup --all, stop it, and start this one)");
  auto parsed = parse_channel_message(ByteSpan(record).first(static_cast<size_t>(size)));
  if (parsed && std::holds_alternative<CallEnded>(*parsed))
    throw OsError(EPERM, std::string(kWhat) + ": " + line(std::get<CallEnded>(*parsed).reason));
  if (!parsed || !std::holds_alternative<HandOver>(*parsed)) throw OsError(EPROTO, kWhat);
  if (message.msg_flags & MSG_CTRUNC) throw OsError(EMFILE, kWhat);
  return std::get<HandOver>(*parsed).descriptors;
}

}  // namespace

void send_descriptors(int socket, uint32_t total, std::span<const int> batch) {
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
  if (sendmsg(socket, &message, MSG_NOSIGNAL | MSG_DONTWAIT) >= 0) return;
  throw OsError(errno, errno == EAGAIN ? "pass descriptors on: it does not read them"
                                       : "pass descriptors on");
}

// Once the socket is shut down for reading, the other side's Taken fails. What came just before
// that still counts: the other side serves everybody.
void wait_until_taken(int socket, Duration within) {
  bool came = wait_for_record(socket, within);
  if (came && has_taken(socket)) return;
  shutdown(socket, SHUT_RD);
  if (has_taken(socket)) return;
  throw OsError(came ? ECONNRESET : ETIMEDOUT, "wait until it has taken everything");
}

std::vector<UniqueFd> receive_descriptors(int socket, const TakeOver& question) {
  std::vector<UniqueFd> descriptors;
  Bytes record = encode(question);
  while (true) {
    size_t before = descriptors.size();
    check(send(socket, record.data(), record.size(), MSG_NOSIGNAL), "ask for descriptors");
    size_t wanted = receive_batch(socket, descriptors);
    if (descriptors.size() == wanted) return descriptors;
    if (descriptors.size() > wanted || descriptors.size() == before)
      throw OsError(EPROTO, "count the descriptors of the running call manager");
  }
}

void store_descriptors(const std::vector<int>& descriptors) try {
  for (std::span<const int> left = descriptors; !left.empty();) {
    auto batch = left.first(std::min(left.size(), kMostInBatch));
    int result =
        sd_pid_notify_with_fds(0, 0, kStored, batch.data(), static_cast<unsigned>(batch.size()));
    if (result <= 0) throw OsError(result < 0 ? -result : ENOTCONN, "store descriptors in systemd");
    left = left.subspan(batch.size());
  }
  if (int result = sd_notify_barrier(0, kSystemdStoresWithin); result <= 0)
    throw OsError(result < 0 ? -result : ETIMEDOUT, "wait for systemd to store descriptors");
} catch (const OsError&) {
  clear_descriptor_store();
  throw;
}

void clear_descriptor_store() {
  sd_notify(0, "FDSTOREREMOVE=1\nFDNAME=callgate");
}

}  // namespace callgate
