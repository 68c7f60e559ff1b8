# SPDX-License-Identifier: GPL-2.0-or-later
"""Acknowledgements cost little, and do not stall a server that keeps to a window (RFC 2637 4.2)."""

import pytest

from lab import own_time
from lab.own_time import Stopwatch
from lab.tunnel import SLOW
from ppp_frames import data, numbers

DELAY = 0.1  # s that an acknowledgement waits at most


@pytest.fixture
def up(net, server):
    tunnel = net.dial()
    return tunnel, server.take_call()


def newest_acknowledgement(call, after):
    """Waits for an acknowledgement of more than `after`, if necessary."""
    newest = call.data.recv_ack(after + 1).gre.ack
    for packet in call.data.gre.drain(0):
        if packet.gre.ack is not None:
            newest = max(newest, packet.gre.ack)
    return newest


def send_within(window, tunnel, call, count):
    """Sends frames as a server that keeps to a window. Returns the seconds that it took."""
    start = own_time.now()
    acknowledged = -1
    for number in range(count):
        while number - acknowledged > window:
            acknowledged = newest_acknowledgement(call, acknowledged)
        call.data.send(data(number), seq=number)
        if number % 32 == 31:
            tunnel.pty.read(0)
    return own_time.now() - start


@pytest.mark.parametrize("window, count", [(1, 300), (3, 600), (64, 3000)])
def test_a_server_that_keeps_to_its_window_does_not_wait_for_our_delay(up, window, count):
    tunnel, call = up
    took = send_within(window, tunnel, call, count)
    rounds, ours = count / window, count * 0.001  # s that this program itself needs
    assert took < (rounds * DELAY / 10 + ours) * SLOW, "it waits for acknowledgements"
    assert numbers(tunnel.pty.recv_all()) == list(range(count))


def forced_by_pauses(watch):
    """How many acknowledgements were due because nobody had a processor to send data with."""
    return 2 * watch.lost_seconds / DELAY


def test_data_both_ways_needs_next_to_no_packet_of_acknowledgements_alone(up):
    tunnel, call = up
    watch = Stopwatch()
    for number in range(0, 1500, 3):
        for more in range(3):
            call.data.send(data(number + more))
        tunnel.pty.send(data(number))
        call.data.recv_data()
        tunnel.pty.read(0)
    counts = tunnel.statistics()
    assert counts["rx accepted"] == 1500
    assert (counts["tx acks"] - forced_by_pauses(watch)) * 100 < counts["rx accepted"] + counts["tx sent"]


def test_a_flood_one_way_needs_less_than_one_acknowledgement_for_a_hundred_packets(up):
    tunnel, call = up
    count = 20_000
    watch = Stopwatch()
    for number in range(count):
        call.data.send(data(number, size=8), seq=number)
        if number % 50 == 49:
            tunnel.pty.read(0)
    assert len(tunnel.pty.recv_all()) > count * 9 // 10
    assert (tunnel.statistics()["tx acks"] - forced_by_pauses(watch)) * 100 < count
