// SPDX-License-Identifier: GPL-2.0-or-later
// What pptp tells a pptp-gre that speaks PPP itself (the built-in engine, --ppp builtin): the
// options of the link. They travel in the gateway's settings, and hold no secret.
#pragma once

#include "common/wire/bytes.hh"
#include "common/wire/mru.hh"

namespace callgate {

// Descriptors of such a pptp-gre, set up by pptp.
constexpr int kGatewayTun = 6;     // the network interface
constexpr int kGatewaySecret = 7;  // the holder of the password: secret_message.hh
constexpr int kGatewayLink = 8;    // the tunnel process: link_report.hh

// The timers of one protocol: pppd's ipcp-restart, ipcp-max-configure, and so on.
struct LinkTimers {
  uint32_t restart = 3;  // s
  uint32_t max_configure = 10, max_terminate = 2, max_failure = 5;

  static void fields(auto& m, auto& codec) {
    codec(m.restart, m.max_configure, m.max_terminate, m.max_failure);
  }
  bool operator==(const LinkTimers&) const = default;
};

// The names are those of pppd's options, in pppd(8).
struct LinkOptions {
  std::string name;                                      // user
  bool pap = false, chap_md5 = true, ms_chap_v2 = true;  // refuse-pap, refuse-chap, ...

  bool mppe_required = false;
  bool mppe_40 = false, mppe_56 = false, mppe_128 = false;  // none: MPPE is refused (nomppe)
  bool mppe_stateful = false;                               // allowed

  // bytes; mtu is the upper limit of the interface's MTU
  uint16_t mru = kDefaultMru, mtu = kDefaultMru;
  bool measure_mtu = false;  // --mtu-auto
  bool address_and_control_compression = true, protocol_compression = true, magic = true;

  bool ipv4 = true, ipv6 = false;
  uint32_t local = 0, remote = 0;  // host order; 0 = the server chooses
  bool accept_local = true, accept_remote = true;
  bool dns = false, wins = false;                // usepeerdns, usepeerwins
  uint64_t local_interface = 0;                  // IPV6CP's identifier; 0 = random
  uint32_t echo_interval = 0, echo_failure = 0;  // s, count; 0 = none
  uint32_t restart = 3;                          // s, lcp-restart; also for CHAP and CCP
  uint32_t max_configure = 10, max_terminate = 2, max_failure = 5;
  LinkTimers ipcp_timers, ipv6cp_timers, pap_timers;  // of PAP: pap-restart and pap-max-authreq
  bool debug = false;  // log each control packet, as pppd's option debug does

  static void fields(auto& m, auto& codec) {
    codec(m.name, m.pap, m.chap_md5, m.ms_chap_v2, m.mppe_required, m.mppe_40, m.mppe_56,
          m.mppe_128, m.mppe_stateful, m.mru, m.mtu, m.measure_mtu,
          m.address_and_control_compression, m.protocol_compression, m.magic, m.ipv4, m.ipv6,
          m.local, m.remote, m.accept_local, m.accept_remote, m.dns, m.wins, m.local_interface,
          m.echo_interval, m.echo_failure, m.restart, m.max_configure, m.max_terminate,
          m.max_failure, m.ipcp_timers, m.ipv6cp_timers, m.pap_timers, m.debug);
  }
  bool operator==(const LinkOptions&) const = default;
};

}  // namespace callgate
