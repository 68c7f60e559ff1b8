# SPDX-License-Identifier: GPL-2.0-or-later
"""A tunnel with several servers: which of them gets the call if others fail, and what is said if all fail."""
import json

import pytest

from lab import programs
from lab.egress import Exits
from lab.engine import EngineServer, EngineTunnel, know_secrets
from lab.lines import wait_until

PPTPCTL = programs.installed().pptpctl
FIRST = "10.9.0.77"
PERSIST = ("persist", "holdoff", "1", "maxfail", "0")
MUTE = """
import socket
server = socket.create_server(("0.0.0.0", 1999))
print("listening", flush=True)
kept = []
while True:
    kept.append(server.accept())
"""
TROUBLES = {"refused": "tcp dport 1723 reject with tcp reset", "without an answer": "tcp dport 1723 drop",
            "mute": "tcp dport 1723 redirect to :1999"}
SAYS = {"refused": f"cannot connect to {FIRST} on TCP port 1723: Connection refused",
        "without an answer": f"cannot connect to {FIRST} on TCP port 1723: no answer in 1 s",
        "mute": f"{FIRST} accepted the TCP connection but sent no Start-Control-Connection-Reply in 1 s"}
BOTH = "none of 2 servers takes the call: "


class Servers:
    """Two addresses of the server's host: FIRST, which can have trouble, and `second`."""

    def __init__(self, net):
        self.net, self.second = net, net.server.address
        net.server.ip("address", "add", f"{FIRST}/24", "dev", "eth0")
        net.server.start("python3", "-c", MUTE).wait_line("listening", stream="stdout")
        know_secrets(net.client)

    def trouble(self, kind, address=FIRST):
        hook = "type nat hook prerouting priority -100" if kind == "mute" else "type filter hook input priority 0"
        self.net.server.nft(f"table ip t{address[-1]} {{\nchain c {{\n{hook}\nip daddr {address} {TROUBLES[kind]}\n}}\n}}\n")

    def comes_back(self):
        self.net.server.nft(f"delete table ip t{FIRST[-1]}\n")

    def serve(self):
        return EngineServer(self.net.server, "--restart", "0.5")

    def dial(self, *options):
        words = ("--connect-timeout", "1", "--server", self.second)
        return EngineTunnel(self.net.client, FIRST, *options, pptp_options=words)

    def in_use(self):
        return {entry["server"] for entry in self.net.status()["connections"]}


@pytest.fixture
def servers(net):
    return Servers(net)


@pytest.mark.parametrize("kind", TROUBLES)
def test_the_next_server_takes_the_call_if_the_first_one_is(servers, kind):
    servers.trouble(kind)
    servers.serve()
    tunnel = servers.dial().wait_up()
    tunnel.ping()
    assert f"{SAYS[kind]}: trying the next server" in tunnel.log.text
    assert servers.in_use() == {servers.second}


def test_pptpctl_wait_tells_the_server_that_is_used(net, servers):
    servers.trouble("refused")
    servers.serve()
    Exits(net.client, net.server)
    servers.dial("ipparam", "one").wait_up()
    assert json.loads(net.client.run(PPTPCTL, "wait", "one", "--json").stdout)["server"] == servers.second


def test_the_same_with_pppd(net, servers, server):
    servers.trouble("refused")
    net.dial("--server", servers.second, server=FIRST)
    net.wait_up(server.take_call())
    assert servers.in_use() == {servers.second}


def test_a_pppd_that_ends_meanwhile_is_not_waited_for(net, servers):
    servers.trouble("without an answer")
    tunnel = net.dial("--server", servers.second, server=FIRST)
    wait_until(lambda: any(socket.remote_port == 1723 for socket in net.client.sockets("tcp")), what="it dials")
    tunnel.pty.close()
    tunnel.process.wait_exit(10)


def test_the_sentence_names_all_servers_if_all_fail(servers):
    servers.trouble("without an answer")
    servers.trouble("refused", servers.second)
    tunnel = servers.dial()
    tunnel.process.wait_exit(60)
    second = f"cannot connect to {servers.second} on TCP port 1723: Connection refused"
    assert f"{BOTH}{SAYS['without an answer']}; {second}" in tunnel.log.text


def test_a_name_that_does_not_resolve_is_followed_by_the_next_server(net, servers):
    servers.serve()
    words = ("--server", servers.second)
    tunnel = EngineTunnel(net.client, "no-such-host.invalid", pptp_options=words).wait_up()
    assert "cannot resolve the server name no-such-host.invalid" in tunnel.log.text


def test_a_redial_begins_with_the_server_that_was_tried_the_longest_ago(servers):
    """The first server is back and takes the call, but its GRE packets come from another address: so the second one
    has its turn again."""
    servers.trouble("refused")
    server = servers.serve()
    tunnel = servers.dial(*PERSIST).wait_up()
    assert servers.in_use() == {servers.second}
    servers.comes_back()
    at = len(tunnel.log.all)
    server.terminate_links()
    tunnel.log.wait(f"GRE to {FIRST} is up", start=at)
    tunnel.log.wait("local  IP address", start=at)
    assert servers.in_use() == {servers.second}
