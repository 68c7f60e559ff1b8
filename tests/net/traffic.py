# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames through a tunnel and its call, and that others than an attacker are served as ever."""
import time

from lab.tunnel import SLOW
from ppp_frames import data

SOON = 2.0 * SLOW  # s for a call to be set up


def expect_traffic(tunnel, call, number):
    """A frame each way."""
    tunnel.pty.send(data(number))
    assert call.data.recv_data().gre.payload == data(number)
    call.data.send(data(number + 1))
    assert tunnel.pty.recv() == data(number + 1)


def expect_served(net, server, up):
    """Another user's new call is up soon, and the one that was up goes on."""
    start = time.monotonic()
    other = net.dial()
    call = server.take_call()
    assert time.monotonic() - start < SOON
    expect_traffic(other, call, 1)
    expect_traffic(*up, 1)
    other.pty.close()
    call.expect_hang_up()
