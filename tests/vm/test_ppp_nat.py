# SPDX-License-Identifier: GPL-2.0-or-later
"""Clients behind a Linux NAT gateway: with the kernel's PPTP helper, without it, with GRE forwarded by rules.

Another test has a client whose own firewall keeps state. doc/nat-and-firewalls.md says what follows.
"""
import os
import re
import socket
import struct

import pytest

from lab import ppp
from lab.host import Host, connect, switch
from lab.lines import wait_until
from lab.tunnel import expect_clean

MASQUERADE = """
table ip nat {
  chain post {
    type nat hook postrouting priority 100;
    oifname "wan" masquerade
  }
}
"""
HELPER = """
table ip pptp {
  ct helper pptp {
    type "pptp" protocol tcp;
  }
  chain assign {
    type filter hook %s priority 0;
    tcp dport 1723 ct helper set "pptp"
  }
}
"""
HAND_ON = """
table ip nat {
  chain pre {
    type nat hook prerouting priority -100;
    %s
  }
}
"""
STATEFUL_FIREWALL = """
table ip firewall {
  chain in {
    type filter hook input priority 0; policy drop;
    ct state established,related accept
    iifname "ppp*" accept
  }
}
"""
LET_GRE_IN = "insert rule ip firewall in ip protocol gre accept"

NETLINK_NETFILTER = 12
PATIENCE = 5  # LCP requests, one each second: pptp says nothing of GRE before 3 s
TRIES = 4
NO_GRE = "no GRE packet .* has come from 198.51.100.2: a firewall drops it, or a NAT gateway"


def forget_connections():
    """What `conntrack -F` does: IPCTNL_MSG_CT_DELETE without saying which."""
    delete, request_and_ack = 1 << 8 | 2, 5
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, NETLINK_NETFILTER) as netlink:
        netlink.send(struct.pack("=IHHII4x", 20, delete, request_and_ack, 1, 0))
        error, = struct.unpack_from("=i", netlink.recv(4096), 16)
        assert error == 0, os.strerror(-error)


class Nat:
    """Two clients on a switch, a router, a server on the other side of it."""

    def __init__(self):
        self.server = ppp.PptpServer("server")
        self.router = Host("router")
        self.clients = [ppp.PppClient("one"), ppp.PppClient("two")]
        connect("198.51.100.0/24", self.router, self.server, left_device="wan")
        switch("10.77.0.0/24", self.router, self.router, *self.clients)
        for client in self.clients:
            client.add_route("default", via="10.77.0.1")
        self.router.forward()
        self.router.run("modprobe", "nf_nat_pptp")  # nft loads what it names, and not this

    def filter(self, *rules):
        """The router's rules; nothing is left of earlier ones, and of what they have tracked."""
        self.router.nft("flush ruleset\n" + "".join(rules))
        with self.router.entered():
            forget_connections()

    def dial(self, client, user, *options, **more):
        return self.clients[client].dial(self.server, user, *options, **more)

    def reset(self):
        for host in (*self.clients, self.server):
            host.reset()

    def close(self):
        for host in (*self.clients, self.router, self.server):
            host.close()


@pytest.fixture(scope="module")
def network(hosts):
    network = Nat()
    yield network
    network.close()


@pytest.fixture
def nat(network):
    network.server.start_pptpd()
    yield network
    network.reset()


def carries_traffic(*tunnels):
    for tunnel in tunnels:
        tunnel.wait_up(60)
    for tunnel in tunnels:
        tunnel.ping()


def test_with_the_helper_two_clients_and_two_tunnels_of_one_share_an_address(nat):
    """The helper gives each call an id of its own towards the server, and back."""
    nat.filter(MASQUERADE, HELPER % "prerouting")
    same_id = ("--call-id", "4242")
    tunnels = [nat.dial(0, "alice", *same_id), nat.dial(1, "bob", *same_id), nat.dial(0, "carol")]
    carries_traffic(*tunnels)
    tunnels[0].hang_up()
    carries_traffic(*tunnels[1:])
    for tunnel in tunnels[1:]:
        tunnel.hang_up()
    for client in nat.clients:
        expect_clean(client)


def test_a_default_route_through_the_tunnel_leaves_the_tunnel_its_own_way(nat):
    """The ip-up of vimagick/pptp: two halves of everything. Without a host route GRE would loop."""
    nat.filter(MASQUERADE, HELPER % "prerouting")
    client = nat.clients[0]
    client.write_file("/etc/ppp/ip-up", "#!/bin/sh\nip route add 0.0.0.0/1 dev $1\n"
                      "ip route add 128.0.0.0/1 dev $1\n", mode=0o755)
    tunnel = nat.dial(0, "alice").wait_up()
    wait_until(lambda: {"0.0.0.0/1", "128.0.0.0/1"} <= {r.dst for r in client.routes()})
    way, = [route for route in client.routes() if (route.dst, route.kind) == (nat.server.address, "unicast")]
    assert (way.gateway, way.dev) == ("10.77.0.1", "eth0")
    tunnel.ping(count=10)
    client.run("rm", "/etc/ppp/ip-up")
    tunnel.hang_up()
    expect_clean(client)


def test_without_the_helper_nothing_comes_back_and_the_message_says_where_to_look(nat):
    """GRE from the server has another number than GRE to it: to the gateway it belongs to nobody.

    The gateway answers the server that it knows no such protocol, whereupon pptpd hangs up. Where it
    does so before pppd has said a word, pptp does not take GRE for the cause: then another try."""
    nat.filter(MASQUERADE)
    lines = []
    while len(lines) < TRIES and not any(re.search(NO_GRE, line) for line in lines):
        tunnel = nat.dial(0, "alice")
        assert tunnel.wait_pptp_exit(20) in (0, 8, 9)
        lines += tunnel.pptp_errors
        expect_clean(nat.clients[0])
    assert re.search(NO_GRE, lines[-1]), lines


def test_without_the_helper_gre_may_be_handed_on_by_server_or_by_call_id(nat):
    """One client per server is all that an address can tell; --call-id tells more."""
    by_server = "iifname wan ip protocol gre ip saddr 198.51.100.2 dnat to 10.77.0.2"
    nat.filter(MASQUERADE, HAND_ON % by_server)
    tunnels = [nat.dial(0, "alice"), nat.dial(0, "carol")]
    carries_traffic(*tunnels)
    for tunnel in tunnels:
        tunnel.hang_up()

    by_call = """iifname wan ip protocol gre @th,48,16 4242 dnat to 10.77.0.2
    iifname wan ip protocol gre @th,48,16 4343 dnat to 10.77.0.3"""
    nat.filter(MASQUERADE, HAND_ON % by_call)
    carries_traffic(nat.dial(0, "alice", "--call-id", "4242"),
                    nat.dial(1, "bob", "--call-id", "4343"))


@pytest.mark.parametrize("remedy", ("none", "helper", "rule"))
def test_a_client_with_a_firewall_that_keeps_state_needs_the_helper_or_a_rule(nat, remedy):
    nat.filter(MASQUERADE, HELPER % "prerouting")
    client = nat.clients[0]
    client.nft(STATEFUL_FIREWALL)
    if remedy == "helper":
        client.nft(HELPER % "output")
    if remedy == "rule":
        client.nft(LET_GRE_IN)
    if remedy != "none":
        return carries_traffic(nat.dial(0, "alice"))
    tunnel = nat.dial(0, "alice", pppd_options="lcp-restart 1 lcp-max-configure 60")
    client.wait_log("GRE to 198.51.100.2 is up", 20)
    said = len(tunnel.log.all)
    wait_until(lambda: len(tunnel.log.find("sent .LCP ConfReq", said)) >= PATIENCE, what="pppd goes on asking")
    tunnel.hang_up()
    line, = tunnel.pptp_errors
    assert re.search(NO_GRE, line), line
