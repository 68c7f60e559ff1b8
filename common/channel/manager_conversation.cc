// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/channel/manager_conversation.hh"

#include <fcntl.h>
#include <sys/socket.h>

#include "common/system/os_error.hh"

namespace callgate {

static constexpr timeval kAnswerWithin{.tv_sec = 10, .tv_usec = 0};  // the manager's next record

ManagerConversation::ManagerConversation()
    : path_(callmgr_socket_path()), channel_(Channel::connect(path_)) {
  check(setsockopt(channel_.fd(), SOL_SOCKET, SO_RCVTIMEO, &kAnswerWithin, sizeof kAnswerWithin),
        "set a time limit");
  next<Welcome>();
}

void ManagerConversation::send(const ChannelMessage& message, int passed) {
  if (!channel_.send(message, passed)) throw OsError(EPIPE, "ask the call manager at " + path_);
}

ChannelMessage ManagerConversation::next() {
  auto received = channel_.receive();
  if (auto* message = std::get_if<ChannelMessage>(&received)) return std::move(*message);
  bool silent = std::holds_alternative<Channel::Nothing>(received);
  throw OsError(silent ? ETIMEDOUT : EPROTO, "hear from the call manager at " + path_);
}

void ManagerConversation::make_nonblocking() {
  int flags = check(fcntl(fd(), F_GETFL), "use the channel to the call manager");
  check(fcntl(fd(), F_SETFL, flags | O_NONBLOCK), "use the channel to the call manager");
}

}  // namespace callgate
