# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels through pppd with routing tables of their own. tests/net/test_egress.py has the same without pppd, and in more states.

VRFs are only here, because they need a module of the kernel.
"""
import json
import os
import signal
from pathlib import Path

import pytest

from lab import programs
from lab.egress import BEYOND, PREFIX, RUNS_SCRIPTS, Before, Capture, kill_all
from lab.lines import wait_until
from lab.ppp import USERS
from lab.ppp_tunnel import SLOW

PPTPSETUP, PPTPCTL = PREFIX / "sbin/pptpsetup", programs.installed().pptpctl
TUNNEL, DEVICE, VRF = "exit", "exit1", "exits"
SOURCE, TABLE, MARK = "198.51.100.7", "101", "17"
DETAILS = ["--from", SOURCE, "--mark", MARK, "--interface", DEVICE]
PERSIST = "persist\nholdoff 1\nmaxfail 0\n"
REFUSES, MOVED = "192.0.2.77", "192.0.2.9"  # a second server, and the address of this host in another network
INTERVAL = 4  # s; the shortest that --alive-interval takes
DNS = "10.99.1.53"


class BeforeWithFilter(Before):
    def now(self):
        return [*super().now(), self.host.ip("-br", "link"), self.host.run("nft", "list", "ruleset").stdout,
                self.host.run("cat", "/etc/resolv.conf").stdout]


@pytest.fixture
def client(client, hosts):
    """With our scripts, an address to send from, and a default route that takes what is not held back."""
    _, server = hosts
    client.install_pptp()
    for name in "ip-up", "ip-down":
        client.write_file(f"/etc/ppp/{name}", RUNS_SCRIPTS, mode=0o755)
    client.ip("address", "add", f"{SOURCE}/32", "dev", "lo")
    client.ip("route", "add", "default", "via", server.address)
    server.ip("address", "add", f"{BEYOND}/32", "dev", "lo")
    yield client
    client.run(PPTPSETUP, "--delete", TUNNEL, check=False)
    client.run("rm", "/etc/ppp/ip-up", "/etc/ppp/ip-down")
    server.ip("address", "del", f"{BEYOND}/32", "dev", "lo")
    client.ip("route", "del", "default")
    client.ip("address", "del", f"{SOURCE}/32", "dev", "lo")


def create(client, server, *options, mtu="1400"):
    client.run(PPTPSETUP, "--create", TUNNEL, "--server", server.address, "--username", "alice", "--encrypt", "--mtu", mtu,
               "--password-stdin", *DETAILS, *options, input=USERS["alice"] + "\n")


def persist(client):
    peers = Path(client.path(f"/etc/ppp/peers/{TUNNEL}"))
    peers.write_text(peers.read_text(encoding="utf-8") + PERSIST, encoding="utf-8")


def start(client, server):
    link = client.start_caller(server, PPTPSETUP, "--start", TUNNEL, log="stdout")
    assert link.pppd.wait_exit(40 * SLOW) == 0, link.log.text
    link.log, link.since = client.syslog, client.log_start
    return link


def expect_to_go_through(client, link):
    """And not beside it: the server's address in the tunnel answers, too."""
    link.wait_up()
    client.syslog.wait(f"callgate-routes: {TUNNEL}: 1 networks go through {DEVICE} by table {TABLE}", start=link.since)
    for packets in ("mark", MARK), ("from", SOURCE):
        assert f"dev {DEVICE} table {TABLE}" in client.ip("route", "get", BEYOND, *packets)
    client.run("ping", "-n", "-q", "-c", 1, "-W", 5, "-m", MARK, BEYOND)
    link.ping(count=1)


def refused(client):
    client.run("ping", "-n", "-q", "-c", 1, "-W", 1, "-m", MARK, BEYOND, check=False)  # for the capture
    return "No route to host" in client.run("ip", "route", "get", BEYOND, "mark", MARK, check=False).stderr


def test_rules_go_with_the_tunnel(client, server):
    before = BeforeWithFilter(client)
    create(client, server, "--table", TABLE)
    link = start(client, server)
    expect_to_go_through(client, link)
    assert "dev eth0" in client.ip("route", "get", BEYOND)
    client.run(PPTPSETUP, "--stop", TUNNEL, timeout=30 * SLOW)
    before.again()


def test_what_goes_only_through_a_tunnel_in_a_vrf_leaves_by_no_other_way_in_any_state(client, server):
    client.ip("link", "add", VRF, "type", "vrf", "table", TABLE)
    client.ip("link", "del", VRF)  # the kernel keeps the rule that it makes for its first VRF
    before, capture = BeforeWithFilter(client), Capture(client)
    create(client, server, "--table", TABLE, "--vrf", VRF, "--only-through")
    persist(client)
    assert refused(client)
    link = start(client, server)
    expect_to_go_through(client, link)
    assert f"master {VRF}" in client.ip("link", "show", "dev", DEVICE)
    client.run("ping", "-n", "-q", "-c", 1, "-W", 5, "-I", VRF, BEYOND)

    server.stop_pptpd()
    wait_until(lambda: refused(client), what="the end of the tunnel")
    link.next_session()
    server.start_pptpd()
    expect_to_go_through(client, link)

    link.next_session()
    os.kill(link.gateway(), signal.SIGKILL)
    expect_to_go_through(client, link)

    client.signal_all("pppd", signal.SIGKILL)
    wait_until(lambda: refused(client) and f"lookup {TABLE} proto 48" not in client.ip("-4", "rule"), what="nothing of the tunnel is left")
    assert not capture.leaks()
    client.run(PPTPSETUP, "--delete", TUNNEL)
    before.again()


def test_a_tunnel_whose_name_of_the_interface_is_taken_does_not_come_up(client, server):
    create(client, server, "--table", TABLE)
    client.ip("link", "add", DEVICE, "type", "veth", "peer", "name", "other")
    try:
        before = BeforeWithFilter(client)
        done = client.run(PPTPSETUP, "--start", TUNNEL, check=False)
        assert done.returncode != 0, done
        before.again()
    finally:
        client.ip("link", "del", DEVICE)


def test_without_pppd_a_vrf_is_left_as_before_if_all_processes_are_killed(client, server):
    client.ip("link", "add", VRF, "type", "vrf", "table", TABLE)
    client.ip("link", "del", VRF)  # the kernel keeps the rule that it makes for its first VRF
    before = BeforeWithFilter(client)
    create(client, server, "--table", TABLE, "--vrf", VRF, "--ppp", "builtin")
    client.run(PPTPSETUP, "--start", TUNNEL)
    assert f"master {VRF}" in client.ip("link", "show", "dev", DEVICE)
    for way in ("-m", MARK), ("-I", VRF):
        client.run("ping", "-n", "-q", "-c", 1, "-W", 5, *way, BEYOND)
    kill_all(pid for pid, words in client.running().items() if f"call {TUNNEL}" in words)
    before.again()


def expect_all(client, link):
    """The tunnel is up, and pptpctl knows it."""
    expect_to_go_through(client, link)
    told = json.loads(client.run(PPTPCTL, "wait", TUNNEL, "--json").stdout)
    assert (told["interface"], told["address"], told["server"]) == (DEVICE, link.local_ip, link.server.address)
    assert DNS in client.run("cat", "/etc/resolv.conf").stdout
    client.run(PPTPCTL, "exec", TUNNEL, "--", "ping", "-n", "-q", "-c", 1, "-W", 5, BEYOND)


def move(client, server, old, new):
    """This host gets another address, as in another network."""
    client.ip("address", "del", f"{old}/24", "dev", "eth0")
    client.ip("address", "add", f"{new}/24", "dev", "eth0")
    client.ip("route", "add", "default", "via", server.address)


@pytest.fixture
def refusing(client, server):
    """A second server, which refuses."""
    server.ip("address", "add", f"{REFUSES}/24", "dev", "eth0")
    yield REFUSES
    server.ip("address", "del", f"{REFUSES}/24", "dev", "eth0")
    if MOVED in client.ip("address", "show", "dev", "eth0"):
        move(client, server, MOVED, client.address)


def test_another_network_a_dead_manager_and_a_tunnel_that_carries_nothing_leave_the_options_as_they_are(client, server, refusing):
    """Server names, the name servers, the watch over what the tunnel carries, and a command in it come back with each redial."""
    before, capture = BeforeWithFilter(client), Capture(client)
    create(client, server, "--server", refusing, "--table", TABLE, "--only-through", "--echo", "1", "--dns", DNS,
           "--alive", "--alive-interval", str(INTERVAL))
    persist(client)
    link = start(client, server)
    expect_all(client, link)
    command = client.start(PPTPCTL, "exec", TUNNEL, "--", "sleep", "1000")

    for old, new in (client.address, MOVED), (MOVED, client.address):
        link.next_session()
        move(client, server, old, new)
        expect_all(client, link)

    link.next_session()
    client.signal_all("pptp-callmgr", signal.SIGKILL)
    expect_all(client, link)

    link.next_session()
    server.nft('table ip nothing { chain in { type filter hook input priority 0; iifname "ppp*" drop; }; }')
    client.syslog.wait(f"callgate-alive: {TUNNEL}: nothing has come through {DEVICE} for {INTERVAL} s", start=link.since)
    server.nft("delete table ip nothing")
    expect_all(client, link)

    os.kill(command.pid, signal.SIGKILL)
    client.signal_all("pppd", signal.SIGKILL)
    assert not capture.leaks()
    client.run(PPTPSETUP, "--delete", TUNNEL)
    before.again()
