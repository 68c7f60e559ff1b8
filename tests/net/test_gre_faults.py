# SPDX-License-Identifier: GPL-2.0-or-later
"""A network and a server that mistreat GRE: the tunnel stays up, and pppd gets no wrong frame."""
import time

import pytest

from lab.ip_packets import (OPTIONS, PARAMETER_PROBLEM, TIME_EXCEEDED, UNREACHABLE, IpSocket,
                            fragments)
from lab.lines import wait_until
from lab.tunnel import SLOW
from lab.wire import EchoReply, EchoRequest, Gre
from ppp_frames import data, numbers
from traffic import passes_again

REORDER_TIMEOUT = 0.3  # s, the default of --timeout
OUTAGE = 3  # s
SILENCE = 1.0  # s without a packet


@pytest.fixture
def up(net, server):
    tunnel = net.dial("--loglevel", "2")
    return tunnel, server.take_call()


@pytest.fixture
def ip(net):
    with IpSocket(net.server, net.server.address, net.client.address) as sender:
        yield sender


def deliver(tunnel, call, sequence_numbers):
    """Sends a frame under each number, and returns the places in that order of what pppd gets."""
    for place, number in enumerate(sequence_numbers):
        call.data.send(data(place), seq=number & 0xFFFFFFFF)
    return numbers(tunnel.pty.recv_all(REORDER_TIMEOUT + 0.2 * SLOW))


# --- IP -------------------------------------------------------------------------------------------

@pytest.mark.parametrize("options", OPTIONS)
def test_packets_with_ip_options_are_taken(up, ip, options):
    tunnel, call = up
    for number in range(3):
        packet = Gre(call.client_call_id, data(number, size=300), seq=number).build()
        ip.send(packet, options=OPTIONS[options])
        assert tunnel.pty.recv() == data(number, size=300)


def test_packets_with_ip_options_are_dropped_where_they_are_cut_short(up, ip):
    tunnel, call = up
    packet = Gre(call.client_call_id, data(9), seq=0).build()
    for size in range(len(packet)):
        ip.send(packet[:size], options=OPTIONS["record-route"])
    call.data.send(data(1), seq=0)
    assert tunnel.pty.recv_all() == [data(1)]


@pytest.mark.parametrize("order", ["in-order", "reversed", "twice"])
def test_a_packet_in_fragments_is_put_together(up, ip, order):
    tunnel, call = up
    packet = Gre(call.client_call_id, data(5, size=1400), seq=0).build()
    pieces = fragments(packet, 256)
    if order == "reversed":
        pieces.reverse()
    elif order == "twice":
        pieces = pieces[:-1] + pieces
    for offset, more, octets in pieces:
        ip.send(octets, identification=7, offset=offset, more=more)
    assert tunnel.pty.recv() == data(5, size=1400)


def test_a_packet_that_lacks_a_fragment_costs_itself_only(up, ip):
    tunnel, call = up
    pieces = fragments(Gre(call.client_call_id, data(5, size=1400), seq=0).build(), 256)
    for offset, more, octets in pieces[:2] + pieces[3:]:
        ip.send(octets, identification=7, offset=offset, more=more)
    for number in (1, 2):
        call.data.send(data(number), seq=number)
    assert numbers(tunnel.pty.recv_all()) == [1, 2]


def test_packets_of_60000_octets_are_dropped_and_counted(up):
    tunnel, call = up
    for size in (60_000, 65_000):
        call.data.send(data(9, size), seq=0)
    call.data.send(data(1), seq=0)
    assert tunnel.pty.recv_all() == [data(1)]
    assert tunnel.statistics()["rx oversize"] == 2


# --- sequence numbers -----------------------------------------------------------------------------

WRAP = 0x1_0000_0000


@pytest.mark.parametrize("order, delivered", [
    ([-5, -4, -3, -2, -1, 0, 1, 2], [0, 1, 2, 3, 4, 5, 6, 7]),
    ([-5, -4, -3, -1, 0, -2, 1, 2], [0, 1, 2, 5, 3, 4, 6, 7]),
    ([-5, -4, -3, 1, 0, -1, -2, 2], [0, 1, 2, 6, 5, 4, 3, 7]),
    ([-5, -4, -3, 0, -3, 0, -2, -1], [0, 1, 2, 6, 7, 3]),
    ([-5, -4, -3, 1, 2], [0, 1, 2, 3, 4])],
    ids=["in-order", "swapped", "reversed", "with-duplicates", "with-loss"])
def test_sequence_numbers_wrap(up, order, delivered):
    tunnel, call = up
    assert deliver(tunnel, call, [WRAP + number for number in order]) == delivered
    call.data.recv_ack(order[delivered[-1]] & 0xFFFFFFFF)


@pytest.mark.parametrize("jump, run", [(303, 6), (1000, 6), (30_000, 102)])
def test_a_jump_ahead_is_followed_once_it_is_proven(up, jump, run):
    """An outage lost more than the window holds: as many packets in a row as it lost windows are no accident."""
    tunnel, call = up
    delivered = deliver(tunnel, call, [0, 1, *range(jump, jump + run + 3)])
    assert delivered == [0, 1, *range(run + 2 - 6, run + 5)]
    call.data.recv_ack(jump + run + 2)
    assert tunnel.statistics()["rx resyncs"] == 1


@pytest.mark.parametrize("wild", [310, 5000, 0x7FFF_FFFF, 0x8000_0001, 0xFFFF_FFFF], ids=hex)
def test_a_single_wild_number_changes_nothing(up, wild):
    tunnel, call = up
    assert deliver(tunnel, call, [0, 1, wild, 2, 3, wild, 4]) == [0, 1, 3, 4, 6]
    assert call.data.recv_ack(4).gre.ack == 4
    assert tunnel.statistics()["rx resyncs"] == 0


@pytest.mark.parametrize("count", [5, 100])
def test_numbers_behind_are_late_however_long_the_server_was_silent(up, count):
    """Anyone knows that a numbering begins at 0."""
    tunnel, call = up
    assert deliver(tunnel, call, range(count)) == [*range(count)]
    time.sleep(SILENCE)
    assert deliver(tunnel, call, range(count)) == []
    assert deliver(tunnel, call, [count]) == [0]


def test_a_call_that_begins_shortly_before_the_wrap_loses_nothing(up):
    tunnel, call = up
    assert deliver(tunnel, call, [-2, -1, 0, 1, 2]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("ack", [None, 0])
def test_a_sequence_number_without_a_payload_is_used_up(up, ack):
    tunnel, call = up
    assert deliver(tunnel, call, [0, 1]) == [0, 1]
    call.data.send_raw(Gre(call.client_call_id, b"", 2, ack).build(flags=0x3001 if ack is None else 0x3081))
    start = time.monotonic()
    call.data.send(data(3), seq=3)
    assert tunnel.pty.recv() == data(3)
    assert time.monotonic() - start < REORDER_TIMEOUT * 0.8
    counts = tunnel.statistics()
    assert (counts["rx accepted"], counts["rx lost"], counts["rx buffered"]) == (3, 0, 0)


@pytest.mark.parametrize("ahead, delivered", [(5, [0, 2, 3, 4, 5, 1]), (6, [0, 2, 3, 4, 5, 6])])
def test_missing_window_sets_how_far_ahead_a_packet_is_believed(net, server, ahead, delivered):
    tunnel = net.dial("--missing-window", "5")
    call = server.take_call()
    assert deliver(tunnel, call, [0, ahead + 1, *range(1, ahead)])[:6] == delivered


# --- ICMP -----------------------------------------------------------------------------------------

def reject_gre(host, how):
    host.nft("table ip fence { chain in { type filter hook input priority 0\n"
             f"meta l4proto gre {how}\n }}\n }}\n")


@pytest.mark.parametrize("answer", ["prot-unreachable", "port-unreachable", "host-unreachable",
                                    "net-unreachable", "admin-prohibited", "host-prohibited"])
def test_the_tunnel_outlives_what_a_firewall_answers_by(net, up, answer):
    tunnel, call = up
    reject_gre(net.server, f"reject with icmp type {answer}")
    seen = net.client.snmp("Icmp", "InDestUnreachs")
    for number in range(5):
        tunnel.pty.send(data(number))
    wait_until(lambda: net.client.snmp("Icmp", "InDestUnreachs") > seen)
    net.server.nft("delete table ip fence\n")
    passes_again(tunnel, call)
    assert tunnel.process.running


def test_no_icmp_error_ends_the_tunnel(up, ip):
    """Every code of every error, about a packet of ours and about one that we never sent."""
    tunnel, call = up
    tunnel.pty.send(data(0))
    packet = call.data.recv_data()
    ours = packet.ip_header + packet.octets[:8]
    never_sent = packet.ip_header + b"\x30\x01\x88\x0b\x00\x20\xff\xff"
    for about in (ours, never_sent):
        for kind, codes in ((UNREACHABLE, range(16)), (TIME_EXCEEDED, range(2)),
                            (PARAMETER_PROBLEM, range(3))):
            for code in codes:
                ip.send_icmp(kind, code, about, rest=1400)
                tunnel.pty.send(data(code))
        passes_again(tunnel, call)
    assert tunnel.statistics()["rx OS errors"] + tunnel.statistics()["tx failed"] > 0


def test_a_narrow_path_costs_the_first_packet_and_is_named(net, far):
    """RFC 792 "fragmentation needed": the kernel learns the path's MTU and sends fragments."""
    net.server.ip("link", "set", "eth1", "mtu", "1000")
    tunnel = net.dial(server=far.address)
    call = far.take_call()
    tunnel.pty.send(data(0, size=1400))
    net.client.syslog.wait("set mtu 956 in pppd's options")
    for number in range(1, 4):
        tunnel.pty.send(data(number, size=1400))
    payloads = [call.data.recv_data().gre.payload for _ in range(3)]
    assert payloads[-1] == data(3, size=1400)


def test_a_device_that_becomes_narrow_costs_no_packet_and_shows_in_the_statistics(net, up):
    """Nobody on the way has to say it: the kernel sends fragments at once."""
    tunnel, call = up
    assert tunnel.statistics()["path MTU"] == 1500
    net.client.ip("link", "set", "eth0", "mtu", "1000")
    for number in range(3):
        tunnel.pty.send(data(number, size=1400))
        assert call.data.recv_data().gre.payload == data(number, size=1400)
    assert tunnel.statistics()["path MTU"] == 1000


def test_packets_whose_time_is_exceeded_on_the_way_do_no_harm(net, far):
    tunnel = net.dial(server=far.address)
    call = far.take_call()
    net.client.sysctl("net.ipv4.ip_default_ttl", 1)
    for number in range(5):
        tunnel.pty.send(data(number))
    wait_until(lambda: net.client.snmp("Icmp", "InTimeExcds") > 0)
    net.client.sysctl("net.ipv4.ip_default_ttl", 64)
    passes_again(tunnel, call)


# --- our own host ---------------------------------------------------------------------------------

def test_the_tunnel_outlives_a_firewall_of_our_own(net, up):
    """sendmsg() says EPERM: the peer's defect 9 was to end."""
    tunnel, call = up
    net.client.nft("table ip own { chain out { type filter hook output priority 0\n"
                   "meta l4proto gre drop\n }\n }\n")
    tunnel.pty.send(data(1))
    net.client.syslog.wait("firewall on this host forbids it")
    net.client.nft("delete table ip own\n")
    passes_again(tunnel, call)


def test_the_tunnel_outlives_the_loss_of_its_route(net, server):
    """ENETUNREACH. The call holds no host route, which the manager would set again."""
    tunnel = net.dial("--nohostroute")
    call = server.take_call()
    net.client.ip("route", "delete", "10.9.0.0/24", "dev", "eth0")
    tunnel.pty.send(data(1))
    net.client.syslog.wait("no route to the server")
    net.client.add_route("10.9.0.0/24", device="eth0")
    passes_again(tunnel, call)


def test_no_packet_is_lost_if_somebody_removes_the_host_route_and_the_one_that_it_came_from(net, up):
    tunnel, call = up
    for destination in (net.server.address, "10.9.0.0/24"):  # the first one is the host route
        net.client.ip("route", "delete", destination, "dev", "eth0")
    net.client.syslog.wait("it was gone, and is set again dev eth0")
    passes_again(tunnel, call)


@pytest.mark.parametrize("side", ["client", "server"])
def test_the_tunnel_outlives_an_outage_of_the_network(net, up, side):
    """Far shorter than --idle-wait. Frames in the outage are lost; nothing else is."""
    tunnel, call = up
    host = getattr(net, side)
    host.link_down("eth0")
    deadline = time.monotonic() + OUTAGE
    while time.monotonic() < deadline:
        tunnel.pty.send(data(1))
        time.sleep(0.1)
    assert tunnel.process.running
    host.link_up("eth0")
    passes_again(tunnel, call)
    call.connection.send(EchoRequest(identifier=3))
    assert call.connection.expect(EchoReply).identifier == 3
