// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/manager_conversation.hh"

#include <fcntl.h>
#include <poll.h>

#include <algorithm>

namespace callgate {

static constexpr Duration kAnswerWithin{10'000};  // that the manager may take for its next record

ManagerConversation::ManagerConversation(TimePoint deadline)
    : deadline_(deadline), path_(callmgr_socket_path()), channel_(Channel::connect(path_)) {
  next<Welcome>();
}

void ManagerConversation::send(const ChannelMessage& message, int passed) {
  if (!channel_.send(message, passed)) throw OsError(EPIPE, "ask the call manager at " + path_);
}

ChannelMessage ManagerConversation::next() {
  wait();
  auto received = channel_.receive();
  if (auto* message = std::get_if<ChannelMessage>(&received)) return std::move(*message);
  throw OsError(EPROTO, "hear from the call manager at " + path_);
}

void ManagerConversation::wait() {
  auto end = std::min(deadline_, Clock::now() + kAnswerWithin);
  pollfd waiting{fd(), POLLIN, 0};
  int ready = -1;
  while (ready < 0) {
    auto left = std::chrono::ceil<Duration>(end - Clock::now()).count();
    ready = poll(&waiting, 1, static_cast<int>(std::max<int64_t>(left, 0)));
    if (ready < 0 && errno != EINTR) throw OsError(errno, "wait for the call manager");
  }
  if (ready == 0) throw OsError(ETIMEDOUT, "hear from the call manager at " + path_);
}

void ManagerConversation::make_nonblocking() {
  int flags = check(fcntl(fd(), F_GETFL), "use the channel to the call manager");
  check(fcntl(fd(), F_SETFL, flags | O_NONBLOCK), "use the channel to the call manager");
}

}  // namespace callgate
