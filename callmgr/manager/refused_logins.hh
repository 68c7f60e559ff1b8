// SPDX-License-Identifier: GPL-2.0-or-later
// Which server has refused the name or the password of which pppd. A pppd with the option persist
// starts pptp again and again. A server that locks an account after some wrong passwords would
// lock it, so a call by the same pppd to the same server is refused here. A new pppd may dial.
//
// An entry lives as long as its pppd, and the call manager as long as there is an entry. All of it
// is a service to the user and no barrier: pptp tells which pppd has started it.
#pragma once

#include <map>

#include "callmgr/event_loop.hh"
#include "common/channel/channel_message.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

struct Login {
  uint32_t uid = 0;
  std::string server;  // as the user has given it
  PppdProcess pppd;
  static void fields(auto& m, auto& codec) { codec(m.uid, m.server, m.pppd); }
  auto operator<=>(const Login&) const = default;
};

class RefusedLogins {
 public:
  static constexpr size_t kMost = 256, kMostOfUser = 16;  // then the oldest is forgotten
  static constexpr Duration kSaidEvery = std::chrono::hours(1);
  // After the last try of a pppd, if the kernel tells us of its end, and if it does not: pppd may
  // run in another pid namespace.
  static constexpr Duration kKept = std::chrono::hours(24);
  static constexpr Duration kKeptUnseen = std::chrono::minutes(10);

  // `emptied` is called when the last entry has gone.
  RefusedLogins(EventLoop& loop, std::function<void()> emptied)
      : loop_(loop), emptied_(std::move(emptied)) {}

  // This client asks for a call. Returns why it may not have one.
  std::optional<Reason> dial(uint32_t client, Login login);
  // Its server has judged. Returns true if the login is refused, and was not before.
  bool judged(uint32_t client, bool refused);
  void forget(uint32_t client) { dialled_.erase(client); }
  const Login* of_client(uint32_t client) const;
  bool empty() const { return refused_.empty(); }

  // For a handover.
  struct State {
    Login login;
    TimePoint at{};
    static void fields(auto& m, auto& codec) { codec(m.login, m.at); }
  };
  std::vector<State> states() const;
  void restore(State state) { add(std::move(state)); }
  void restore(uint32_t client, Login login) { note(client, std::move(login)); }

 private:
  struct Entry {
    TimePoint at{};                 // of the refusal
    std::optional<TimePoint> said;  // that a call was refused for it
    UniqueFd process;               // a pidfd, which is readable when pppd has ended
    Watch ended, expired;
    void keep() { expired.start(process ? kKept : kKeptUnseen); }
  };

  void note(uint32_t client, Login login);
  void add(State state);
  void remove(const Login& login);
  void make_room(uint32_t uid);

  EventLoop& loop_;
  std::function<void()> emptied_;
  std::map<uint32_t, Login> dialled_;  // by client
  std::map<Login, Entry> refused_;
};

}  // namespace callgate
