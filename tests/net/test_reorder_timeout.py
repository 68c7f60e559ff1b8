# SPDX-License-Identifier: GPL-2.0-or-later
"""The tunnel waits for a lost packet only as long as the path needs, and not for all of --timeout."""
import pytest

from lab.lines import wait_until
from lab.own_time import Stopwatch
from ppp_frames import data, numbers

BOUND = 0.3  # s, the default of --timeout
SHORT = 0.1  # s, far more than the wait on a path without delay


@pytest.fixture
def up(net, server):
    tunnel = net.dial()
    return tunnel, server.take_call()


def measure_round_trip(tunnel, call, count=20):
    """The server acknowledges each of our packets at once."""
    for number in range(count):
        tunnel.pty.send(data(number))
        call.data.send_ack(call.data.recv_data().gre.seq)
    return wait_until(lambda: tunnel.statistics()["round trip"])


def stall(tunnel, call):
    """Loses a packet. Returns what the wait of pppd was measured with."""
    call.data.next_seq += 1
    start = Stopwatch()
    number = call.data.send(data(7))
    assert numbers([tunnel.pty.recv()]) == [7], number
    return start


def test_a_loss_on_a_short_path_stalls_the_tunnel_for_a_short_time(up):
    tunnel, call = up
    call.data.send(data(0))
    tunnel.pty.recv()
    assert tunnel.statistics()["rx patience"] == 1e6 * BOUND
    assert stall(tunnel, call).seconds >= BOUND * 0.8  # nothing is known about the path
    # On a busy machine the server answers late at times, so that the path is really long then.
    wait_until(lambda: measure_round_trip(tunnel, call) and tunnel.statistics()["rx patience"] < 1e6 * SHORT)
    assert min(stall(tunnel, call).own_seconds for _ in range(5)) < SHORT
    assert tunnel.statistics()["rx lost"] == 6


def test_a_packet_that_was_given_up_too_soon_makes_the_next_wait_longer(up):
    """pppd does not get it."""
    tunnel, call = up
    call.data.send(data(0))
    tunnel.pty.recv()
    measure_round_trip(tunnel, call)
    stall(tunnel, call)
    before = tunnel.statistics()["rx patience"]
    call.data.send(data(9), seq=call.data.next_seq - 2)  # the one that was missing
    call.data.next_seq += 1
    late = wait_until(lambda: tunnel.statistics()["rx under win"])
    assert late == 1 and tunnel.statistics()["rx patience"] > before
    assert 9 not in numbers(tunnel.pty.recv_all())
