# SPDX-License-Identifier: GPL-2.0-or-later
"""A reader for the output of pppd's option `record FILE`: every octet on pppd's line, with the time.

The record shows what pppd was really given, independently of our programs and of the far end.
"""
import struct

from . import hdlc

# pppdump(8) has names for these, no header file has.
SENT, RECEIVED, END_SENT, END_RECEIVED, DELTA_LONG, DELTA_SHORT, START = 1, 2, 3, 4, 5, 6, 7
CCP = b"\x80\xfd"
MPPE = 0x00FD  # protocol number of an encrypted frame, RFC 3078 section 3


def received(path):
    """The octets that came from the line, in order."""
    with open(path, "rb") as record:
        data = record.read()
    found, at = b"", 0
    while at < len(data):
        kind, at = data[at], at + 1
        if kind in (SENT, RECEIVED):
            size, = struct.unpack_from("!H", data, at)
            if kind == RECEIVED:
                found += data[at + 2:at + 2 + size]
            at += 2 + size
        else:
            at += {START: 4, DELTA_LONG: 4, DELTA_SHORT: 1, END_SENT: 0, END_RECEIVED: 0}[kind]
    return found


def coherency_counts(octets):
    """The 12-bit numbers of the MPPE frames (RFC 3078 section 3.1), as pppd was given them: a list
    for each time that CCP was agreed on, where they begin at 0 again."""
    decoder = hdlc.Decoder()
    frames = decoder.feed(octets)
    assert not decoder.bad, "damaged frames"
    runs = [[]]
    for frame in frames:
        frame = frame.removeprefix(b"\xff\x03")
        wide = frame[:1] == b"\0"  # else the protocol number is compressed
        if frame[:2] == CCP:
            runs.append([])
        elif frame[wide] == MPPE:
            runs[-1].append(struct.unpack_from("!H", frame, 1 + wide)[0] & 0xFFF)
    return [run for run in runs if run]
