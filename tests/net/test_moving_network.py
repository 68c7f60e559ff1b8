# SPDX-License-Identifier: GPL-2.0-or-later
"""The network moves under the tunnels, and their host routes follow it."""
import contextlib
import os
import signal
import threading
import time

import pytest

import users
from lab import local_client as lc
from lab.host import Host, connect, switch
from lab.lines import wait_until
from lab.ppp_interface import PointToPoint
from lab.scripted_server import ScriptedServer
from lab.tunnel import SLOW
from over_ipv6 import FAR, SERVER
from ppp_frames import data
from steady_server import SteadyServer
from traffic import expect_traffic, passes_again

TARGET = "10.20.0.2"
HANDFUL = 8  # packets
TUNNELS = 10
HELD = 16  # servers of one user with a host route: callmgr/manager/quotas.hh


class Roads:
    """The client's eth1 is on a network with two gateways, and both lead to the same server."""

    first, second = "10.8.0.2", "10.8.0.3"

    def __init__(self, net):
        self.net, self.client, self.router = net, net.client, net.server
        self.middle, self.other, self.far = Host("middle"), Host("other"), Host("far")
        switch("10.8.0.0/24", self.middle, self.client, self.router, self.other, device="eth1")
        connect("10.20.0.0/24", self.router, self.far, left_device="eth2")
        connect("10.21.0.0/24", self.other, self.far, left_device="eth2", right_device="eth1")
        self.other.add_route(TARGET, via="10.21.0.2")
        for host in (self.router, self.other):
            host.forward()
        for host in (self.client, self.router, self.other, self.far):
            for device in ("all", "default", "eth1"):
                host.sysctl(f"net.ipv4.conf.{device}.rp_filter", 0)
        self.client.add_route("default", via=self.first)
        self.far.add_route("default", via="10.20.0.1")

    def break_first(self):
        self.router.link_down("eth1")

    def take_second(self):
        self.far.ip("route", "replace", "default", "via", "10.21.0.1")
        self.client.ip("route", "replace", "default", "via", self.second)

    def cut(self, seconds):
        """Somebody pulls the client's cable, and plugs it in again."""
        self.middle.link_down("port1")
        time.sleep(seconds)
        self.middle.link_up("port1")

    def flap(self, default=True):
        """The interface goes down and up: the kernel drops its routes, and DHCP or the like sets the default again."""
        self.client.link_down("eth1")
        time.sleep(0.2)
        self.client.link_up("eth1")
        if default:
            self.client.add_route("default", via=self.first)

    def close(self):
        for host in (self.far, self.other, self.middle):
            host.close()


@pytest.fixture
def roads(net):
    roads = Roads(net)
    yield roads
    roads.close()


@pytest.fixture
def target(roads):
    with ScriptedServer(roads.far, TARGET) as server:
        yield server


@pytest.fixture
def on_the_road(net, target):
    """A tunnel through the first gateway, and its call."""
    tunnel = net.dial(server=TARGET)
    call = target.take_call()
    expect_traffic(tunnel, call)
    return tunnel, call


def way_to(host, server, family=4):
    """The (gateway, device) of our host route, or None."""
    found = [(r.gateway, r.dev) for r in host.routes(family)
             if r.dst == server and r.protocol == "47" and r.dev not in ("", "lo")]
    return found[0] if found else None


def ours(host, family=4):
    return host.ip(f"-{family}", "route", "show", "proto", "47").splitlines()


def expect_way(host, server, gateway, device, family=4, within=2.0):
    wait_until(lambda: way_to(host, server, family) == (gateway, device), within * SLOW,
               f"a host route to {server} via {gateway} dev {device}")


# --- another gateway ------------------------------------------------------------------------------

def test_a_live_call_follows_the_default_route_to_another_gateway(roads, on_the_road):
    roads.break_first()
    roads.take_second()
    passes_again(*on_the_road)
    assert way_to(roads.client, TARGET) == (roads.second, "eth1")
    roads.client.syslog.wait(f"host route to {TARGET}: was via {roads.first} dev eth1, "
                             f"is now via {roads.second} dev eth1", 2 * SLOW)


def keep_dialing(net, stop, tunnels, place):
    """As pptp@.service does it, with a shorter pause."""
    while not stop.is_set():
        tunnels[place] = net.dial("--idle-wait", "0.5", "--max-echo-wait", "0.5", "--timeout", "1", server=TARGET)
        while not stop.is_set() and tunnels[place].process.running:
            stop.wait(0.05)
        stop.wait(0.5)


@pytest.mark.parametrize("count", [1, TUNNELS])
def test_tunnels_that_dial_again_come_up_by_the_new_gateway(net, roads, count):
    stop, tunnels = threading.Event(), [None] * count
    with SteadyServer(roads.far, TARGET) as server:
        threads = [threading.Thread(target=keep_dialing, args=(net, stop, tunnels, place)) for place in range(count)]
        for thread in threads:
            thread.start()
        try:
            wait_until(lambda: len(server.heard_since(0)) == count, what="all tunnels")
            roads.break_first()
            time.sleep(2)  # some of the tunnels end and dial again, to the dead gateway
            roads.take_second()
            good = time.monotonic()
            wait_until(lambda: len(server.heard_since(good)) >= count, 5 * SLOW, "all tunnels by the new gateway")
        finally:
            stop.set()
            for thread in threads:
                thread.join()
    assert way_to(roads.client, TARGET) in (None, (roads.second, "eth1"))


def test_a_call_survives_a_renewed_address(roads, on_the_road):
    roads.client.ip("address", "del", "10.8.0.1/24", "dev", "eth1")
    roads.client.ip("address", "add", "10.8.0.1/24", "dev", "eth1")
    roads.client.add_route("default", via=roads.second)
    roads.far.ip("route", "replace", "default", "via", "10.21.0.1")
    expect_way(roads.client, TARGET, roads.second, "eth1")
    passes_again(*on_the_road)


def test_a_call_survives_a_cable_that_was_out(roads, on_the_road):
    with PointToPoint(roads.client) as tunnel_interface:
        tunnel_interface.take_everything()
        roads.cut(3)
        passes_again(*on_the_road)
        assert tunnel_interface.packets <= HANDFUL


# --- the tunnel's own routes ----------------------------------------------------------------------

def test_a_tunnel_never_carries_its_own_packets(net, roads, on_the_road):
    """The kernel removes the host route with the interface, and the tunnel's own routes stay."""
    tunnel, call = on_the_road
    with PointToPoint(net.client, pty=tunnel.pty) as interface:
        interface.take_everything()
        roads.flap(default=False)
        roads.client.ip("route", "flush", "proto", "47")  # the worst case: nothing is left of ours
        for number in range(20):
            tunnel.pty.send(data(number))
            time.sleep(0.05)
        assert interface.packets <= HANDFUL
        roads.client.add_route("default", via=roads.first)
        expect_way(roads.client, TARGET, roads.first, "eth1")
        passes_again(tunnel, call)
        assert interface.packets <= HANDFUL


def test_packets_are_held_back_while_the_only_way_is_the_tunnel_and_the_log_says_so(net, roads, on_the_road):
    tunnel, call = on_the_road
    with PointToPoint(net.client, pty=tunnel.pty) as interface:
        interface.take_everything()
        roads.client.link_down("eth1")
        net.client.syslog.wait(f"the only route to {TARGET} leads through ppp0, which is its own tunnel", 2 * SLOW)
        for number in range(10):
            tunnel.pty.send(data(number))
        time.sleep(0.3)
        assert way_to(net.client, TARGET) is None
        assert any(line.startswith(f"unreachable {TARGET}") for line in ours(net.client))
        assert interface.packets <= HANDFUL
        roads.client.link_up("eth1")
        roads.client.add_route("default", via=roads.first)
        expect_way(roads.client, TARGET, roads.first, "eth1")
        passes_again(tunnel, call)


def test_the_host_route_comes_back_although_the_tunnel_has_replaced_the_default_route(net, roads, on_the_road):
    """pppd's replacedefaultroute leaves no other route that leads to the server."""
    with PointToPoint(net.client) as interface:
        net.client.ip("route", "replace", "default", "dev", "ppp0")
        time.sleep(0.3)
        assert way_to(net.client, TARGET) == (roads.first, "eth1")
        roads.flap(default=False)
        expect_way(net.client, TARGET, roads.first, "eth1")
        passes_again(*on_the_road)
        assert interface.packets <= HANDFUL


def test_the_default_route_may_move_below_the_tunnel_s_two_halves(net, roads, on_the_road):
    with PointToPoint(net.client) as interface:
        interface.take_everything()
        roads.break_first()
        roads.take_second()
        expect_way(net.client, TARGET, roads.second, "eth1")
        passes_again(*on_the_road)
        assert interface.packets <= HANDFUL


def test_an_interface_of_pppd_s_that_was_up_before_the_call_is_an_uplink(net, roads, target):
    """PPPoE: its interface is of the same kind as the tunnels'."""
    with PointToPoint(net.client, "ppp0", "10.66.0.1"):
        tunnel = net.dial(server=TARGET)
        target.take_call()
        net.client.ip("route", "replace", "default", "dev", "ppp0")
        expect_way(net.client, TARGET, "", "ppp0")
        assert tunnel.process.running


def test_another_vpn_that_comes_up_later_carries_the_server_s_packets(net, roads, on_the_road):
    with PointToPoint(net.client, "wg0", "10.67.0.1", ppp=False) as vpn:
        vpn.take_everything()
        expect_way(net.client, TARGET, "", "wg0")
        on_the_road[0].pty.send(data(1))
        wait_until(lambda: vpn.packets, 2 * SLOW)
    expect_way(net.client, TARGET, roads.first, "eth1")
    passes_again(*on_the_road)


# --- others who change routes ---------------------------------------------------------------------

def test_a_host_route_that_somebody_removes_is_set_again(net, roads, on_the_road):
    """A second call manager, or the late route keeper of an earlier one, removes the same route."""
    for _ in range(3):
        net.client.ip("route", "flush", "proto", "47")
        expect_way(net.client, TARGET, roads.first, "eth1")
    expect_traffic(*on_the_road)


def test_the_first_of_two_managers_that_leaves_does_not_cut_off_the_other(net, roads, target, on_the_road):
    other = net.dial(server=TARGET, env={"PPTP_CALLMGR_SOCKET": "/run/lab/other/callmgr.sock"})
    call = target.take_call()
    assert len(net.managers()) == 2
    other.pty.close()
    call.expect_hang_up()
    expect_way(net.client, TARGET, roads.first, "eth1")
    expect_traffic(*on_the_road)
    time.sleep(0.3)
    assert way_to(net.client, TARGET) == (roads.first, "eth1")
    on_the_road[0].pty.close()
    on_the_road[1].expect_hang_up()
    wait_until(lambda: ours(net.client) == [], 2 * SLOW, "both managers' routes gone")


def test_a_host_route_of_somebody_else_s_takes_the_place_of_ours(net, roads, on_the_road):
    net.client.ip("route", "replace", TARGET, "via", roads.second, "proto", "static")
    wait_until(lambda: ours(net.client) == [], 2 * SLOW, "our routes gone")
    on_the_road[0].pty.close()
    on_the_road[1].expect_hang_up()
    expect_clean_but_for_the_foreign_route(net)


def expect_clean_but_for_the_foreign_route(net):
    wait_until(lambda: net.status()["connections"] == [], 2 * SLOW)
    assert f"{TARGET} via {Roads.second} dev eth1 proto static" in net.client.ip("route", "show", TARGET)


def test_a_storm_of_changes_costs_little_and_ends(net, roads, on_the_road):
    batch = "\n".join(f"route {verb} 10.20.{number}.0/24 via {roads.first}"
                      for verb in ("add", "del") for number in range(1, 250)) + "\n"
    lines = len(net.client.syslog.find("host route"))
    for _ in range(4):
        net.client.run("ip", "-batch", "-", input=batch)
    roads.take_second()
    expect_way(net.client, TARGET, roads.second, "eth1")
    time.sleep(0.5)
    assert len(net.client.syslog.find("host route")) == lines + 1


# --- what the kernel's answer may be --------------------------------------------------------------

def replaced_default(roads, *words):
    roads.client.ip("route", "replace", "default", *words)


def the_same_way(host, server=TARGET, beside="10.20.0.9"):
    """The kernel sends to the server as it sends to its neighbour, which has no host route."""
    def path(address):
        return " ".join(host.ip("route", "get", address).split("cache")[0].split()[1:])
    wait_until(lambda: way_to(host, server), 2 * SLOW, "a host route")
    wait_until(lambda: path(server) == path(beside), 2 * SLOW, f"{path(beside)} also for the server")
    return path(server)


def entry(host):
    wait_until(lambda: way_to(host, TARGET), 2 * SLOW, "a host route")
    return " ".join(host.ip("route", "show", "proto", "47", "type", "unicast", "to", TARGET).split())


def test_an_ipv6_gateway_of_an_ipv4_route_is_kept(net, roads, target):
    roads.router.ip("address", "add", "fe80::d/64", "dev", "eth1", "nodad")
    roads.client.ip("-4", "route", "replace", "0.0.0.0/0", "via", "inet6", "fe80::d", "dev", "eth1")
    tunnel = net.dial(server=TARGET)
    expect_traffic(tunnel, target.take_call())
    assert entry(net.client).startswith(f"{TARGET} via inet6 fe80::d dev eth1")


def test_a_gateway_outside_the_prefix_is_kept(net, roads, target):
    roads.router.ip("address", "add", "172.31.1.1/32", "dev", "eth1")
    replaced_default(roads, "via", "172.31.1.1", "dev", "eth1", "onlink")
    tunnel = net.dial(server=TARGET)
    expect_traffic(tunnel, target.take_call())
    assert entry(net.client) == f"{TARGET} via 172.31.1.1 dev eth1 onlink"


def test_one_nexthop_of_several_is_kept(net, roads, target):
    replaced_default(roads, "nexthop", "via", roads.first, "dev", "eth1", "nexthop", "via", roads.first, "dev", "eth1")
    tunnel = net.dial(server=TARGET)
    call = target.take_call()
    expect_traffic(tunnel, call)
    assert entry(net.client) == f"{TARGET} via {roads.first} dev eth1"


def test_a_nexthop_object_is_followed(net, roads, target):
    net.client.ip("nexthop", "add", "id", "7", "via", roads.first, "dev", "eth1")
    replaced_default(roads, "nhid", "7")
    tunnel = net.dial(server=TARGET)
    expect_traffic(tunnel, target.take_call())
    assert way_to(net.client, TARGET) == (roads.first, "eth1")


def test_the_route_s_own_mtu_and_source_are_kept(net, roads, target):
    net.client.ip("address", "add", "10.8.0.77/24", "dev", "eth1")
    replaced_default(roads, "via", roads.first, "src", "10.8.0.77", "mtu", "1300", "advmss", "1200")
    tunnel = net.dial(server=TARGET)
    expect_traffic(tunnel, target.take_call())
    assert "src 10.8.0.77" in entry(net.client)
    assert "mtu 1300 advmss 1200" in entry(net.client).replace("advmss 1200 mtu 1300", "mtu 1300 advmss 1200")
    the_same_way(net.client)
    time.sleep(0.3)
    assert len(net.client.syslog.find("host route to")) == 1


def test_no_host_route_is_held_if_another_table_decides(net, roads, target):
    net.client.ip("route", "add", "default", "via", roads.first, "table", "100")
    net.client.ip("rule", "add", "to", "10.20.0.0/24", "lookup", "100")
    tunnel = net.dial(server=TARGET)
    expect_traffic(tunnel, target.take_call())
    assert ours(net.client) == []
    net.client.ip("rule", "del", "to", "10.20.0.0/24", "lookup", "100")
    expect_way(net.client, TARGET, roads.first, "eth1")
    net.client.ip("rule", "add", "to", "10.20.0.0/24", "lookup", "100")
    wait_until(lambda: ours(net.client) == [], 2 * SLOW, "our routes gone")


def test_a_marked_call_puts_no_route_into_the_main_table(net, roads, target):
    net.client.ip("route", "add", "default", "via", roads.second, "table", "5")
    net.client.ip("rule", "add", "fwmark", "5", "lookup", "5")
    net.dial("--rtmark", "5", server=TARGET)
    target.take_call()
    assert ours(net.client) == []
    net.dial(server=TARGET)
    target.take_call()
    assert way_to(net.client, TARGET) == (roads.first, "eth1")


def test_servers_beside_each_other_each_have_their_route(net, roads):
    near = "10.20.0.3"
    roads.far.ip("address", "add", f"{near}/24", "dev", "eth0")
    with ScriptedServer(roads.far, TARGET) as one, ScriptedServer(roads.far, near) as two:
        pairs = [(net.dial(server=TARGET), one.take_call()), (net.dial(server=near), two.take_call())]
        with PointToPoint(net.client) as interface:
            interface.take_everything()
            roads.flap()
            for server in (TARGET, near):
                expect_way(net.client, server, roads.first, "eth1")
            for pair in pairs:
                passes_again(*pair)


# --- who may have a host route --------------------------------------------------------------------

def test_an_address_that_does_not_answer_gets_no_host_route(net, roads, target):
    net.dial(server=TARGET)
    connection = target.accept()
    time.sleep(0.3)
    assert ours(net.client) == []
    connection.start_request = connection.next()
    assert ours(net.client) == []


def test_one_user_holds_host_routes_to_a_limited_number_of_servers(net, roads, manager):
    servers = [f"10.20.0.{number}" for number in range(100, 100 + HELD + 2)]
    for server in servers:
        roads.far.ip("address", "add", f"{server}/32", "dev", "eth0")
    with contextlib.ExitStack() as stack, SteadyServer(roads.far, "0.0.0.0"):
        for server in servers:
            client = stack.enter_context(contextlib.closing(lc.LocalClient(net.client, users.NOBODY, users.DIP)))
            client.send(lc.call_request(client.network_namespace, server, host_route=True))
            client.expect(lc.CALL_ASSIGNED)
        net.client.syslog.wait(f"uid {users.NOBODY} has calls to {HELD} servers with a host route", 2 * SLOW)
        assert sum(c["host_route"] for c in net.status()["connections"]) == HELD
        assert sum(way_to(net.client, server) is not None for server in servers) == HELD
        net.dial(server=TARGET)  # root's
        expect_way(net.client, TARGET, roads.first, "eth1", within=5)


# --- the end of the manager -----------------------------------------------------------------------

def test_a_manager_that_is_killed_leaves_no_route_in_whatever_state_it_was(net, roads, on_the_road):
    with PointToPoint(net.client) as interface:
        interface.take_everything()
        roads.client.link_down("eth1")
        wait_until(lambda: net.client.syslog.find("the only route"), 2 * SLOW)
        [manager] = net.managers()
        os.kill(manager, signal.SIGKILL)
        wait_until(lambda: ours(net.client) == [], what="our routes gone")


def test_the_next_manager_knows_which_interfaces_are_tunnels(net, roads, target, manager):
    tunnel = net.dial(server=TARGET)
    call = target.take_call()
    with PointToPoint(net.client, pty=tunnel.pty) as interface:
        interface.take_everything()
        new = net.manager("--take-over")
        new.wait_line("took over")
        assert manager.wait_exit(2 * SLOW) == 0
        assert way_to(net.client, TARGET) == (roads.first, "eth1")
        roads.flap()
        expect_way(net.client, TARGET, roads.first, "eth1")
        passes_again(tunnel, call)
        assert interface.packets <= HANDFUL
    tunnel.pty.close()
    call.expect_hang_up()
    wait_until(lambda: ours(net.client) == [], 2 * SLOW, "our routes gone")


# --- IPv6 -----------------------------------------------------------------------------------------

def test_an_ipv6_call_follows_its_gateway_and_never_its_tunnel(net6, far6):
    router = net6.server
    router.ip("address", "add", "fd09::3/64", "dev", "eth0", "nodad")
    tunnel = net6.dial(server=FAR)
    call = far6.take_call()
    expect_traffic(tunnel, call)
    expect_way(net6.client, FAR, SERVER, "eth0", family=6)
    with PointToPoint(net6.client, pty=tunnel.pty) as interface:
        interface.take_everything()
        net6.client.ip("-6", "route", "replace", "default", "via", "fd09::3")
        expect_way(net6.client, FAR, "fd09::3", "eth0", family=6)
        passes_again(tunnel, call)
        net6.client.ip("-6", "route", "del", "default")
        net6.client.ip("-6", "route", "del", FAR, "via", "fd09::3")
        for number in range(10):
            tunnel.pty.send(data(number))
        assert interface.packets <= HANDFUL
        router.ip("address", "add", "fe80::d/64", "dev", "eth0", "nodad")
        net6.client.ip("-6", "route", "add", "default", "via", "fe80::d", "dev", "eth0")
        expect_way(net6.client, FAR, "fe80::d", "eth0", family=6)
        passes_again(tunnel, call)
        assert interface.packets <= HANDFUL
    tunnel.pty.close()
    call.expect_hang_up()
    wait_until(lambda: ours(net6.client, 6) == [], 2 * SLOW, "our routes gone")


def test_an_ipv6_interface_that_flaps_leads_no_packet_into_the_tunnel(net6, far6):
    net6.client.sysctl("net.ipv6.conf.eth0.keep_addr_on_down", 1)
    tunnel = net6.dial(server=FAR)
    call = far6.take_call()
    with PointToPoint(net6.client, pty=tunnel.pty) as interface:
        interface.take_everything()
        net6.client.link_down("eth0")
        for number in range(10):
            tunnel.pty.send(data(number))
            time.sleep(0.02)
        net6.client.link_up("eth0")
        wait_until(lambda: "tentative" not in net6.client.ip("-6", "address", "show", "dev", "eth0"))
        net6.client.ip("-6", "route", "add", "default", "via", SERVER)
        expect_way(net6.client, FAR, SERVER, "eth0", family=6)
        passes_again(tunnel, call)
        assert interface.packets <= HANDFUL
