# SPDX-License-Identifier: GPL-2.0-or-later
"""The addresses that the fixtures net6 and far6 give, and data through a call."""
from ppp_frames import data

CLIENT, SERVER = "fd09::1", "fd09::2"
FAR = "fd20::2"


def carries_data(tunnel, call, size=64):
    tunnel.pty.send(data(1, size))
    assert call.data.recv_data().gre.payload == data(1, size)
    call.data.send(data(2, size))
    assert tunnel.pty.recv() == data(2, size)
