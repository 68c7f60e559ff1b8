// SPDX-License-Identifier: GPL-2.0-or-later
// One process that is connected to the call manager's socket: a gateway with its call, or pptpctl.
// The kernel says who it is (SO_PEERCRED). Its call lives as long as it stays connected.
#pragma once

#include <sys/socket.h>

#include <cstddef>
#include <deque>
#include <functional>
#include <vector>

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
    // More or fewer bytes wait for it. Returns false if too many wait for its user.
    virtual bool client_queued(const Client& client, std::ptrdiff_t change) = 0;
  };

  // Bytes, with kRecordCost for each message. A client that lets more than these wait is dropped.
  // The manager reads nothing more from a client until the client has taken the answers to what it
  // sent before.
  static constexpr size_t kMaxQueued = 65'536, kRecordCost = 128;
  // Bytes that the kernel keeps for a client that does not read. The largest message fits.
  static constexpr int kSocketBuffer = 16'384;
  // A client has this long for its first request, and to be ready for its call.
  static constexpr Duration kSpeakWithin = std::chrono::seconds(30);

  Client(EventLoop& loop, UniqueFd socket, uint32_t number, Owner& owner);
  ~Client();

  // `passed`: a socket whose descriptor goes along, kept until then.
  void send(const ChannelMessage& message, std::shared_ptr<Channel> passed = nullptr);
  // Returns the next few messages of a long list, or none at its end.
  using Source = std::function<std::vector<ChannelMessage>()>;
  // Sends a list piece by piece, as the client reads it. Nothing is read from it meanwhile.
  void send_list(Source source);
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
  // Whether it belonged to the group when it connected.
  bool is_member(gid_t group) const;
  bool gone() const { return gone_; }
  int socket() const { return channel_.fd(); }
  // The descriptor that came with the message that it has just sent.
  UniqueFd take_passed() { return channel_.take_passed(); }
  // For a handover: what it has not read yet, each message after its size in 16 bits. Without what
  // would pass a descriptor: that belongs to a capture, which ends here. What is put back waits for
  // flush().
  void finish_list();  // the rest of a list waits, too
  std::string unread() const;
  void put_back(std::string_view unread);
  void flush();
  // The call that it has, or had last: 0 if it never had one.
  CallId last_call() const { return last_call_; }
  void note_call(CallId call) { last_call_ = call; }
  // The call whose id it was told: 0 if none. Its gateway may hold the socket that takes the
  // packets of that id, also when the call is over.
  CallId told_call() const { return told_call_; }
  void note_told(CallId call) { told_call_ = call; }

 private:
  struct Queued {
    Bytes record;
    std::shared_ptr<Channel> passed;
  };
  void readable();
  void queue(Queued queued);
  bool queue_from_source();

  Channel channel_;
  uint32_t number_;
  Owner& owner_;
  ucred who_{};
  std::vector<gid_t> groups_;  // besides that of who_
  std::deque<Queued> queue_;
  size_t queued_ = 0;  // see kMaxQueued
  bool too_much_ = false;
  Source source_;
  Watch readable_, writable_, silent_;
  CallId last_call_{}, told_call_{};
  bool held_ = false, gone_ = false;
};

}  // namespace callgate
