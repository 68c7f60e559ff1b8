// SPDX-License-Identifier: GPL-2.0-or-later
// What a link means for this host: addresses, routes, name servers, files and scripts, in pppd's
// order. It sets them when the gateway reports a change, and undoes them.
#pragma once

#include "gre/tunnel/hooks.hh"
#include "gre/tunnel/interface.hh"
#include "gre/tunnel/janitor.hh"
#include "gre/tunnel/tun_device.hh"

namespace callgate {

class LinkSetup {
 public:
  explicit LinkSetup(const TunnelOptions& options);  // starts the janitor; throws OsError

  // The interface exists. With demand, it gets addresses and comes up before there is a link.
  // Throws OsError.
  void begin(const TunDevice& tun);
  void dial();  // an attempt begins
  // Carries out a report. Returns what is wrong with it, or what has failed: the link must end
  // then.
  std::optional<std::string> apply(const LinkReport& report);
  void hang_up();  // the gateway is gone
  void end();      // and the interface too

  bool reaped(pid_t pid, int status);
  bool is_up() const { return standing_.ipv4 || standing_.ipv6; }
  bool was_up() const { return was_up_; }  // since dial()
  bool scripts_run() const;
  bool ip_scripts_run() const { return ip_.running() || ipv6_.running(); }
  uint64_t since() const { return standing_.since; }
  Janitor& janitor() { return janitor_; }

 private:
  void remember();
  void authenticated();
  void ipv4_up(const LinkReport& report);
  void ipv4_down();
  void configure(const LinkReport& report);
  void wait_for_traffic(int unit);
  void adopt(LinkReport report);
  bool has_route_to_peer(const LinkReport& report) const;
  void ipv6_up(const LinkReport& report);
  void ipv6_down();
  void set_mtu(uint16_t mtu);
  void default_route(bool ipv6);
  void start_clock();
  void run(ScriptQueue& queue, Hook hook);

  const TunnelOptions& options_;
  Standing standing_;
  Interface interface_{""};  // none yet
  bool was_up_ = false;
  uint32_t first_remote_ = 0;  // the peer's address before there is a link, with demand
  ScriptQueue ip_, ipv6_, auth_;
  Janitor janitor_;
};

}  // namespace callgate
