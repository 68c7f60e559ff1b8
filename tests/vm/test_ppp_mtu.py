# SPDX-License-Identifier: GPL-2.0-or-later
"""pptpsetup --mtu auto with pppd. tests/net/test_mtu_auto.py has the same without pppd, and with routers that say what they carry."""
import re

import pytest

from lab import programs
from lab.egress import PREFIX, RUNS_SCRIPTS, Before
from lab.lines import wait_until
from lab.own_time import EVENT
from lab.ppp import USERS
from lab.ppp_tunnel import SLOW

PPTPSETUP, MTU = PREFIX / "sbin/pptpsetup", PREFIX / "libexec/callgate/pptp-mtu"
TUNNEL, DEVICE, VRF, TABLE = "fit", "fit1", "fits", "102"
HEADERS = 20 + 16 + 8  # bytes: IP, GRE, and PPP with MPPE
BY_PINGS = 4 + 8  # bytes by which the measured MTU may be too small
WIDE, NARROW, NARROWER, NARROWEST = 1500, 1300, 1100, 900
VLAN = 4  # bytes that a veth lets in beyond its MTU, for a VLAN's tag
OFTEN = 2  # s; the watch that ip-up starts looks every 30 s


@pytest.fixture
def client(client, hosts):
    _, server = hosts
    client.install_pptp()
    for name in "ip-up", "ip-down":
        client.write_file(f"/etc/ppp/{name}", RUNS_SCRIPTS, mode=0o755)
    yield client
    client.run(PPTPSETUP, "--delete", TUNNEL, check=False)
    client.run("rm", "/etc/ppp/ip-up", "/etc/ppp/ip-down")
    for host in client, server:
        narrow(host, WIDE)


def narrow(host, mtu):
    """The server's interface then drops what is larger, and nobody is told. The client itself knows what its own carries."""
    host.ip("link", "set", "eth0", "mtu", mtu)


def start(client, server):
    link = client.start_caller(server, PPTPSETUP, "--start", TUNNEL, log="stdout")
    assert link.pppd.wait_exit(EVENT) == 0, link.log.text
    link.log, link.since = client.syslog, client.log_start
    return link.wait_up()


def mtu_of(client):
    return int(re.search(r" mtu (\d+) ", client.ip("link", "show", "dev", DEVICE))[1])


def expect_mtu(client, link, path, by=BY_PINGS):
    """The MTU becomes what such a path carries, and packets of this size pass. Returns it."""
    most = path - HEADERS
    wait_until(lambda: most - by <= mtu_of(client) <= most, EVENT, what=f"an MTU of {most}, not {mtu_of(client)}")
    client.run("ping", "-n", "-q", "-c", 1, "-W", 5, "-M", "do", "-s", mtu_of(client) - 28, "-I", DEVICE, link.peer_ip)
    return mtu_of(client)


def watches(client, seconds):
    return [line for line in client.running().values() if re.search(rf"pptp-mtu watch {DEVICE} {TUNNEL} \S+ {seconds}$", line)]


def test_the_mtu_is_what_a_path_carries_at_the_start_and_in_mid_call(client, server):
    client.ip("link", "add", VRF, "type", "vrf", "table", TABLE)
    client.ip("link", "del", VRF)  # the kernel keeps the rule that it makes for its first VRF
    before, links = Before(client), client.ip("-br", "link")
    client.run(PPTPSETUP, "--create", TUNNEL, "--server", server.address, "--username", "alice", "--encrypt", "--mtu", "auto",
               "--table", TABLE, "--vrf", VRF, "--interface", DEVICE, "--password-stdin", input=USERS["alice"] + "\n")
    narrow(server, NARROW)
    link = start(client, server)
    measured = expect_mtu(client, link, NARROW + VLAN)
    client.wait_log(f"callgate-mtu: {TUNNEL}: MTU {measured}, measured on the path through {DEVICE}")
    assert watches(client, 30)

    client.run(MTU, "start", DEVICE, TUNNEL, link.peer_ip, OFTEN, env={"PPTPCTL": programs.installed().pptpctl})
    assert mtu_of(client) == measured
    for host, path, by in (server, NARROWER, BY_PINGS), (client, NARROWEST, 0):
        old = mtu_of(client)
        narrow(host, path)
        new = expect_mtu(client, link, path + VLAN if host is server else path, by)
        client.wait_log(f"callgate-mtu: {TUNNEL}: MTU {new} instead of {old}: the path through {DEVICE} has become narrower")

    client.run(PPTPSETUP, "--stop", TUNNEL, timeout=30 * SLOW)
    before.again()
    narrow(client, WIDE)
    assert client.ip("-br", "link") == links
    wait_until(lambda: not watches(client, OFTEN), what="the end of the watch")
