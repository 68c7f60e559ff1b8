// SPDX-License-Identifier: GPL-2.0-or-later
// The test server: control connections, their calls, and the loop that moves both.
#pragma once

#include <poll.h>

#include <list>
#include <map>

#include "common/wire/control_framer.hh"
#include "tests/server/call.hh"

namespace callgate::ppp::test {

class Program {
 public:
  explicit Program(const ServerSettings& settings);  // throws OsError

  void run();  // until SIGTERM or SIGINT

 private:
  struct Connection {
    UniqueFd fd;
    SocketAddress client, own;
    ControlFramer framer;
    bool closed = false;
  };

  void turn();
  void signals();
  void accept_from(int listener);
  void read_control(Connection& connection);
  void hear(Connection& connection, const ControlMessage& message);
  void open_call(Connection& connection, const OutgoingCallRequest& request);
  void end_call(CallId id, bool notify, uint8_t result);
  void send(Connection& connection, const ControlMessage& message);
  void tidy();
  Ipv4 free_address() const;
  int timeout() const;  // ms, for poll()

  // A call, and the connection that it belongs to.
  struct Held {
    Connection* connection;
    std::unique_ptr<Call> call;
  };

  ServerSettings settings_;
  GreEnd gre_;
  std::vector<UniqueFd> listeners_;
  UniqueFd signals_;
  std::list<Connection> connections_;  // addresses of elements stay
  std::map<CallId, Held> calls_;
  uint16_t last_id_ = 0;
  int last_number_ = 0;
  bool ending_ = false;
  TimePoint now_{};
};

}  // namespace callgate::ppp::test
