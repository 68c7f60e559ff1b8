# SPDX-License-Identifier: GPL-2.0-or-later
"""A server assigns an address that this host has already, to a tunnel whose table has a rule for its address."""
import pytest

from lab.egress import BEYOND, Before, Exits
from lab.engine import EngineServer

ASSIGNED = "10.0.0.2"


def serve(net, address):
    exits = Exits(net.client, net.server)
    exits.server_process = EngineServer(net.server, "--remote", address)
    exits.configure("one", "table 101", "mark 5")
    return exits


def give_address(host, device):
    host.ip("address", "add", ASSIGNED, "peer", "10.0.0.99", "dev", device)
    host.link_up(device)


def ends(exits, owner, address):
    tunnel = exits.start("one")
    tunnel.process.wait_exit(60)
    exits.client.syslog.wait(f"one: cannot send its packets through .*, so it ends: the server has assigned {address}, which {owner} has")
    assert not exits.client.syslog.find("networks go through")
    exits.wait_no_rules()


def test_a_server_cannot_divert_what_this_host_sends_from_its_own_address(net):
    exits = serve(net, net.client.address)
    net.server.ip("rule", "add", "priority", "1", "to", net.client.address, "lookup", "7")  # its own tunnel has this route, too
    net.server.ip("route", "add", net.client.address, "dev", "eth0", "table", "7")
    net.client.ip("route", "add", "default", "via", net.server.address)
    before = Before(net.client)
    assert exits.seen_from(source=net.client.address) == net.client.address
    ends(exits, "eth0", net.client.address)
    before.again()
    assert f"{BEYOND} from {net.client.address} via" in net.client.ip("route", "get", BEYOND, "from", net.client.address)


def test_an_uplink_that_is_a_tunnel_keeps_its_packets_too(net):
    """Such as PPPoE, or a tunnel without a table."""
    exits = serve(net, ASSIGNED)
    net.client.ip("tuntap", "add", "dev", "uplink", "mode", "tun")
    give_address(net.client, "uplink")
    net.client.ip("route", "add", BEYOND, "dev", "uplink")
    ends(exits, "uplink", ASSIGNED)


@pytest.mark.parametrize("table", ([], ["table", "102", "proto", "48"]), ids=["comes up", "is up"])
def test_two_servers_may_assign_the_same_address_to_tunnels_with_tables(net, table):
    exits = serve(net, ASSIGNED)
    net.client.ip("tuntap", "add", "dev", "other", "mode", "tun")
    give_address(net.client, "other")
    if table:
        net.client.ip("route", "add", "default", "dev", "other", *table)
    assert exits.dial("one").local_ip == ASSIGNED
    assert exits.seen_from(mark=5) == ASSIGNED
