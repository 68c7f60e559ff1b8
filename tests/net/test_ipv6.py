# SPDX-License-Identifier: GPL-2.0-or-later
"""PPTP over IPv6, which no RFC forbids, and names that have addresses of both families."""
import pytest

from lab.host import Route
from lab.lines import wait_until
from lab.scripted_server import ScriptedServer
from lab.tunnel import SLOW, expect_clean
from lab.wire import Gre, OutgoingCallRequest, StartControlConnectionReply
from over_ipv6 import CLIENT, FAR, SERVER
from ppp_frames import data, numbers
from traffic import expect_traffic

NARROW = 1280  # IPv6 goes no lower
AT_ONCE = 1.5  # s


@pytest.fixture
def up(net6, server6):
    tunnel = net6.dial(server=SERVER)
    return tunnel, server6.take_call()


def test_a_call_over_ipv6_from_its_begin_to_its_end(net6, up):
    tunnel, call = up
    assert call.connection.client == CLIENT
    for size in (4, 64, 1400, 1500):
        expect_traffic(tunnel, call, size=size)
    [connection] = net6.status()["connections"]
    assert (connection["server"], connection["local"]) == (SERVER, CLIENT)
    tunnel.pty.close()
    call.expect_hang_up()
    assert tunnel.wait_exit(AT_ONCE) == 0 and tunnel.errors == []
    expect_clean(net6.client)


def test_packets_that_are_not_of_the_call_are_dropped(net6, up):
    tunnel, call = up
    net6.server.ip("address", "add", "fd09::77/64", "dev", "eth0", "nodad")
    whole = Gre(call.client_call_id, data(9), seq=0).build()
    with ScriptedServer(net6.server, "fd09::77") as stranger:
        stranger.gre.send(whole, CLIENT)
        call.data.send_raw(Gre(call.client_call_id ^ 1, data(9), seq=0).build())
        for size in range(len(whole)):
            call.data.send_raw(whole[:size])
        call.data.send(data(1), seq=0)
        assert tunnel.pty.recv_all() == [data(1)]


def test_packets_out_of_order_are_put_into_order_over_ipv6(up):
    tunnel, call = up
    for number in (0, 3, 2, 1, 4):
        call.data.send(data(number), seq=number)
    assert numbers(tunnel.pty.recv() for _ in range(5)) == [0, 1, 2, 3, 4]


def test_a_host_route_is_kept_for_a_server_behind_a_router(net6, server6):
    net6.client.ip("-6", "route", "add", "default", "via", SERVER)
    net6.server.ip("-6", "address", "add", "fd20::2/128", "dev", "lo", "nodad")
    with ScriptedServer(net6.server, "fd20::2") as far:
        tunnel = net6.dial(server="fd20::2")
        call = far.take_call()

        def host_routes():
            return [Route(r.dst, r.dev, r.gateway) for r in net6.client.routes(family=6)
                    if r.dst == "fd20::2" and r.kind == "unicast"]
        assert host_routes() == [Route("fd20::2", "eth0", SERVER)]
        expect_traffic(tunnel, call)
        tunnel.pty.close()
        call.expect_hang_up()
        wait_until(lambda: host_routes() == [], 2 * SLOW)


def test_a_link_local_server_is_reached_through_its_interface(net6):
    def link_local(host):
        return [words.split("/")[0] for words in
                host.ip("-6", "-o", "address", "show", "dev", "eth0", "scope", "link", "-tentative").split()
                if words.startswith("fe80")]
    wait_until(lambda: link_local(net6.client), what="the client's link-local address")
    [address] = wait_until(lambda: link_local(net6.server), what="the server's link-local address")
    with ScriptedServer(net6.server, f"{address}%eth0") as server:
        tunnel = net6.dial(server=f"{address}%eth0")
        expect_traffic(tunnel, server.take_call())


def test_a_path_that_becomes_narrow_costs_the_first_packet_and_is_named(net6, far6):
    """RFC 4443 "packet too big": the kernel learns the path's MTU and sends fragments."""
    tunnel = net6.dial(server=FAR)
    call = far6.take_call()
    expect_traffic(tunnel, call, size=1400)
    assert tunnel.statistics()["path MTU"] == 1500
    for host, device in ((net6.server, "eth1"), (far6.host, "eth0")):
        host.ip("link", "set", device, "mtu", NARROW)
    tunnel.pty.send(data(9, size=1400))
    net6.client.syslog.wait(rf"GRE to {FAR}: .*set mtu {NARROW - 40 - 16 - 8} in pppd's options")
    for _ in range(3):
        expect_traffic(tunnel, call, size=1400)
    assert len(net6.client.syslog.find("Message too long")) == 1
    counts = tunnel.statistics()
    assert (counts["path MTU"], counts["tx oversize"], counts["tx failed"]) == (NARROW, 0, 0)


# --- failures -------------------------------------------------------------------------------------

def test_an_ipv6_server_that_refuses_is_named_by_its_address(net6):
    net6.dial(server=SERVER).expect_failure(4, SERVER, "1723", "refused", within=AT_ONCE)
    expect_clean(net6.client)


def test_an_ipv6_address_without_a_route_is_unreachable(net):
    net.dial(server="2001:db8::1").expect_failure(4, "2001:db8::1", "unreachable", within=AT_ONCE)
    expect_clean(net.client)


@pytest.mark.parametrize("end, status", [("close", 8), ("reset", 8), ("refuse", 6)])
def test_the_end_of_a_connection_over_ipv6_is_noticed_at_once(net6, server6, end, status):
    tunnel = net6.dial(server=SERVER)
    connection = server6.establish()
    call = server6.call_from(connection, connection.expect(OutgoingCallRequest))
    connection.send(call.reply(result=4 if end == "refuse" else 1))
    if end != "refuse":
        expect_traffic(tunnel, call)
        getattr(connection, end)()
    tunnel.expect_failure(status, SERVER, within=AT_ONCE)
    if end == "refuse":
        connection.expect_stop()
    expect_clean(net6.client)


# --- names with addresses of both kinds -----------------------------------------------------------

def hosts(net, *addresses):
    net.client.mask_file("/etc/hosts", "".join(f"{a} vpn.example\n" for a in addresses))


@pytest.mark.parametrize("addresses", [
    ["2001:db8::1", "10.9.0.2"], [SERVER, "10.9.0.2"], ["10.9.0.2", SERVER],
    ["10.9.0.1", "fd09::1", "10.9.0.2"]],
    ids=["no-route-for-ipv6", "ipv6-refuses", "ipv4-first", "two-refuse"])
def test_the_address_that_answers_is_found(net6, server, addresses):
    """Only IPv4's listens: an AAAA record alone must not break a call (Debian 576671)."""
    hosts(net6, *addresses)
    tunnel = net6.dial(server="vpn.example")
    expect_traffic(tunnel, server.take_call())


def test_a_name_with_only_ipv6_addresses_works(net6, server6):
    hosts(net6, SERVER)
    tunnel = net6.dial(server="vpn.example")
    expect_traffic(tunnel, server6.take_call())


def test_where_no_address_answers_the_last_one_is_named_and_the_log_has_all(net6):
    hosts(net6, "10.9.0.2", SERVER, "10.9.0.1")
    tunnel = net6.dial(server="vpn.example")
    tunnel.expect_failure(4, "vpn.example", "refused", within=AT_ONCE)
    for address in ("10.9.0.2", SERVER, "10.9.0.1"):
        net6.client.syslog.wait(rf"vpn\.example \({address}\)")
    assert len(net6.client.syslog.find("trying the next address")) == 2


def test_an_address_that_does_not_answer_costs_connect_timeout(net6, server):
    """A black hole in front: IPv6 that is announced, and does not work."""
    net6.server.nft("table ip6 hole { chain in { type filter hook input priority 0\n"
                    "tcp dport 1723 drop\n }\n }\n")
    hosts(net6, SERVER, "10.9.0.2")
    tunnel = net6.dial("--connect-timeout", "0.5", server="vpn.example")
    expect_traffic(tunnel, server.take_call())


@pytest.mark.parametrize("bind, client", [("10.9.0.1", "10.9.0.1"), (CLIENT, CLIENT)])
def test_localbind_chooses_among_the_addresses_of_the_name(net6, server, server6, bind, client):
    hosts(net6, "10.9.0.2", SERVER)
    tunnel = net6.dial("--localbind", bind, server="vpn.example")
    call = (server6 if ":" in bind else server).take_call()
    assert call.connection.client == client
    expect_traffic(tunnel, call)


def test_localbind_of_the_other_kind_is_named(net6):
    net6.dial("--localbind", "10.9.0.1", server=SERVER).expect_failure(
        3, SERVER, "no IPv4 address", "--localbind", within=AT_ONCE)


def test_a_connection_that_was_not_pptp_is_not_tried_at_the_next_address(net6, server, server6):
    """The server was reached, and refused: to try its other address would be to hammer it."""
    hosts(net6, "10.9.0.2", "fd09::2")
    tunnel = net6.dial(server="vpn.example")
    first, other = server, server6
    try:
        connection = first.accept(0.5 * SLOW)
    except AssertionError:
        first, other = other, first
        connection = first.accept()
    connection.next()
    connection.send(StartControlConnectionReply(result=4))
    tunnel.expect_failure(5, "vpn.example", "refused", within=AT_ONCE)
    other.expect_no_connection(0.3)
