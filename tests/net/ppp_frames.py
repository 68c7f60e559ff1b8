# SPDX-License-Identifier: GPL-2.0-or-later
"""PPP frames to send through a tunnel. Only LCP's Configure-Acks mean more to the gateway than octets."""
import struct

ADDRESS_CONTROL = b"\xff\x03"
LCP, IP = b"\xc0\x21", b"\x00\x21"
CONFIGURE_REQUEST, CONFIGURE_ACK, TERMINATE_REQUEST, TERMINATE_ACK, ECHO_REQUEST = 1, 2, 5, 6, 9
ASYNCMAP, MAGIC_NUMBER = 2, 5


def lcp(code, identifier, options=b""):
    return ADDRESS_CONTROL + LCP + struct.pack("!BBH", code, identifier, 4 + len(options)) + options


def asyncmap(accm):
    """RFC 1662 section 7.1"""
    return struct.pack("!BBI", ASYNCMAP, 6, accm)


def data(number, size=64):
    """A numbered frame with every octet in it that the size allows."""
    body = struct.pack("!I", number) + bytes((number + i) & 0xFF for i in range(size))
    return ADDRESS_CONTROL + IP + body[:size]


def numbers(frames):
    """The numbers of data() frames, checked octet for octet."""
    found = []
    for frame in frames:
        number = int.from_bytes(frame[4:8], "big")
        assert frame == data(number, len(frame) - 4)
        found.append(number)
    return found
