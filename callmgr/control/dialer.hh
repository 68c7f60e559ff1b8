// SPDX-License-Identifier: GPL-2.0-or-later
// Makes the TCP connection to a server. It tries the server's addresses in turn, each with a time
// limit.
#pragma once

#include <algorithm>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "callmgr/event_loop.hh"
#include "common/channel/channel_message.hh"
#include "common/system/unique_fd.hh"

namespace callgate {

// This decides where a control connection goes and how. Calls share a connection only if all of
// these are equal.
struct DialPlan {
  std::string server_name;
  std::vector<IpAddress> servers;
  IpAddress local_bind;
  std::string device;
  uint32_t mark = 0;
  bool host_route = true;
  Duration connect_timeout{30'000};  // for each address

  static DialPlan from(const CallRequest& request);
  static void fields(auto& m, auto& codec) {
    codec(m.server_name, m.servers, m.local_bind, m.device, m.mark, m.host_route,
          m.connect_timeout);
  }
  bool operator==(const DialPlan&) const = default;
};

struct Dialed {
  UniqueFd socket;
  IpAddress server;
  IpAddress local;
};

class Dialer {
 public:
  using Done = std::function<void(std::variant<Dialed, Reason>)>;

  // Calls `done` once, but never from within the constructor or start().
  Dialer(EventLoop& loop, DialPlan plan, Done done);
  // Called with the reason after each address that has failed.
  void on_failure(std::function<void(const Reason&)> failed) { failed_ = std::move(failed); }
  // Whether there is another address after server().
  bool has_more() const { return current_ + 1 < plan_.servers.size(); }
  void start();
  void cancel();  // `done` is not called any more

  // The address that it tries now.
  const IpAddress& server() const {
    return plan_.servers[std::min(current_, plan_.servers.size() - 1)];
  }

 private:
  void try_address();
  void open_socket();
  void answered();
  void failed(Cause cause, int os_error);
  Dialed take();

  EventLoop& loop_;
  DialPlan plan_;
  Done done_;
  std::function<void(const Reason&)> failed_;
  size_t current_ = 0;
  UniqueFd socket_;
  Watch connecting_, timed_out_;
  Watch next_;  // goes on to the next address, or to the end, after the callers have returned
  Reason last_failure_;
};

// "vpn.example.net (192.0.2.1)", or only the address if the user gave no name.
std::string server_label(const std::string& name, const IpAddress& address);

}  // namespace callgate
