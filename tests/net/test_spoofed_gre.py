# SPDX-License-Identifier: GPL-2.0-or-later
"""A stranger sends GRE packets from the server's address, without seeing the traffic.

Nothing of theirs reaches pppd after the first real packet, and no real packet is lost to them.
"""
import random

import pytest

from lab.ip_packets import IpSocket
from lab.lines import wait_until
from lab.tunnel import SLOW
from lab.wire import Gre
from ppp_frames import CONFIGURE_ACK, CONFIGURE_REQUEST, MAGIC_NUMBER, asyncmap, data, lcp, numbers

REORDER_TIMEOUT = 0.3  # s, the default of --timeout
WINDOW = 300  # packets, the default of --missing-window
TERMINATE_REQUEST = 5
FORGED = lcp(TERMINATE_REQUEST, 1, b"forged")
QUIET = REORDER_TIMEOUT + 0.3 * SLOW
FAR = [WINDOW + 1, WINDOW + 2, 1000, 100_000, 0x4000_0000, 0x7FFF_FFF0, 0x8000_0000, 0xC000_0000, 0xFFFF_FFF0]


@pytest.fixture
def up(net, server):
    tunnel = net.dial("--loglevel", "2")
    return tunnel, net.wait_up(server.take_call())


@pytest.fixture
def forge(net, up):
    """Sends a frame under each of these numbers."""
    call_id = up[1].client_call_id
    with IpSocket(net.server, net.server.address, net.client.address) as stranger:
        def send(sequence_numbers, call_ids=(call_id,)):
            for one in call_ids:
                for number in sequence_numbers:
                    stranger.send(Gre(one, FORGED, number & 0xFFFFFFFF).build())
        yield send


class Server:
    """Numbers its frames by their sequence numbers."""

    def __init__(self, tunnel, call, first=0):
        self.tunnel = tunnel
        self.call = call
        self.next = first

    def send(self, count):
        for _ in range(count):
            self.call.data.send(data(self.next), seq=self.next)
            self.next = (self.next + 1) & 0xFFFFFFFF

    def expect(self, count):
        """Its next frames reach pppd, and nothing else does."""
        expected = [(self.next + i) & 0xFFFFFFFF for i in range(count)]
        self.send(count)
        assert numbers(self.tunnel.pty.recv() for _ in range(count)) == expected


@pytest.mark.parametrize("count", [1, 3])
@pytest.mark.parametrize("first", [0, 1])
def test_after_the_first_real_packet_no_forged_frame_reaches_pppd(up, forge, first, count):
    tunnel, call = up
    server = Server(tunnel, call, first)
    server.expect(1)
    for distance in FAR:
        forge(range(server.next + distance, server.next + distance + count))
        server.expect(3)
    assert tunnel.pty.recv_all(QUIET) == []
    assert tunnel.statistics()["rx resyncs"] == 0


@pytest.mark.parametrize("forged", [[0], [1], [0, 1, 2], [2, 3, 4], [7], [WINDOW], [5000], [5000, 5001, 5002],
                                    [0x7FFF_FFFF], [0xFFFF_FFFF], [0, 300, 70_000]], ids=str)
def test_what_is_forged_before_the_first_real_packet_costs_no_real_one(up, forge, forged):
    """It may reach pppd: any number may be the first. The real ones are not measured by it."""
    tunnel, call = up
    forge(forged)
    early = tunnel.pty.recv_all(QUIET)
    assert set(early) <= {FORGED}
    server = Server(tunnel, call)
    server.expect(10)
    forge(number for number in forged if not 10 <= number <= 10 + WINDOW)
    forge(range(5000, 5003))
    server.expect(10)
    assert tunnel.pty.recv_all(QUIET) == []


@pytest.mark.parametrize("forged", [[0], [0, 1, 2, 3, 4], range(3_000_000, 3_000_100)], ids=["0", "0-4", "far"])
@pytest.mark.parametrize("first", [500_000, 0xFFFF_F000])
def test_a_server_that_acknowledges_pppds_magic_number_is_heard_wherever_it_begins(up, forge, first, forged):
    tunnel, call = up
    options = asyncmap(0) + bytes((MAGIC_NUMBER, 6)) + b"\x12\x34\x56\x78"
    tunnel.pty.send(lcp(CONFIGURE_REQUEST, 1, options))
    call.data.recv_data()
    forge(forged)
    assert set(tunnel.pty.recv_all(QUIET)) <= {FORGED}
    frames = [lcp(CONFIGURE_REQUEST, 1), lcp(CONFIGURE_ACK, 1, options)]
    for frame in frames:
        call.data.send(frame, seq=first)
        first = (first + 1) & 0xFFFFFFFF
    assert [tunnel.pty.recv() for _ in frames] == frames
    server = Server(tunnel, call, first)
    forge([0, 1, *forged])
    server.expect(5)
    assert tunnel.pty.recv_all(QUIET) == []


def test_forged_packets_do_not_lengthen_an_outage(up, forge):
    """The real ones follow each other, which the forged ones don't do."""
    tunnel, call = up
    server = Server(tunnel, call)
    server.expect(10)
    wild = random.Random(1)
    server.next += 2000
    # It is over with the eighth packet. The last six of them are kept.
    expected = [*range(server.next + 2, server.next + 12)]
    for _ in range(12):
        forge(wild.randrange(1 << 32) | 1 << 27 for _ in range(30))
        server.send(1)
    frames = tunnel.pty.recv_all(QUIET)
    assert FORGED not in frames
    assert numbers(frames) == expected
    server.expect(10)


def test_a_server_that_begins_anew_opens_the_window_to_nobody(up, forge):
    tunnel, call = up
    server = Server(tunnel, call)
    server.expect(50)
    for number in range(3):
        call.data.send(data(number), seq=number)
    forge(range(10))
    forge(range(100_000, 100_003))
    server.expect(10)
    assert tunnel.pty.recv_all(QUIET) == []


def test_200_000_packets_to_every_call_id_get_nothing_in(up, forge):
    tunnel, call = up
    server = Server(tunnel, call)
    server.expect(5)
    forge([1_000_000, 1_000_001, 1_000_002], call_ids=range(1, 0x10000))
    server.expect(5)
    assert tunnel.pty.recv_all(QUIET) == []


def test_200_000_packets_to_the_right_call_id_get_nothing_in(up, forge):
    """None of them is within the window: that would be a guess in 14 million. A real packet comes now and then."""
    tunnel, call = up
    server = Server(tunnel, call)
    server.expect(1)
    wild = random.Random(2)
    sent = 0
    for start in (2_000_000, 0x4000_0000, 0xC000_0000, None):
        for _ in range(50):
            forge(range(start, start + 1000) if start is not None
                  else (wild.randrange(1 << 32) | 1 << 27 for _ in range(1000)))
            start = start + 1000 if start is not None else None
            sent += 1000
            server.expect(1)
    assert sent == 200_000
    wait_until(lambda: tunnel.statistics()["rx over win"] > 0)
    assert tunnel.pty.recv_all(QUIET) == []
    server.expect(5)
