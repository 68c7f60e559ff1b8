// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/client.hh"

#include "common/system/os_error.hh"

namespace callgate {

Client::Client(EventLoop& loop, UniqueFd socket, uint32_t number, Owner& owner)
    : channel_(std::move(socket)), number_(number), owner_(owner) {
  socklen_t size = sizeof who_;
  check(getsockopt(channel_.fd(), SOL_SOCKET, SO_PEERCRED, &who_, &size), "ask who a client is");
  readable_ = loop.on_readable(channel_.fd(), [this] { readable(); });
  writable_ = loop.on_writable(channel_.fd(), [this] { flush(); });
  silent_ = loop.timer([this] { owner_.client_gone(*this, "it is silent"); });
  readable_.start();
  expect_more();
}

void Client::expect_more() {
  silent_.start(kSpeakWithin);
}

void Client::hold() {
  held_ = true;
  readable_.stop();
}

void Client::release() {
  held_ = false;
  if (queue_.empty()) readable_.start();
}

void Client::readable() {
  if (gone_) return readable_.stop();  // it sent this before it was hung up on
  auto received = channel_.receive();
  if (std::holds_alternative<Channel::Nothing>(received)) return;
  silent_.stop();
  if (auto* message = std::get_if<ChannelMessage>(&received))
    return owner_.client_sent(*this, *message);
  readable_.stop();
  if (std::holds_alternative<Channel::Closed>(received)) return owner_.client_gone(*this, "closed");
  owner_.client_misbehaved(*this, std::holds_alternative<Channel::Burdened>(received)
                                      ? "it passed descriptors, which nobody asked for"
                                      : "it sent a record that is no message");
}

void Client::send(const ChannelMessage& message, std::shared_ptr<Channel> passed) {
  if (gone_) return;
  queue_.push_back({message, std::move(passed)});
  flush();
}

void Client::flush() {
  while (!queue_.empty()) {
    const auto& [message, passed] = queue_.front();
    if (!channel_.send(message, passed ? passed->fd() : -1)) break;
    queue_.pop_front();
  }
  if (queue_.empty()) {
    writable_.stop();
    return held_ ? void() : readable_.start();
  }
  bool broken = errno != EAGAIN && errno != ENOBUFS && errno != ENOMEM;
  if (!broken && queue_.size() <= kMaxQueued) {
    readable_.stop();
    return writable_.start();
  }
  writable_.stop();
  if (broken) return owner_.client_gone(*this, "closed");
  owner_.client_misbehaved(*this, "it does not read what we send");
}

}  // namespace callgate
