// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/client.hh"

#include <algorithm>

#include "common/system/os_error.hh"

namespace callgate {
namespace {

// Linux has SO_PEERGROUPS from 4.13 on. Without it, no groups are known.
std::vector<gid_t> other_groups(int socket) {
  std::vector<gid_t> groups(32);
  socklen_t size = 0;
  auto ask = [&] {
    size = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
    return getsockopt(socket, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &size) == 0;
  };
  bool told = ask();
  if (!told && errno == ERANGE) {
    groups.resize(size / sizeof(gid_t));
    told = ask();
  }
  groups.resize(told ? size / sizeof(gid_t) : 0);
  return groups;
}

}  // namespace

Client::Client(EventLoop& loop, UniqueFd socket, uint32_t number, Owner& owner)
    : channel_(std::move(socket)), number_(number), owner_(owner) {
  socklen_t size = sizeof who_;
  check(getsockopt(channel_.fd(), SOL_SOCKET, SO_PEERCRED, &who_, &size), "ask who a client is");
  groups_ = other_groups(channel_.fd());
  check(setsockopt(channel_.fd(), SOL_SOCKET, SO_SNDBUF, &kSocketBuffer, sizeof kSocketBuffer),
        "limit what waits for a client");
  readable_ = loop.on_readable(channel_.fd(), [this] { readable(); });
  writable_ = loop.on_writable(channel_.fd(), [this] { flush(); });
  silent_ = loop.timer([this] { owner_.client_gone(*this, "it is silent"); });
  readable_.start();
  expect_more();
}

Client::~Client() {
  owner_.client_queued(*this, -static_cast<std::ptrdiff_t>(queued_));
}

bool Client::is_member(gid_t group) const {
  return who_.gid == group || std::ranges::find(groups_, group) != groups_.end();
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
  queue({encode(message), std::move(passed)});
  flush();
}

void Client::send_list(Source source) {
  if (gone_) return;
  source_ = std::move(source);
  flush();
}

void Client::queue(Queued queued) {
  size_t size = queued.record.size() + kRecordCost;
  queued_ += size;
  bool within_quota = owner_.client_queued(*this, static_cast<std::ptrdiff_t>(size));
  too_much_ = queued_ > kMaxQueued || !within_quota;
  queue_.push_back(std::move(queued));
}

bool Client::queue_from_source() {
  if (!source_) return false;
  auto messages = source_();
  if (messages.empty()) source_ = nullptr;
  for (const auto& message : messages) queue({encode(message), nullptr});
  return !messages.empty();
}

void Client::finish_list() {
  while (!gone_ && !too_much_ && queue_from_source()) continue;
  if (!gone_) flush();
}

void Client::flush() {
  while (!queue_.empty() || queue_from_source()) {
    const auto& [record, passed] = queue_.front();
    if (!channel_.send_record(record, passed ? passed->fd() : -1)) break;
    size_t size = record.size() + kRecordCost;
    queued_ -= size;
    owner_.client_queued(*this, -static_cast<std::ptrdiff_t>(size));
    queue_.pop_front();
    too_much_ = too_much_ && !queue_.empty();
  }
  if (queue_.empty()) {
    writable_.stop();
    return held_ ? void() : readable_.start();
  }
  bool broken = errno != EAGAIN && errno != ENOBUFS && errno != ENOMEM;
  if (!broken && !too_much_) {
    readable_.stop();
    return writable_.start();
  }
  writable_.stop();
  if (broken) return owner_.client_gone(*this, "closed");
  owner_.client_misbehaved(*this, "it does not read what we send");
}

std::string Client::unread() const {
  Bytes all;
  for (const auto& [record, passed] : queue_) {
    if (passed) continue;
    Writer(all).put(static_cast<uint16_t>(record.size()));
    all.insert(all.end(), record.begin(), record.end());
  }
  return std::string(all.begin(), all.end());
}

void Client::put_back(std::string_view unread) {
  Bytes all(unread.begin(), unread.end());
  for (Reader reader(all); !reader.done();) {
    uint16_t size = 0;
    reader.get(size);
    ByteSpan record = reader.take(size);
    if (!reader.ok()) return;
    if (parse_channel_message(record)) queue({Bytes(record.begin(), record.end()), nullptr});
  }
}

}  // namespace callgate
