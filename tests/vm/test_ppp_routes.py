# SPDX-License-Identifier: GPL-2.0-or-later
"""Networks that pptpsetup sends through a tunnel, set by pppd's ip-up.

Whatever ends the tunnel, the routing table is then the same as before. doc/routing.md explains how.
"""
import os
import signal
from pathlib import Path

import pytest

from lab import programs
from lab.lines import wait_until
from lab.ppp import USERS
from lab.ppp_tunnel import SLOW
from lab.process import proc_statuses
from lab.tunnel import expect_clean

PREFIX = Path(programs.installed().pptp).parents[1]
PPTPSETUP = PREFIX / "sbin/pptpsetup"
BEYOND = "203.0.113.1"  # behind the server
ROUTER = "192.0.2.254"
TAKEN = "10.50.0.0/16"  # goes to the router while there is no tunnel
TUNNEL = "routed"  # the client of other tests has one named vpn

NETWORKS = {
    "everything": (["--default-route"], {"0.0.0.0/1", "128.0.0.0/1"}, [BEYOND]),
    "split tunnel": (["--route", "203.0.113.0/24", "--route", TAKEN], {"203.0.113.0/24", TAKEN},
                     [BEYOND, "10.50.1.1"]),
    "the server's own network": (["--route", "192.0.2.0/24"], {"192.0.2.0/24"}, ["192.0.2.77", ROUTER]),
}


def kill_manager(client):
    """And not its route keeper, which has the same command line."""
    statuses = proc_statuses(client.pids_of("pptp-callmgr"))
    manager, = [pid for pid, status in statuses.items() if status["Name"] != "pptp-routes"]
    os.kill(manager, signal.SIGKILL)


ENDS = {
    "pptpsetup --stop": lambda client, link: client.run(PPTPSETUP, "--stop", TUNNEL, timeout=30 * SLOW),
    "pppd killed": lambda client, link: client.signal_all("pppd", signal.SIGKILL),
    "gateway killed": lambda client, link: os.kill(link.gateway(), signal.SIGKILL),
    "manager killed": lambda client, link: kill_manager(client),
}
CASES = (("split tunnel", "pptpsetup --stop"), ("everything", "pppd killed"),
         ("the server's own network", "gateway killed"), ("everything", "manager killed"))


@pytest.fixture
def client(client, hosts):
    """With Debian's ip-up and ip-down, our scripts for them, and routes that ours may meet."""
    _, server = hosts
    client.install_pptp()  # pptpsetup --start looks for it
    for name in "ip-up", "ip-down":
        script = Path(f"/etc/ppp/{name}").read_text(encoding="utf-8")
        client.write_file(f"/etc/ppp/{name}", script, mode=0o755)
        for part in "callgate-routes", "callgate-up":
            ours = (PREFIX / f"etc/ppp/{name}.d/{part}").read_text(encoding="utf-8")
            client.write_file(f"/etc/ppp/{name}.d/{part}", ours, mode=0o755)
    client.add_route("default", via=ROUTER)
    client.add_route(TAKEN, via=ROUTER)
    server.ip("address", "add", f"{BEYOND}/32", "dev", "lo")
    yield client
    client.run(PPTPSETUP, "--delete", TUNNEL)
    client.run("rm", "/etc/ppp/ip-up", "/etc/ppp/ip-down")
    server.ip("address", "del", f"{BEYOND}/32", "dev", "lo")
    for destination in "default", TAKEN:
        client.ip("route", "del", destination)


def set_up(client, server, *options):
    client.run(PPTPSETUP, "--create", TUNNEL, "--server", server.address, "--username", "alice", "--encrypt",
               "--mtu", "1400", "--password-stdin", *options, input=USERS["alice"] + "\n")


def start(client, server, status=0):
    link = client.start_caller(server, PPTPSETUP, "--start", TUNNEL, log="stdout")
    assert link.pppd.wait_exit(40 * SLOW) == status, link.log.text + link.pppd.stderr.text
    link.log, link.since = client.syslog, client.log_start
    return link.wait_up()


def table(client):
    return client.ip("-4", "route", "show", "table", "all").splitlines()


def device_to(client, address):
    words = client.ip("route", "get", address).split()
    return words[words.index("dev") + 1]


@pytest.mark.parametrize("networks, end", CASES)
def test_networks_go_through_the_tunnel_and_the_table_is_afterwards_as_before(client, server, networks, end):
    options, prefixes, addresses = NETWORKS[networks]
    before = table(client)
    set_up(client, server, *options)
    link = start(client, server)
    client.wait_log(f"callgate-routes: {TUNNEL}: .* networks go through", 20)

    assert {route.dst for route in client.routes() if route.protocol == "48"} == prefixes
    for address in addresses:
        assert device_to(client, address) == link.device
    assert device_to(client, server.address) == "eth0"
    if BEYOND in addresses:
        client.run("ping", "-n", "-q", "-c", 3, "-i", 0.2, "-W", 2, BEYOND)
    link.ping()  # the tunnel's own packets do not go into it

    ENDS[end](client, link)
    wait_until(lambda: table(client) == before, what="the table is as before")
    expect_clean(client, within=10)


def test_a_server_without_a_host_route_in_its_own_tunnel_is_refused_and_the_tunnel_lives(client, server):
    set_up(client, server, "--route", "192.0.2.0/24", "--route", TAKEN)
    peers = Path(client.path(f"/etc/ppp/peers/{TUNNEL}"))
    peers.write_text(peers.read_text().replace("--nolaunchpppd", "--nolaunchpppd --nohostroute"))
    link = start(client, server, status=1)
    assert f"192.0.2.0/24, {TAKEN} do not go through it" in link.pppd.stderr.text
    said = client.wait_log(f"callgate-routes: {TUNNEL}: .* PPTP server {server.address} into the tunnel itself", 20)
    assert "--nohostroute" in said.string
    assert not [route for route in client.routes() if route.protocol == "48"]
    link.ping()
    client.run(PPTPSETUP, "--stop", TUNNEL, timeout=30 * SLOW)
    expect_clean(client, within=10)
