// SPDX-License-Identifier: GPL-2.0-or-later
// What the tunnel process does for a tunnel without pppd (gre/tunnel/tunnel.hh): the part of pppd's
// options that the gateway does not need. The names are those of pppd's options, in pppd(8).
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "common/channel/link_options.hh"

namespace callgate {

// The passwords for the name and the server. nullopt: no file has one.
struct TunnelSecrets {
  std::optional<std::string> chap, pap;  // of chap-secrets (MS-CHAPv2 too), of pap-secrets
};

struct TunnelOptions {
  LinkOptions link;  // its `dns` is usepeerdns

  // Only the secret holder calls it, in its own process while that still may read files. So the
  // tunnel process has no secret in its memory. It throws OsError if a file cannot be read.
  std::function<TunnelSecrets()> read_secrets = [] { return TunnelSecrets(); };

  std::string server_name;  // HOST of the command line
  std::string call_file;    // the name of the peers file (call NAME); may be empty
  std::string remotename, linkname, ipparam;
  std::string ifname;       // empty: pppN
  std::optional<int> unit;  // N; nullopt: the first that is free

  bool default_route = false, replace_default_route = false, default_route6 = false;
  uint32_t default_route_metric = 0;

  bool resolv_conf = true;  // usepeerdns writes /etc/ppp/resolv.conf (noresolvconf)

  bool persist = false;
  uint32_t maxfail = 10;              // attempts in a row; 0 = no limit
  uint32_t holdoff = 30;              // s between two attempts
  uint32_t idle = 0, maxconnect = 0;  // s; 0 = no limit
  bool demand = false;                // dial when there is a packet for the tunnel

  enum class Detach : uint8_t { at_once, when_up, never };  // -, updetach, nodetach
  Detach detach = Detach::at_once;
  bool notify_systemd = false;  // up_sdnotify: READY=1 when the tunnel is up; the process stays
  uint32_t script_wait = 20;    // s that ip-up may run before the tunnel counts as up all the same
  int logfd = -1;               // where log lines go too; -1 = nowhere
  std::string logfile;          // the same, as a file that is appended to

  std::vector<std::pair<std::string, std::string>> environment;  // of the scripts: `set NAME=VALUE`
  std::string ip_pre_up = "/etc/ppp/ip-pre-up", ip_up = "/etc/ppp/ip-up",
              ip_down = "/etc/ppp/ip-down", ipv6_up = "/etc/ppp/ipv6-up",
              ipv6_down = "/etc/ppp/ipv6-down", auth_up = "/etc/ppp/auth-up",
              auth_down = "/etc/ppp/auth-down";
};

}  // namespace callgate
