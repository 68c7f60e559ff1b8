# SPDX-License-Identifier: GPL-2.0-or-later
"""--transmit-window (RFC 2637 section 4.2) never sends more than the server has room for.

No server can make it stall.
"""

import pytest

from lab import hdlc, own_time
from lab.lines import Timeout
from lab.tunnel import SLOW
from ppp_frames import data, numbers

MOST_WAIT = 0.5  # s for an acknowledgement
IN_VAIN = 3  # such waits


def up(net, server, window, *options):
    tunnel = net.dial(*options)
    return tunnel, server.answer_call(server.establish(), receive_window=window)


def frames_on_their_way(call, quiet=0.02):
    """Returns what comes until the client waits."""
    got = []
    while True:
        try:
            got.append(call.data.recv_data(quiet).gre)
        except Timeout:
            return got


@pytest.mark.parametrize("window", [1, 3, 64])
def test_no_more_packets_are_on_their_way_than_the_server_s_window(net, server, window):
    tunnel, call = up(net, server, window, "--transmit-window")
    count = 4 * window + 20
    tunnel.pty.write(b"".join(hdlc.encode(data(number)) for number in range(count)))
    got, most = [call.data.recv_data().gre], 1
    while len(got) < count:
        call.data.send_ack(got[-1].seq)
        batch = [call.data.recv_data().gre, *frames_on_their_way(call)]
        most = max(most, len(batch))
        got += batch
    assert numbers(packet.payload for packet in got) == list(range(count))
    assert [packet.seq for packet in got] == list(range(count))
    counts = tunnel.statistics()
    assert counts["tx win waits"] > 0 and 1 <= counts["tx window"] <= window
    # On a busy machine this server may be slower than the time-out.
    assert most <= window or counts["tx timeouts"] > 0


def test_a_server_that_acknowledges_nothing_stalls_nobody(net, server):
    tunnel, call = up(net, server, 3, "--transmit-window")
    start = own_time.now()
    for number in range(200):
        tunnel.pty.send(data(number))
    assert numbers(call.data.recv_data().gre.payload for _ in range(200)) == list(range(200))
    assert own_time.now() - start < IN_VAIN * MOST_WAIT + 2 * SLOW
    assert tunnel.statistics()["tx timeouts"] == IN_VAIN


def test_a_window_that_closes_within_a_wrong_order_loses_and_repeats_nothing(net, server):
    """--test-type 3 reverses twelve packets, and the window lets only a few of them out at once."""
    tunnel, call = up(net, server, 5, "--transmit-window", "--test-type", "3", "--test-rate", "12")
    tunnel.pty.write(b"".join(hdlc.encode(data(number)) for number in range(240)))
    packets = [call.data.recv_data(MOST_WAIT + 1).gre for _ in range(240)]
    order = [first + 11 - place for first in range(0, 240, 12) for place in range(12)]
    assert [packet.seq for packet in packets] == order
    assert numbers(packet.payload for packet in packets) == order
    assert tunnel.statistics()["tx win waits"] > 0


def test_a_full_window_does_not_stop_what_comes_from_the_server(net, server):
    tunnel, call = up(net, server, 1, "--transmit-window")
    for number in range(5):
        tunnel.pty.send(data(number))
    call.data.recv_data()
    for number in range(50):
        call.data.send(data(number))
        assert numbers([tunnel.pty.recv(MOST_WAIT)]) == [number]


@pytest.mark.parametrize("window, options", [(3, ()), (0, ("--transmit-window",))],
                         ids=["no-option", "no-window"])
def test_without_option_or_window_nobody_waits(net, server, window, options):
    tunnel, call = up(net, server, window, *options)
    for number in range(100):
        tunnel.pty.send(data(number))
    assert len(frames_on_their_way(call, 0.2 * SLOW)) == 100
    counts = tunnel.statistics()
    assert counts["tx window"] == counts["tx win waits"] == 0
    assert counts["rx buffer"] > 100_000 and counts["tx buffer"] > 100_000
    assert counts["path MTU"] == 1500
