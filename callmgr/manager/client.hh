// SPDX-License-Identifier: GPL-2.0-or-later
// One process that is connected to the call manager's socket: a gateway with its call, or pptpctl.
// The kernel says who it is (SO_PEERCRED). Its call lives as long as it stays connected.
#pragma once

#include <sys/socket.h>

#include <deque>

#include "callmgr/event_loop.hh"
#include "common/channel/channel.hh"

namespace callgate {

class Client {
 public:
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void client_sent(Client& client, const ChannelMessage& message) = 0;
    virtual void client_gone(Client& client, const char* why) = 0;
    virtual void client_misbehaved(Client& client, const char* how) = 0;  // hang up on it
  };

  // Messages. A client that lets more than these wait is dropped. The manager reads nothing more
  // from a client until the client has taken the answers to what it sent before.
  static constexpr size_t kMaxQueued = 20'000;
  // A client has this long for its first request, and to be ready for its call.
  static constexpr Duration kSpeakWithin = std::chrono::seconds(30);

  Client(EventLoop& loop, UniqueFd socket, uint32_t number, Owner& owner);

  // `passed`: a socket whose descriptor goes along, kept until then.
  void send(const ChannelMessage& message, std::shared_ptr<Channel> passed = nullptr);
  void refuse(Reason reason) { send(CallEnded{std::move(reason)}); }
  void expect_more();  // starts kSpeakWithin for its next message
  void expect_no_more() { silent_.stop(); }
  // Between hold() and release() nothing is read from it: its answer takes a while.
  void hold();
  void release();
  // Nothing more is read from it or sent to it. False if it was gone already.
  bool set_gone() { return !std::exchange(gone_, true); }

  uint32_t number() const { return number_; }
  uid_t uid() const { return who_.uid; }
  pid_t pid() const { return who_.pid; }
  bool gone() const { return gone_; }
  int socket() const { return channel_.fd(); }
  // The descriptor that came with the message that it has just sent.
  UniqueFd take_passed() { return channel_.take_passed(); }
  struct Queued {
    ChannelMessage message;
    std::shared_ptr<Channel> passed;
  };
  const std::deque<Queued>& queue() const { return queue_; }
  // The call that it has, or had last: 0 if it never had one.
  CallId last_call() const { return last_call_; }
  void note_call(CallId call) { last_call_ = call; }

 private:
  void readable();
  void flush();

  Channel channel_;
  uint32_t number_;
  Owner& owner_;
  ucred who_{};
  std::deque<Queued> queue_;
  Watch readable_, writable_, silent_;
  CallId last_call_{};
  bool held_ = false, gone_ = false;
};

}  // namespace callgate
