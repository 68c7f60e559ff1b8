# SPDX-License-Identifier: GPL-2.0-or-later
"""Which PPP frames pass unchanged between the pty and GRE, and what does not pass."""
import time

import pytest

from lab import hdlc
from lab.gre_socket import GreSocket
from lab.lines import wait_until
from lab.own_time import Stopwatch
from lab.scripted_server import ScriptedServer
from lab.tunnel import SLOW
from lab.wire import Gre, OutgoingCallRequest
from ppp_frames import data, numbers

REORDER_TIMEOUT = 0.3  # s, the default of --timeout


@pytest.fixture
def up(net, server):
    """A tunnel that is up: (its client end, its server end)."""
    tunnel = net.dial("--loglevel", "2")
    return tunnel, server.take_call()


# --- from pppd to the server ----------------------------------------------------------------------

def test_sequence_numbers_start_at_0_and_count_packets(up):
    """RFC 2637 section 4.1. Gre.parse checks flags, version, protocol and payload length."""
    tunnel, call = up
    for number in range(20):
        tunnel.pty.send(data(number, size=10 * number + 4))
    packets = [call.data.recv_data() for _ in range(20)]
    assert [packet.gre.seq for packet in packets] == list(range(20))
    assert [packet.gre.payload for packet in packets] == [data(n, size=10 * n + 4)
                                                          for n in range(20)]
    assert {packet.source for packet in packets} == {call.connection.client}


@pytest.mark.drop_in
@pytest.mark.parametrize("size", [4, 5, 64, 1399, 1400, 1500])
def test_frames_from_pppd_reach_the_server_whole(up, size):
    tunnel, call = up
    tunnel.pty.send(data(1, size))
    assert call.data.recv_data().gre.payload == data(1, size)


@pytest.mark.drop_in
def test_every_octet_value_passes_both_ways(up):
    tunnel, call = up
    frame = data(0, size=300)
    assert set(frame) == set(range(256))
    tunnel.pty.send(frame)
    assert call.data.recv_data().gre.payload == frame
    call.data.send(frame)
    assert tunnel.pty.recv() == frame


def test_frames_that_arrive_in_pieces_of_any_size_are_whole(up):
    tunnel, call = up
    stream = b"".join(hdlc.encode(data(n)) for n in range(3))
    for piece in range(1, len(stream), 17):
        tunnel.pty.write(stream[:piece])
        tunnel.pty.write(stream[piece:])
        assert numbers(call.data.recv_data().gre.payload for _ in range(3)) == [0, 1, 2]


def test_one_flag_between_two_frames_is_enough(up):
    tunnel, call = up
    tunnel.pty.write(hdlc.encode(data(1))[:-1] + hdlc.encode(data(2)))
    assert numbers(call.data.recv_data().gre.payload for _ in range(2)) == [1, 2]


@pytest.mark.parametrize("noise", [
    hdlc.encode(data(5), bad_fcs=True), hdlc.encode(data(5))[:-3] + b"\x7e", b"\x7e\x7d\x7e",
    hdlc.encode(data(5))[:-1] + b"\x7d\x7e", b"\x7e\x01\x7e", b"\x7e" * 50,
    b"\x7eusing channel 1\r\nUsing interface ppp0\r\n\x7e",
    b"\x7e" + bytes([0x41]) * 100_000 + b"\x7e"],
    ids=["bad-fcs", "cut-short", "abort", "abort-after-a-frame", "runt", "flags", "debug-text",
         "oversize"])
def test_what_is_no_good_frame_is_not_sent(up, noise):
    tunnel, call = up
    tunnel.pty.send(data(1))
    tunnel.pty.write(noise)
    tunnel.pty.send(data(2))
    packets = [call.data.recv_data() for _ in range(2)]
    assert numbers(packet.gre.payload for packet in packets) == [1, 2]
    assert [packet.gre.seq for packet in packets] == [0, 1]


# --- from the server to pppd ----------------------------------------------------------------------

@pytest.mark.drop_in
@pytest.mark.parametrize("size", [4, 5, 64, 1399, 1400, 1500])
def test_frames_from_the_server_reach_pppd_whole(up, size):
    tunnel, call = up
    call.data.send(data(1, size), seq=1)
    assert tunnel.pty.recv() == data(1, size)


@pytest.mark.parametrize("first", [0, 1, 5000, 2**32 - 3])
def test_the_server_may_start_with_any_sequence_number(up, first):
    tunnel, call = up
    call.data.next_seq = first
    for number in range(6):
        call.data.send(data(number))
    assert numbers(tunnel.pty.recv() for _ in range(6)) == [0, 1, 2, 3, 4, 5]


def test_a_burst_arrives_complete_and_in_order(up):
    tunnel, call = up
    for number in range(500):
        call.data.send(data(number, size=1400))
        if number % 50 == 49:  # not more than the pty and the socket hold
            received = numbers(tunnel.pty.recv() for _ in range(50))
            assert received == list(range(number - 49, number + 1))


@pytest.mark.parametrize("order", [[0, 2, 1, 3], [0, 3, 2, 1, 4], [0, 1, 5, 4, 3, 2, 6],
                                   [0, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1]], ids=str)
def test_packets_out_of_order_are_put_into_order(up, order):
    """RFC 2637 section 4.3: out of order frames must not be delivered."""
    tunnel, call = up
    for number in order:
        call.data.send(data(number), seq=number)
    assert numbers(tunnel.pty.recv() for _ in order) == sorted(order)


def test_a_gap_is_given_up_after_the_timeout_and_what_comes_later_is_late(up):
    tunnel, call = up
    call.data.send(data(0), seq=0)
    assert numbers([tunnel.pty.recv()]) == [0]
    start = Stopwatch()
    call.data.send(data(2), seq=2)
    call.data.send(data(3), seq=3)
    assert numbers(tunnel.pty.recv() for _ in range(2)) == [2, 3]
    assert start.seconds >= REORDER_TIMEOUT * 0.8 and start.own_seconds <= REORDER_TIMEOUT + 0.5 * SLOW
    call.data.send(data(1), seq=1)
    call.data.send(data(4), seq=4)
    assert numbers(tunnel.pty.recv_all()) == [4]
    counts = tunnel.statistics()
    assert (counts["rx accepted"], counts["rx lost"], counts["rx under win"]) == (4, 1, 1)


@pytest.mark.parametrize("option, value", [("--timeout", "1.0"), ("--timeout", "0.05")])
def test_the_timeout_option_sets_how_long_a_gap_is_waited_for(net, server, option, value):
    tunnel = net.dial(option, value)
    call = server.take_call()
    call.data.send(data(0), seq=0)
    tunnel.pty.recv()
    start = Stopwatch()
    call.data.send(data(2), seq=2)
    tunnel.pty.recv()
    assert start.seconds >= float(value) * 0.8 and start.own_seconds <= float(value) + 0.5 * SLOW


def test_a_number_that_comes_without_a_payload_is_used_up_and_not_waited_for(net, server):
    tunnel = net.dial("--timeout", "10")
    call = server.take_call()
    call.data.send(data(0))
    assert tunnel.pty.recv() == data(0)
    start = Stopwatch()
    call.data.send(b"")
    call.data.send(data(2))
    assert tunnel.pty.recv() == data(2)
    assert start.own_seconds < 1.0 * SLOW
    counts = tunnel.statistics()
    assert counts["rx lost"] == counts["rx invalid"] == 0


def test_nobuffer_delivers_at_once_and_drops_what_is_late(net, server):
    tunnel = net.dial("--nobuffer")
    call = server.take_call()
    for number in (0, 2, 1, 3):
        call.data.send(data(number), seq=number)
    assert numbers(tunnel.pty.recv_all()) == [0, 2, 3]


@pytest.mark.parametrize("order, delivered", [
    ([0, 0, 1, 1, 2], [0, 1, 2]), ([0, 1, 2, 0, 1, 3], [0, 1, 2, 3]),
    ([10, 12, 12, 11, 13], [10, 11, 12, 13]), ([10, 12, 10, 11], [10, 11, 12]),
    ([10, 13, 12, 13, 11, 12], [10, 11, 12, 13])], ids=str)
def test_duplicates_are_never_delivered_and_harm_no_other_packet(up, order, delivered):
    tunnel, call = up
    for number in order:
        call.data.send(data(number), seq=number)
    assert numbers(tunnel.pty.recv_all(REORDER_TIMEOUT + 0.2)) == delivered


# --- packets that are not for us ------------------------------------------------------------------

def good(call):
    return Gre(call.client_call_id, data(99), seq=0)


def expect_dropped(tunnel, call, *octets):
    """None of it reaches pppd, and the next good packet does."""
    for packet in octets:
        call.data.send_raw(packet)
    call.data.send(data(1), seq=0)
    assert numbers([tunnel.pty.recv()]) == [1]
    assert tunnel.pty.recv_all(0.1) == []


@pytest.mark.parametrize("difference", [1, 0x100, 0x8000, 0xFFFF])
def test_packets_for_another_call_are_dropped(up, difference):
    tunnel, call = up
    expect_dropped(tunnel, call, Gre(call.client_call_id ^ difference, data(99), seq=0).build())


def test_packets_from_another_source_are_dropped(up, net):
    tunnel, call = up
    net.server.ip("address", "add", "10.9.0.77/24", "dev", "eth0")
    stranger = GreSocket(net.server, "10.9.0.77")
    stranger.send(good(call), net.client.address)
    expect_dropped(tunnel, call)
    stranger.close()


@pytest.mark.parametrize("damage", [
    dict(flags=0x3000), dict(flags=0x3002), dict(flags=0xB001), dict(flags=0x7001),
    dict(flags=0x1001), dict(flags=0x3801), dict(flags=0x3101), dict(flags=0x3009),
    dict(flags=0x2001), dict(protocol=0x0800),
    dict(protocol=0x880C), dict(length=69), dict(length=0xFFFF), dict(length=0)],
    ids=lambda damage: "-".join(f"{k}-{v:#x}" for k, v in damage.items()))
def test_packets_with_a_wrong_header_are_dropped(up, damage):
    tunnel, call = up
    expect_dropped(tunnel, call, good(call).build(**damage))


def test_packets_cut_short_anywhere_are_dropped(up):
    tunnel, call = up
    whole = good(call).build()
    expect_dropped(tunnel, call, *(whole[:size] for size in range(len(whole))))
    assert tunnel.statistics()["rx truncated"] >= len(data(99))


def test_octets_beyond_the_payload_length_are_never_delivered(up):
    tunnel, call = up
    call.data.send_raw(good(call).build(length=20))
    call.data.send(data(1), seq=1)
    frames = tunnel.pty.recv_all(REORDER_TIMEOUT + 0.2)
    assert frames[-1] == data(1)
    assert frames[:-1] in ([], [good(call).payload[:20]])


# --- acknowledgements -----------------------------------------------------------------------------

def test_data_alone_is_acknowledged_soon_and_not_packet_by_packet(up):
    """RFC 2637 sections 4.1, 4.2.5: one acknowledgement serves many packets."""
    tunnel, call = up
    for number in range(100):
        call.data.send(data(number))
    sent = Stopwatch()
    call.data.recv_ack(99)
    assert sent.own_seconds < 1.0 * SLOW
    tunnel.pty.recv_all(0.1)
    assert tunnel.statistics()["tx acks"] <= 20


def test_an_acknowledgement_is_not_repeated_without_need(up):
    tunnel, call = up
    call.data.send(data(0))
    call.data.recv_ack(0)
    assert call.data.gre.drain(1.0) == []


def test_acknowledgements_ride_on_data_where_there_is_some(up):
    tunnel, call = up
    piggybacked = 0
    for number in range(20):
        call.data.send(data(number))
        tunnel.pty.recv()
        tunnel.pty.send(data(number))
        packet = call.data.recv_data().gre
        assert packet.payload == data(number)
        piggybacked += packet.ack == number
    assert piggybacked >= 10


def test_an_acknowledgement_never_covers_what_was_not_received(up):
    tunnel, call = up
    for number in (0, 1, 2):
        call.data.send(data(number))
    acks = [packet.gre.ack for packet in call.data.gre.drain(0.7) if packet.gre.ack is not None]
    assert acks and max(acks) == 2


def test_acknowledgements_of_the_server_are_counted_and_not_delivered(up):
    tunnel, call = up
    tunnel.pty.send(data(0))
    call.data.recv_data()
    for ack in (0, 0, 12345, 0xFFFFFFFF):
        call.data.send_ack(ack)
    call.data.send(data(1), ack=0)
    assert numbers(tunnel.pty.recv_all()) == [1]
    assert tunnel.statistics()["rx acks"] == 4


# --- the rest -------------------------------------------------------------------------------------

def test_statistics_have_pptp_linux_names_and_count_what_happened(up, net):
    tunnel, call = up
    for number in range(3):
        tunnel.pty.send(data(number))
        call.data.recv_data()
        call.data.send(data(number))
        tunnel.pty.recv()
    counts = tunnel.statistics()
    assert set(counts) >= {
        "rx accepted", "rx lost", "rx under win", "rx over win", "rx buffered", "rx OS errors",
        "rx truncated", "rx invalid", "rx acks", "tx sent", "tx failed", "tx short", "tx acks",
        "tx oversize", "round trip"}
    assert counts["rx accepted"] == 3 and counts["tx sent"] == 3
    assert counts["rx lost"] == counts["rx invalid"] == counts["tx failed"] == 0
    assert "GRE statistics:" in tunnel.process.stderr.text + net.client.syslog.text


def test_data_that_comes_before_the_call_reply_does_no_harm(net, server):
    tunnel = net.dial()
    connection = server.establish()
    call = server.call_from(connection, connection.expect(OutgoingCallRequest))
    for number in range(3):
        call.data.send(data(number))
    connection.send(call.reply())
    call.data.send(data(3))
    frames = numbers(tunnel.pty.recv_all())
    assert frames and frames == sorted(frames) and frames[-1] == 3


def test_a_pty_that_takes_nothing_does_not_stop_the_other_direction(up):
    tunnel, call = up
    for number in range(600):
        call.data.send(data(number, size=1400))
    for number in range(10):
        tunnel.pty.send(data(number))
        assert call.data.recv_data().gre.payload == data(number)
    got = numbers(tunnel.pty.recv_all(REORDER_TIMEOUT + 0.3))
    assert len(got) > 10 and got == sorted(got)


def unreachables(host):
    """ICMP "destination unreachable" messages that a host has sent."""
    rows = [line.split() for line in host.run("cat", "/proc/net/snmp").stdout.splitlines()
            if line.startswith("Icmp:")]
    return int(dict(zip(*rows))["OutDestUnreachs"])


def test_a_full_socket_does_not_tell_the_server_that_nobody_is_there(up, net):
    """Since Linux 6.3 a packet that a full raw socket cannot take is answered with ICMP "protocol
    unreachable", on which pptpd hangs up; the socket is full when pppd does not read for long.
    """
    tunnel, call = up
    for number in range(5000):
        call.data.send(data(number, size=1400))
    assert {s.local for s in net.client.sockets("raw")} == {net.client.address}
    assert unreachables(net.client) == 0
    numbers(tunnel.pty.recv_all(REORDER_TIMEOUT + 0.3))
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)


def test_the_tunnel_outlives_a_server_without_a_gre_socket(net):
    """The server answers with ICMP protocol unreachable, which the raw socket reports as an error."""
    with ScriptedServer(net.server) as server:
        tunnel = net.dial()
        call = server.take_call()
        server.gre.close()
        for number in range(5):
            tunnel.pty.send(data(number))
            time.sleep(0.02)  # for the ICMP message to arrive before the next packet
        assert wait_until(lambda: net.client.snmp("Icmp", "InDestUnreachs") > 0, 2)
        server.gre = call.data.gre = GreSocket(net.server, server.address)
        tunnel.pty.send(data(7))
        assert call.data.recv_data().gre.payload == data(7)
