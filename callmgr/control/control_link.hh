// SPDX-License-Identifier: GPL-2.0-or-later
// A control connection with its TCP socket and its timer. It carries out the steps of
// control_connection.hh and tells its owner what becomes of the calls.
#pragma once

#include <string>

#include "callmgr/control/control_connection.hh"
#include "callmgr/control/control_log.hh"
#include "callmgr/control/control_stream.hh"
#include "callmgr/control/dialer.hh"
#include "callmgr/event_loop.hh"
#include "callmgr/routes/host_routes.hh"
#include "common/channel/operating_message.hh"

namespace callgate {

class ControlLink {
 public:
  // The link tells these events to its owner, which must not destroy the link while it is called.
  class Owner {
   public:
    virtual ~Owner() = default;
    virtual void link_established(ControlLink& link) = 0;
    virtual void call_up(ControlLink& link, CallId call, const OutgoingCallReply& reply) = 0;
    virtual void call_over(ControlLink& link, CallId call, const Reason& reason) = 0;
    virtual void link_closed(ControlLink& link, const Reason& reason) = 0;
    // A line for the log. Those that are not part of every connection's life are `extra`.
    virtual void link_says(const ControlLink& link, bool extra, log::Level level,
                           const std::string& text, const std::vector<log::Field>& fields) = 0;
    // A message as it is on the wire, if the link is tapped.
    virtual void control_passed(ControlLink& link, Passage passage, ByteSpan message) = 0;
  };

  struct Settings {
    uint32_t id = 0;
    bool shared = false;   // further calls may join
    std::string log_name;  // --logstring of the call that opened the link
    DialPlan plan;
    uint32_t uid = 0;  // whose calls it carries

    static void fields(auto& m, auto& codec) { codec(m.id, m.shared, m.log_name, m.plan, m.uid); }
  };

  // All that the next manager has to know about a link, apart from its socket, its calls and the
  // bytes that it has not sent yet.
  struct State {
    Settings settings;
    bool stopping = false, holds_route = false;
    IpAddress server, local;  // if it is connected
    TimePoint created{};
    ControlLog log;
    ControlConnection control;

    static void fields(auto& m, auto& codec) {
      codec(m.settings, m.stopping, m.holds_route, m.server, m.local, m.created, m.log, m.control);
    }
    bool valid() const { return control.valid() && !settings.plan.servers.empty(); }
  };

  ControlLink(EventLoop& loop, HostRoutes& routes, Settings settings, ControlSettings control,
              Owner& owner);
  void dial() { dialer_.start(); }

  // What it leaves to the next manager. `socket` is -1 if it is not connected.
  State state() const;
  const ControlStream& stream() const { return stream_; }
  // The link of another manager. resume() follows when its calls and its unsent bytes are put back;
  // it dials anew if the link was not connected.
  ControlLink(EventLoop& loop, HostRoutes& routes, State state, UniqueFd socket, Owner& owner);
  void put_back(const Call& call) { control_.put_back(call); }
  void put_back_unsent(std::string_view bytes) { stream_.put_back(bytes); }
  void resume();

  void request_call(const CallParameters& call);
  void set_link_info(CallId call, const LinkInfo& info);
  void clear_call(CallId call);
  void tap(bool on) { tapped_ = on; }
  void stop_when_idle();  // takes no more calls, and ends with its last call
  // The host's addresses or routes have changed. If the server cannot be reached from our address
  // any more, it is asked whether it is still there, and the connection ends soon if it is not.
  void network_changed();
  void host_slept(Duration time);  // the server may have given us up in the meantime

  const Settings& settings() const { return settings_; }
  const ControlConnection& control() const { return control_; }
  bool usable() const { return in(ControlConnection::State::established) && !stopping_; }
  bool dialing() const { return in(ControlConnection::State::idle); }
  // It is not up yet, but on its way there.
  bool joinable() const {
    return (dialing() || in(ControlConnection::State::wait_reply)) && !stopping_;
  }
  const IpAddress& server() const { return dialing() ? dialer_.server() : dialed_.server; }
  const IpAddress& local() const { return dialed_.local; }
  // Holds a host route to the server for as long as the connection is there.
  void hold_route();
  bool holds_route() const { return static_cast<bool>(route_); }
  ConnectionInfo info() const;

 private:
  bool in(ControlConnection::State state) const { return control_.state() == state; }
  void address_failed(const Reason& reason);
  void dialed(std::variant<Dialed, Reason> result);
  void ended(int os_error);
  void carry_out(Steps steps);
  void take(const Step& step);
  void say(log::Level level, const std::string& text, const std::vector<log::Field>& fields = {});
  void show_tap(Passage passage, ByteSpan message);
  void stop();
  void doubt(const Reason& why, Duration max_wait);
  void note_state();
  void reschedule();

  EventLoop& loop_;
  HostRoutes& routes_;
  Settings settings_;
  Owner& owner_;
  ControlConnection control_;
  Dialer dialer_;
  Dialed dialed_;  // its socket moves to stream_
  HostRoute route_;
  ControlStream stream_;
  Watch timer_;
  ControlLog log_;
  bool tapped_ = false;
  TimePoint created_;
  ControlConnection::State noted_ = ControlConnection::State::idle;
  bool stopping_ = false;
  unsigned lines_ = 0;  // in the log
  int path_error_ = 0;  // when the network changed last, see path_error()
};

}  // namespace callgate
