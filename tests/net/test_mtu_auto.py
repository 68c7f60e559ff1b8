# SPDX-License-Identifier: GPL-2.0-or-later
"""--mtu-auto: the MTU of a tunnel is what the path carries, whether or not routers say what that is."""
import re

import pytest

from lab import programs
from lab.egress import PREFIX
from lab.engine import LOCAL, USER, EngineServer, EngineTunnel, know_secrets
from lab.host import Host, connect
from lab.lines import wait_until
from lab.own_time import EVENT

HEADERS = 20 + 16 + 8  # bytes: IP, GRE, and PPP with MPPE
EXACT, BY_PINGS = 4, 4 + 8  # bytes by which the measured MTU may be too small
WIDE, NARROW, NARROWER = 1500, 1300, 1100
SAYS_NOTHING = "table ip silent { chain output { type filter hook output priority 0; icmp type destination-unreachable drop; }; }"
SIZE, PORT = 1 << 20, 7009
SERVES = f"""
import socket
server = socket.create_server(("{LOCAL}", {PORT}))
print("listening", flush=True)
while True:
    client, _ = server.accept()
    with client, client.makefile("rb") as lines:
        assert len(lines.read({SIZE})) == {SIZE}
        client.sendall(bytes({SIZE}))
"""
TRANSFERS = f"""
import socket
with socket.create_connection(("{LOCAL}", {PORT}), 20) as connection, connection.makefile("rb") as answer:
    connection.sendall(bytes({SIZE}))
    print(len(answer.read({SIZE})))
"""


class Path:
    """A server behind a router. `set` sets what the router's link to the server carries."""

    def __init__(self, net, far):
        self.client, self.router, self.far = net.client, net.server, far
        connect("10.20.0.0/24", self.router, far, left_device="wan")
        self.router.forward()
        far.add_route("default", via="10.20.0.1")
        self.client.add_route("default", via="10.9.0.2")
        know_secrets(self.client)

    def set(self, mtu, silent):
        self.router.ip("link", "set", "wan", "mtu", mtu)
        if silent:
            self.router.nft(SAYS_NOTHING)

    def dial(self, *options, faults=(), pptp_options=("--mtu-auto",)):
        self.server = EngineServer(self.far, "--mppe", "128", faults=faults)
        self.tunnel = EngineTunnel(self.client, "10.20.0.2", "require-mppe-128", *options, pptp_options=pptp_options).wait_up()
        self.client.add_route(LOCAL, device=self.tunnel.device)
        return self.tunnel

    def mtu(self):
        return int(re.search(r" mtu (\d+) ", self.client.ip("link", "show", "dev", self.tunnel.device))[1])

    def expect_mtu(self, path, exact, tolerance=EXACT):
        """The tunnel's MTU becomes what a path of this MTU leaves."""
        most = path - HEADERS
        wait_until(lambda: most - (0 if exact else tolerance) <= self.mtu() <= most, EVENT, what=f"an MTU of {most}, not {self.mtu()}")

    def expect_transfer(self):
        """A megabyte goes to the server, and another one comes back."""
        self.far.start("python3", "-c", SERVES).wait_line("listening", stream="stdout")
        assert self.client.run("python3", "-c", TRANSFERS, timeout=EVENT).stdout.strip() == str(SIZE)


@pytest.fixture
def path(net):
    with Host("far") as far:
        yield Path(net, far)


@pytest.mark.parametrize("silent", (False, True), ids=("routers say it", "no ICMP"))
def test_the_mtu_at_the_start_is_what_the_path_carries(path, silent):
    path.set(NARROW, silent)
    path.client.write_file("/etc/ppp/ip-up", '#!/bin/sh\nip link show dev "$1" >/run/lab/up\n', mode=0o755)
    tunnel = path.dial()
    path.expect_mtu(NARROW, exact=not silent)
    tunnel.log.wait(f"MTU {path.mtu()}, measured on the path to 10.20.0.2")
    wait_until(lambda: f" mtu {path.mtu()} " in open(path.client.path("/run/lab/up"), encoding="ascii").read(), what="ip-up")
    path.expect_transfer()


def test_without_it_nothing_large_passes_such_a_path(path):
    """Otherwise the test above would show nothing."""
    path.set(NARROW, silent=True)
    tunnel = path.dial(pptp_options=())
    assert path.mtu() == WIDE - HEADERS
    tunnel.ping()
    assert path.client.run("ping", "-c", 1, "-W", 1, "-s", 1300, LOCAL, check=False).returncode == 1


@pytest.mark.parametrize("silent", (False, True), ids=("routers say it", "no ICMP"))
def test_a_path_that_becomes_narrow_in_mid_call_is_noticed_and_said(path, silent):
    tunnel = path.dial("lcp-echo-interval", 1)
    path.expect_mtu(WIDE, exact=True)
    path.set(NARROWER, silent)
    path.expect_mtu(NARROWER, exact=not silent)
    tunnel.log.wait(f"MTU {path.mtu()} instead of {WIDE - HEADERS}: the path to 10.20.0.2 has become narrower")
    path.expect_transfer()


def test_a_server_that_answers_no_echo_leaves_the_mtu_as_it_was_and_this_is_said(path):
    tunnel = path.dial(faults=("silent-to-echo",))
    path.expect_mtu(WIDE, exact=True)
    tunnel.log.wait(f"the MTU is not measured, because 10.20.0.2 does not answer large LCP Echo-Requests: it stays {WIDE - HEADERS}")
    path.expect_transfer()


def test_a_narrow_device_of_this_host_is_known_before_anything_is_measured(path):
    """The server hears of it in the negotiation, too."""
    path.client.ip("link", "set", "eth0", "mtu", NARROW)
    path.dial("debug")
    path.expect_mtu(NARROW, exact=True)
    path.tunnel.log.wait(rf"sent \[LCP ConfReq .*<mru {NARROW - HEADERS}>")


# --- pppd's interface -----------------------------------------------------------------------------

def dial_as_pppd(path):
    """A tunnel work whose interface ip-up.d finds as pppd leaves it: its MTU is not measured."""
    peers = 'pty "pptp 10.20.0.2 --nolaunchpppd%s"\n'
    path.client.write_file("/etc/ppp/peers/work", peers % "")
    EngineServer(path.far, "--mppe", "128")
    path.tunnel = EngineTunnel(path.client, "", words=("call", "work", "--ppp", "builtin", "nodetach", "logfd", "2", "user", USER,
                                                       "require-mppe-128")).wait_up()
    path.client.add_route(LOCAL, device=path.tunnel.device)
    path.client.write_file("/etc/ppp/peers/work", peers % " --mtu-auto")


@pytest.mark.parametrize("silent", (False, True), ids=("routers say it", "no ICMP"))
def test_ip_up_measures_pppd_s_interface_with_pings(path, silent):
    dial_as_pppd(path)
    assert path.mtu() == WIDE - HEADERS
    path.set(NARROW, silent)
    path.client.run(PREFIX / "etc/ppp/ip-up.d/callgate-fit", "ppp0", "", "0", path.tunnel.local_ip, LOCAL, "work")
    path.expect_mtu(NARROW, exact=not silent, tolerance=BY_PINGS)
    path.client.syslog.wait(f"callgate-mtu: work: MTU {path.mtu()}, measured on the path through ppp0")
    path.expect_transfer()


def test_a_path_of_pppd_s_interface_that_becomes_narrow_is_noticed_and_said(path):
    dial_as_pppd(path)
    path.client.run(PREFIX / "libexec/callgate/pptp-mtu", "start", "ppp0", "work", LOCAL, 1,
                    env={"PPTPCTL": programs.installed().pptpctl})
    path.expect_mtu(WIDE, exact=True)
    path.client.syslog.wait(f"callgate-mtu: work: MTU {WIDE - HEADERS}, measured")
    path.set(NARROWER, silent=True)
    path.expect_mtu(NARROWER, exact=False, tolerance=BY_PINGS)
    path.client.syslog.wait(f"callgate-mtu: work: MTU {path.mtu()} instead of {WIDE - HEADERS}: the path through ppp0")


def test_a_peer_that_answers_no_ping_leaves_the_mtu_as_it_was_and_this_is_said(path):
    dial_as_pppd(path)
    path.far.sysctl("net.ipv4.icmp_echo_ignore_all", 1)
    path.client.run(PREFIX / "etc/ppp/ip-up.d/callgate-fit", "ppp0", "", "0", path.tunnel.local_ip, LOCAL, "work")
    path.client.syslog.wait(f"callgate-mtu: work: the MTU is not measured, because {LOCAL} does not answer large pings")
    assert path.mtu() == WIDE - HEADERS
