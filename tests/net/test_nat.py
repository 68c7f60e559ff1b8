# SPDX-License-Identifier: GPL-2.0-or-later
"""Every rule set in the pages on NAT and on containers: GRE passes with it, both ways, and not without.

tests/vm/test_ppp_nat.py tests the same with real pppds, and what else may happen to them.
"""
import os
import shlex
import shutil

import pytest

from lab.host import Host, connect, switch
from lab.lines import Timeout
from lab.markdown import blocks
from lab.scripted_server import ScriptedServer
from lab.tunnel import SLOW, Tunnel
from ppp_frames import data

PAGES = ("doc/nat-and-firewalls.md", "doc/containers.md")
RULES = {(block.kind, block.name): block.text for page in PAGES for block in blocks(page) if block.name}
SERVER, WAN, LAN, FIRST_CLIENT, CALL_ID = "198.51.100.2", "wan", "lan", "10.77.0.2", "4242"
MASQUERADE = 'table ip nat { chain post { type nat hook postrouting priority 100; oifname "wan" masquerade; }; }'
KEEPS_STATE = """
table inet state {
  chain in { type filter hook input priority 0; policy drop; ct state established,related accept; }
}
"""
QUIET = 1 * SLOW  # s in which GRE that has to pass would have passed


class Network:
    """Two clients, the gateway of the page, and its server."""

    def __init__(self):
        self.hosts = self.gateway, self.server, self.one, self.two = [
            Host(name) for name in ("gateway", "server", "one", "two")]
        connect("198.51.100.0/24", self.gateway, self.server, left_device=WAN)
        switch("10.77.0.0/24", self.gateway, self.gateway, self.one, self.two, bridge=LAN)
        for client in (self.one, self.two):
            client.add_route("default", via="10.77.0.1")
        self.gateway.forward()
        assert (self.server.address, self.one.address) == (SERVER, FIRST_CLIENT)
        self.tunnels = []

    def dial(self, client, *options):
        self.tunnels.append(Tunnel(client, SERVER, *options, env={"ASAN_OPTIONS": "detect_leaks=0"}))
        return self.tunnels[-1]

    def close(self):
        for tunnel in self.tunnels:
            tunnel.close()
        for host in self.hosts:
            host.close()


@pytest.fixture
def network():
    network = Network()
    yield network
    network.close()


@pytest.fixture
def server(network):
    with ScriptedServer(network.server) as server:
        yield server


def load(host, kind, name):
    """Loads a rule set of the page into the host's kernel."""
    if kind == "iptables":
        if not shutil.which("iptables"):
            pytest.skip("iptables is not installed")
        for line in RULES[kind, name].splitlines():
            host.run(*shlex.split(line))
        return
    if os.path.isdir("/lib/modules") and "helper" in RULES[kind, name]:
        host.run("modprobe", "nf_nat_pptp")
    host.nft(RULES[kind, name])


def dial(network, server, client, *options):
    """A tunnel from one of the clients, and the server's side of its call."""
    return network.dial(client, *options), server.take_call()


def passes(tunnel, call):
    """Whether the server's GRE, to which none has gone yet, arrives at the client, and the client's there."""
    call.data.send(data(1))
    try:
        arrived = tunnel.pty.recv(QUIET) == data(1)
        tunnel.pty.send(data(2))
        return arrived and call.data.recv_data(QUIET).gre.payload == data(2)
    except Timeout:
        return False


def test_the_pages_have_the_rule_sets_that_are_tried_here():
    """One that is new wants a test."""
    tools = {kind: {name for found, name in RULES if found == kind} for kind in ("nft", "iptables")}
    common = {"gateway", "hand-on-by-server", "client", "client-helper"}
    assert tools == {"nft": common | {"hand-on-by-call-id", "container-host"}, "iptables": common}
    assert set(RULES) == {(kind, name) for kind in tools for name in tools[kind]}


@pytest.mark.parametrize("kind", ("nft", "iptables"))
def test_with_the_helper_two_clients_share_the_gateway_s_address(network, server, kind):
    load(network.gateway, kind, "gateway")
    for client in (network.one, network.two):
        assert passes(*dial(network, server, client, "--call-id", CALL_ID))


def test_a_container_s_host_masquerades_and_wants_the_helper(network, server):
    network.gateway.nft(MASQUERADE)
    load(network.gateway, "nft", "container-host")
    assert passes(*dial(network, server, network.one))


def test_without_the_helper_nothing_comes_back(network, server):
    network.gateway.nft(MASQUERADE)
    assert not passes(*dial(network, server, network.one))


@pytest.mark.parametrize("kind, by", (("nft", "server"), ("iptables", "server"), ("nft", "call-id")))
def test_gre_may_be_handed_on_without_the_helper(network, server, kind, by):
    load(network.gateway, kind, f"hand-on-by-{by}")
    assert passes(*dial(network, server, network.one, "--call-id", CALL_ID))
    assert not passes(*dial(network, server, network.two, "--call-id", "4343"))


@pytest.mark.parametrize("kind", ("nft", "iptables"))
def test_a_client_that_is_closed_but_for_the_server(network, server, kind):
    load(network.gateway, "nft", "gateway")
    load(network.one, kind, "client")
    assert passes(*dial(network, server, network.one))
    ping = network.one.run("ping", "-c", "1", "-W", "1", "10.77.0.1", check=False)
    assert ping.returncode != 0, "the firewall lets out more than the page says"


@pytest.mark.parametrize("kind", ("nft", "iptables", None))
def test_a_client_that_keeps_state_needs_the_helper(network, server, kind):
    load(network.gateway, "nft", "gateway")
    network.one.nft(KEEPS_STATE)
    if kind:
        load(network.one, kind, "client-helper")
    assert passes(*dial(network, server, network.one)) == bool(kind)
