// SPDX-License-Identifier: GPL-2.0-or-later
// The fault tree of the Diagnosis HOWTO as data.
#include "callmgr/diagnose/live/steps.hh"

#include "callmgr/diagnose/live/probes.hh"

namespace callgate::diagnose::live {
namespace {

const std::vector<Step> kAlways{
    {.id = "name",
     .title = "the server's name resolves",
     .broken = "the server's name did not resolve",
     .run = probe_name},
    {.id = "route",
     .title = "a route leads to the server, and not through the tunnel itself",
     .broken = "no usable route leads to the server",
     .needs = {"name"},
     .run = probe_route},
    {.id = "path-mtu",
     .title = "packets of a useful size fit into the path",
     .broken = "the path's MTU is too small",
     .needs = {"route"},
     .essential = false,
     .run = probe_path_mtu},
    {.id = "tcp",
     .title = "the server accepts TCP connections on port 1723",
     .broken = "TCP port 1723 of the server does not answer",
     .needs = {"route"},
     .reaches = Stage::started,
     .run = probe_tcp},
    {.id = "control",
     .title = "what listens there speaks PPTP",
     .broken = "there is no PPTP control connection",
     .needs = {"tcp"},
     .reaches = Stage::control,
     .run = probe_control},
    {.id = "gre",
     .title = "GRE, IP protocol 47, passes both ways",
     .broken = "GRE does not pass",
     .needs = {"control"},
     .reaches = Stage::lcp_heard,
     .run = probe_gre},
    {.id = "filter",
     .title = "this host's packet filter lets GRE pass",
     .broken = "this host's packet filter drops GRE",
     .needs = {"route"},
     .explains = "gre",
     .essential = false,
     .run = probe_filter},
    {.id = "tunnels",
     .title = "no other tunnel to the same server is in the way",
     .broken = "another tunnel is in the way",
     .needs = {"name"},
     .explains = "gre",
     .essential = false,
     .run = probe_tunnels},
    {.id = "nat",
     .title = "no NAT is in the way",
     .broken = "NAT is in the way",
     .needs = {"tcp"},
     .explains = "gre",
     .essential = false,
     .run = probe_nat},
    {.id = "helper",
     .title = "connection tracking knows PPTP",
     .broken = "connection tracking does not know PPTP",
     .essential = false,
     .run = probe_helper},
    {.id = "sizes",
     .title = "packets of a useful size pass both ways",
     .broken = "large packets get lost",
     .needs = {"gre"},
     .essential = false,
     .run = probe_sizes},
    {.id = "ppp-device",
     .title = "the kernel has PPP, and /dev/ppp can be opened",
     .broken = "the kernel's PPP cannot be reached",
     .run = probe_ppp_device},
    {.id = "ppp-async",
     .title = "the kernel does PPP on a pty",
     .broken = "the kernel does no PPP on a pty",
     .needs = {"ppp-device"},
     .essential = false,
     .run = probe_ppp_async},
    {.id = "mppe",
     .title = "the kernel has MPPE",
     .broken = "the kernel has no MPPE",
     .needs = {"ppp-device"},
     .run = probe_mppe},
    {.id = "crypto",
     .title = "the kernel may use the ciphers of MPPE and MS-CHAP",
     .broken = "the kernel may not use the ciphers",
     .run = probe_crypto},
    {.id = "pppd",
     .title = "pppd is installed, and knows MPPE",
     .broken = "there is no pppd that knows MPPE",
     .run = probe_pppd},
};

const std::vector<Step> kTunnel{
    {.id = "peers",
     .title = "the tunnel's file in /etc/ppp/peers is in order",
     .broken = "the tunnel's file is not in order",
     .run = probe_peers},
    {.id = "secrets",
     .title = "/etc/ppp/chap-secrets has a usable entry for the tunnel",
     .broken = "there is no usable secret",
     .run = probe_secrets},
};

}  // namespace

std::vector<Step> steps(bool with_tunnel) {
  auto all = kAlways;
  if (with_tunnel) all.insert(all.end(), kTunnel.begin(), kTunnel.end());
  return all;
}

}  // namespace callgate::diagnose::live
