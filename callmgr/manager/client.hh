// SPDX-License-Identifier: GPL-2.0-or-later
// One process connected to the call manager's socket: a gateway with its call, or pptpctl. Who it
// is, the kernel says (SO_PEERCRED); how long its call lives is how long it stays connected.
#pragma once

#include <sys/socket.h>

#include <deque>
#include <map>
#include <optional>

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

  // How far its call has come, if it asked for one.
  enum class Stage : uint8_t { none, waiting_link, waiting_gateway, requested, up };

  // Records: one that does not read is dropped. Nothing more is read from it until it has taken the
  // answer to what it sent before.
  static constexpr size_t kMaxQueued = 20'000;
  // For its first request, and for the gateway to be ready for its call.
  static constexpr Duration kPatience = std::chrono::seconds(30);

  Client(EventLoop& loop, UniqueFd socket, Owner& owner);

  void send(const ChannelMessage& message);
  void expect_more();  // it has a deadline for the next record from now on
  void expect_no_more() { silent_.stop(); }
  // Its answer takes a while: until release(), nothing more is read from it.
  void hold();
  void release();
  const ucred& who() const { return who_; }
  Channel& channel() { return channel_; }
  const std::deque<ChannelMessage>& queue() const { return queue_; }

  // The call it holds; kept here, changed by the manager only.
  Stage stage = Stage::none;
  CallRequest request;
  uint32_t link_id = 0;  // 0 = none
  CallId call_id{};
  TimePoint asked_at{};
  bool gone = false;                        // to be forgotten
  uint32_t number = 0;                      // that the manager knows it by
  std::map<uint32_t, unsigned> levels_due;  // by client: answers that it waits for

 private:
  void readable();
  void flush();

  Channel channel_;
  Owner& owner_;
  ucred who_{};
  std::deque<ChannelMessage> queue_;
  Watch readable_, writable_, silent_;
  bool held_ = false;
};

}  // namespace callgate
