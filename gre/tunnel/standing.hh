// SPDX-License-Identifier: GPL-2.0-or-later
// What a tunnel has changed on this host and has to undo. The tunnel process tells the janitor each
// change before it makes it.
#pragma once

#include <chrono>

#include "common/channel/link_report.hh"
#include "common/pppd/tunnel_options.hh"

namespace callgate {

struct Standing {
  std::string interface;
  uint32_t process = 0;  // pid of the tunnel process

  bool authenticated = false, ipv4 = false, ipv6 = false;  // whose -up scripts have been started
  LinkReport ipv4_report, ipv6_report;
  uint32_t old_local = 0, old_remote = 0;  // with demand, if the server has changed them
  std::vector<uint32_t> scripts;           // pids of those that run
  uint64_t since = 0;                      // s of CLOCK_MONOTONIC when the link came up
  uint64_t sent = 0, received = 0;         // bytes

  std::vector<std::string> files;     // to be removed; our pid is their first line
  std::string resolv_conf;            // what we wrote into kResolvConf; empty = nothing
  std::vector<std::string> replaced;  // default routes to be restored, as the kernel told them

  static void fields(auto& m, auto& codec) {
    codec(m.interface, m.process, m.authenticated, m.ipv4, m.ipv6, m.ipv4_report, m.ipv6_report,
          m.old_local, m.old_remote, m.scripts, m.since, m.sent, m.received, m.files, m.resolv_conf,
          m.replaced);
  }
  bool is_empty() const {
    return !authenticated && !ipv4 && !ipv6 && files.empty() && resolv_conf.empty() &&
           replaced.empty();
  }
};

constexpr const char* kResolvConf = "/etc/ppp/resolv.conf";

uint64_t monotonic_seconds();

// What pppd's usepeerdns writes for the name servers of this report; empty if there are none.
std::string resolv_conf_for(const LinkReport& report);
// Writes a file that `standing` has noted already. A failure is logged.
void write_file(const std::string& path, const std::string& text);

// Removes the files, if they still are of this process, and restores the routes. Each is forgotten.
// Failures are logged.
void remove_files(Standing& standing);
void remove_resolv_conf(Standing& standing);
void restore_routes(Standing& standing);

}  // namespace callgate
