# SPDX-License-Identifier: GPL-2.0-or-later
"""ip-up.d/callgate-routes, run as pppd runs it, beside real gateways.

tests/vm/test_ppp_routes.py has the whole, with pppd.
"""
import contextlib
import json
import os
from pathlib import Path

import pytest

from lab import programs
from lab.egress import Exits
from lab.engine import EngineServer, EngineTunnel, know_secrets
from lab.lines import wait_until
from lab.ppp_interface import PointToPoint
from lab.tunnel import SLOW

SCRIPT = Path(programs.installed().pptp).parents[1] / "etc/ppp/ip-up.d/callgate-routes"
HALVES = {"0.0.0.0/1", "128.0.0.0/1"}
STRANGER = "203.0.113.77"
AS_IN_A_UNIT = ("setpriv", "--bounding-set=-sys_ptrace", "--inh-caps=-sys_ptrace", "--")
CONNECTS_GRE = f"""
import socket, time
gre = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47)
gre.connect(("{STRANGER}", 0))
print("connected", flush=True)
time.sleep(1000)
"""


PPTPCTL = programs.installed().pptpctl

interfaces = []


@pytest.fixture(autouse=True)
def no_interface_is_left(net):
    yield
    while interfaces:
        interfaces.pop().close()


class IpUp:
    """The script, for the tunnel `routed` on ppp0, whose call the gateway on `tunnel` has."""

    def __init__(self, net, tunnel, *networks):
        self.host = net.client
        interfaces.append(PointToPoint(self.host, "ppp0"))
        self.host.write_file("/etc/ppp/callgate/routed.routes", "\n".join([*networks, ""]))
        self.pppd = self.host.start("sleep", "1000", stdin=tunnel.pty.slave)

    def run(self, *wrapper):
        return self.host.run(*wrapper, SCRIPT, "ppp0", "", "0", "10.99.0.2", "10.99.0.1", "routed",
                             env={"PPPD_PID": str(self.pppd.inner_pid)}, check=False, timeout=20 * SLOW).returncode

    def routes(self):
        return {route.dst for route in self.host.routes() if route.protocol == "48"}

    @contextlib.contextmanager
    def never_sets_a_route(self):
        """Not for a moment: one is enough for a loop, and the loop to cost the tunnel its MPPE."""
        changes = self.host.start("ip", "monitor", "route")

        def seen(mark):
            for verb in "add", "del":
                self.host.ip("route", verb, mark, "dev", "ppp0")
            return changes.stdout.find(mark)
        wait_until(lambda: seen("192.0.2.1"))
        yield
        wait_until(lambda: seen("192.0.2.2"))
        assert not changes.stdout.find("proto 48")

    def says(self, words):
        return self.host.syslog.wait(f"callgate-routes: routed: .*{words}").string


@pytest.fixture(params=(AS_IN_A_UNIT, ()), ids=("as in a unit", "with all rights"))
def wrapper(request, net):
    if not os.path.exists("/sys/fs/cgroup/cgroup.procs"):  # as it is where systemd is process 1
        net.client.run("mount", "-t", "cgroup2", "cgroup2", "/sys/fs/cgroup")
    return request.param


def dial(net, server, *options):
    tunnel = net.dial(*options, server=server.address)
    net.wait_up(server.take_call())
    return tunnel


def add_a_stranger_s_gre_socket(net):
    net.client.start("python3", "-c", CONNECTS_GRE).wait_line("connected", stream="stdout")


def test_another_s_gre_socket_takes_no_route_away(net, far, wrapper):
    up = IpUp(net, dial(net, far), "default")
    add_a_stranger_s_gre_socket(net)
    assert up.run(*wrapper) == 0
    assert up.routes() == HALVES
    assert up.pppd.running
    assert STRANGER in up.says("packets of other tunnels now go through this one")


def test_everything_ends_the_tunnel_if_its_own_packets_would_go_into_it(net, far, wrapper):
    up = IpUp(net, dial(net, far, "--nohostroute"), "default")
    add_a_stranger_s_gre_socket(net)
    with up.never_sets_a_route():
        assert up.run(*wrapper) == 1
    assert up.pppd.wait_exit(5 * SLOW) == -15
    assert not up.routes()
    assert "--nohostroute" in up.says(f"so it ends: .* PPTP server {far.address} into the tunnel itself")


def test_a_half_that_cannot_be_set_ends_the_tunnel(net, far):
    up = IpUp(net, dial(net, far), "default")
    up.host.link_down("ppp0")
    assert up.run() == 1
    assert up.pppd.wait_exit(5 * SLOW) == -15
    up.says("so it ends: .*(?:not up|down)")


@pytest.mark.parametrize("network", ["10.20.0.0/16", "10.20.0.2", "0.0.0.0/0", "10.20.0.0/30"])
def test_networks_that_have_its_own_server_are_not_set_and_the_tunnel_lives(net, far, network):
    up = IpUp(net, dial(net, far, "--nohostroute"), "10.30.0.0/16", network)
    with up.never_sets_a_route():
        assert up.run() == 1
    assert not up.routes()
    assert up.pppd.running
    up.says(f"none of the networks .* PPTP server {far.address} into the tunnel itself")


@pytest.mark.parametrize("network", ["10.20.0.0/16", "10.20.0.2", "10.20.0.0/30"])
def test_networks_do_not_matter_if_the_packets_go_by_another_table(net, far, network):
    """The rule comes before the table that has the tunnel's networks."""
    net.client.ip("route", "add", "default", "via", net.server.address, "table", "100")
    net.client.ip("rule", "add", "to", far.address, "table", "100")
    up = IpUp(net, dial(net, far, "--nohostroute"), network)
    assert up.run() == 0
    assert up.routes() == {network}


def test_another_tunnel_of_this_host_is_not_taken_for_this_one(net, far, server):
    """The other's server has no host route, and this tunnel's server has one."""
    other = dial(net, server, "--nohostroute")
    up = IpUp(net, dial(net, far), "default", f"{server.address}/32")
    assert other.process.running
    assert up.run() == 0
    assert HALVES <= up.routes()
    assert up.pppd.running
    assert server.address in up.says("packets of other tunnels now go through this one")


def test_a_tunnel_without_pppd_knows_its_own_server(net):
    """Its gateway is a child of the tunnel process, and holds no pty."""
    host, server = net.client, net.server.address
    host.write_file("/etc/ppp/callgate/routed.routes", f"{server}/32\n")
    host.write_file("/etc/ppp/ip-up", f'#!/bin/sh\nexec {SCRIPT} "$@"\n', mode=0o755)
    know_secrets(host)
    EngineServer(net.server)
    EngineTunnel(host, server, "ipparam", "routed", pptp_options=("--nohostroute",))
    host.syslog.wait(f"callgate-routes: routed: none of the networks .* PPTP server {server} into the tunnel itself",
                     10 * SLOW)


def test_a_tunnel_without_pppd_is_not_taken_for_one_with_pppd(net, far):
    know_secrets(net.client)
    EngineServer(net.server)
    EngineTunnel(net.client, net.server.address, "unit", "7", pptp_options=("--nohostroute",)).wait_up()
    up = IpUp(net, dial(net, far), f"{net.server.address}/32")
    assert up.run() == 0
    assert net.server.address in up.says("packets of other tunnels now go through this one")


def test_a_tunnel_without_one_of_its_networks_is_not_said_to_be_up(net):
    EngineServer(net.server)
    exits = Exits(net.client, net.server)
    exits.configure("one", routes=("10.65.8.0/24", "172.16.2.3/12"))
    one = exits.start("one").wait_up()
    exits.client.syslog.wait("one: cannot send 172.16.2.3/12 through")
    waited = exits.client.run(PPTPCTL, "wait", "one", check=False)
    assert waited.returncode == 1
    assert f"one is up ({one.device}), but without these networks: 172.16.2.3/12. The lines of callgate-routes" in waited.stderr
    told = json.loads(exits.client.run(PPTPCTL, "wait", "one", "--json", check=False).stdout)
    assert (told["state"], told["missing"], told["interface"]) == ("without routes", ["172.16.2.3/12"], one.device)
