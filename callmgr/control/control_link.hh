// SPDX-License-Identifier: GPL-2.0-or-later
// A control connection with its TCP socket and its timer: carries out the steps of
// control_connection.hh, and tells its owner what became of the calls.
#pragma once

#include <string>

#include "callmgr/control/control_connection.hh"
#include "callmgr/control/control_tap.hh"
#include "callmgr/control/dialer.hh"
#include "callmgr/event_loop.hh"
#include "callmgr/manager/handover_image.hh"
#include "common/channel/operating_message.hh"

namespace callgate {

class ControlLink {
 public:
  // Hears what the link has to say. May not destroy the link from within these calls.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void link_established(ControlLink& link) = 0;
    virtual void call_up(ControlLink& link, CallId call, const OutgoingCallReply& reply) = 0;
    virtual void call_over(ControlLink& link, CallId call, const Reason& reason) = 0;
    virtual void link_closed(ControlLink& link, const Reason& reason) = 0;
    // A message as it is on the wire, where the link is tapped.
    virtual void control_passed(ControlLink& link, Passage passage, ByteSpan message) = 0;
  };

  struct Settings {
    uint32_t id = 0;
    bool shared = false;   // further calls may join
    std::string log_name;  // --logstring of the call that opened it
    DialPlan plan;
    ControlSettings control;  // its `server` is filled in when an address has answered
  };

  static constexpr size_t kMaxUnsent = 65536;  // bytes: a server that does not read is dropped

  ControlLink(EventLoop& loop, HostRoutes& routes, Settings settings, Owner& owner);
  void dial() { dialer_.start(); }

  // Of handover.hh. take_over() comes first, resume() last; a link that was not connected yet is
  // dialled anew.
  void leave(handover::Records& records) const;
  int socket() const { return dialed_.socket.get(); }
  void take_over(handover::LinkState state, UniqueFd socket, HostRoutes& routes);
  void put_back(const Call& call) { control_.put_back(call); }
  void put_back_unsent(const std::string& bytes);
  void resume();

  void request_call(const CallParameters& call);
  void set_link_info(CallId call, const LinkInfo& info);
  void clear_call(CallId call);
  void tap(bool on);
  void stop_when_idle();  // takes no more calls, and ends with the last one it has

  const Settings& settings() const { return settings_; }
  const ControlConnection& control() const { return control_; }
  bool usable() const { return in(ControlConnection::State::established) && !stopping_; }
  bool dialing() const { return in(ControlConnection::State::idle); }
  // Not up yet, but on its way there.
  bool joinable() const {
    return (dialing() || in(ControlConnection::State::wait_reply)) && !stopping_;
  }
  const IpAddress& server() const { return dialing() ? dialer_.server() : dialed_.server; }
  const IpAddress& local() const { return dialed_.local; }
  uint16_t local_port() const;  // 0 where it is not connected
  bool holds_route() const { return static_cast<bool>(dialed_.route); }
  ConnectionInfo info() const;

 private:
  bool in(ControlConnection::State state) const { return control_.state() == state; }
  void dialed(std::variant<Dialed, Reason> result);
  void watch();
  void readable();
  void carry_out(Steps steps);
  void take(const Send& step);
  void take(const Heard& step);
  void take(const Unexpected& step);
  void take(const Established& step);
  void take(const CallUp& step);
  void take(const CallOver& step);
  void take(const Close& step);
  void stop();
  void flush();
  void note_state();
  void reschedule();
  unsigned& logged(const ControlMessage& message);
  void log_message(const char* verb, const ControlMessage& message);

  EventLoop& loop_;
  Settings settings_;
  Owner& owner_;
  ControlConnection control_;
  Dialer dialer_;
  Dialed dialed_;
  Watch readable_, writable_, timer_;
  Bytes unsent_;
  std::optional<ControlTap> tap_;
  bool reset_ = false;  // sending has said so
  TimePoint created_ = Clock::now();
  ControlConnection::State noted_ = ControlConnection::State::idle;
  std::array<unsigned, std::variant_size_v<ControlMessage>> logged_{};  // by type
  bool stopping_ = false;
};

}  // namespace callgate
