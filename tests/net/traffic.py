# SPDX-License-Identifier: GPL-2.0-or-later
"""Frames through a tunnel and its call, also after trouble, and a check that other users are served."""

from lab import own_time
from lab.lines import Timeout, wait_until
from lab.tunnel import SLOW
from ppp_frames import data

SOON = 2.0 * SLOW  # s for a call to be set up
PATIENCE = 0.5  # s for one frame


def expect_traffic(tunnel, call, number=1, size=64):
    """A frame each way, of `size` bytes behind PPP's header."""
    tunnel.pty.send(data(number, size))
    assert call.data.recv_data().gre.payload == data(number, size)
    call.data.send(data(number + 1, size))
    assert tunnel.pty.recv() == data(number + 1, size)


def passes_again(tunnel, call, number=50):
    """Data goes both ways. What was sent into the trouble may still come out first, and what was sent
    the moment that the network is back may be lost with its ARP request: it is sent again."""
    wait_until(lambda: arrives(lambda: tunnel.pty.send(data(number)),
                               lambda: call.data.recv_data(PATIENCE).gre.payload, data(number)),
               what="a frame of pppd's at the server")
    wait_until(lambda: arrives(lambda: call.data.send(data(number)),
                               lambda: tunnel.pty.recv(PATIENCE), data(number)),
               what="a frame of the server's at pppd")


def arrives(send, receive, frame):
    send()
    try:
        while receive() != frame:
            pass
    except Timeout:
        return False
    return True


def expect_served(net, server, up):
    """Another user's new call is up soon, and the one that was up goes on."""
    start = own_time.now()
    other = net.dial()
    call = server.take_call()
    assert own_time.now() - start < SOON
    expect_traffic(other, call, 1)
    expect_traffic(*up, 1)
    other.pty.close()
    call.expect_hang_up()
