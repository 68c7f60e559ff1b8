// SPDX-License-Identifier: GPL-2.0-or-later
// pppd's scripts, with pppd's arguments and environment (pppd(8), "SCRIPTS").
#pragma once

#include <sys/types.h>

#include <deque>

#include "gre/tunnel/standing.hh"

namespace callgate {

enum class Hook : uint8_t {
  ip_pre_up,
  ip_up,
  ip_down,
  ipv6_up,
  ipv6_down,
  auth_up,
  auth_down,
};

struct Script {
  std::string path;
  std::vector<std::string> arguments;    // without argv[0]
  std::vector<std::string> environment;  // NAME=VALUE
  bool undoes = false;                   // what the scripts before it have done: ip-down and so on
};

// The name of the tunnel, which scripts get as their tty. It is never empty, because Debian's ip-up
// passes it to basename.
std::string device_name(const TunnelOptions& options);

// If /etc/ppp/ip-up does not exist, nobody enters the server's name servers. Then our own script
// takes its place if usepeerdns is on. The same holds for ip-down.
Script script_of(Hook hook, const TunnelOptions& options, const Standing& standing);

// Starts the script as pppd does: as root, in a session of its own, and with /dev/null as standard
// streams. Returns its pid; 0 if there is no such script; -1 if it cannot be started, which is
// logged.
pid_t start_script(const Script& script);

// Waits at most this long for the end of a child.
void wait_for(pid_t pid, std::chrono::milliseconds limit);

// Runs scripts one after the other: ip-down waits for the end of ip-up. If ip-up has not even
// begun, neither of them runs, so at most two scripts wait, however often a server negotiates anew.
class ScriptQueue {
 public:
  void run(Script script);
  bool reaped(pid_t pid, int status);         // false: not one of ours
  pid_t running() const { return running_; }  // 0 = none

 private:
  void next();
  std::deque<Script> waiting_;
  std::string path_;
  pid_t running_ = 0;
};

}  // namespace callgate
