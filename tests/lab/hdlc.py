# SPDX-License-Identifier: GPL-2.0-or-later
"""Async HDLC framing (RFC 1662 section 4), written a second time to check the C++ code."""

FLAG = 0x7E
ESCAPE = 0x7D
DEFAULT_ACCM = 0xFFFFFFFF
GOOD_FCS = 0xF0B8  # RFC 1662 appendix C.2: the FCS over a frame and its own FCS


def fcs16(data):
    """RFC 1662 appendix C.2, bit by bit: polynomial x^16 + x^12 + x^5 + 1, reversed."""
    fcs = 0xFFFF
    for byte in data:
        fcs ^= byte
        for _ in range(8):
            fcs = (fcs >> 1) ^ 0x8408 if fcs & 1 else fcs >> 1
    return fcs


def encode(frame, accm=DEFAULT_ACCM, bad_fcs=False):
    """A PPP frame as it goes over the pty: flag, escaped frame and FCS, flag."""
    fcs = fcs16(frame) ^ 0xFFFF ^ (0x0101 if bad_fcs else 0)
    return bytes([FLAG]) + escape(frame + fcs.to_bytes(2, "little"), accm) + bytes([FLAG])


def escape(data, accm=DEFAULT_ACCM):
    out = bytearray()
    for byte in data:
        if byte in (FLAG, ESCAPE) or (byte < 0x20 and accm >> byte & 1):
            out += bytes([ESCAPE, byte ^ 0x20])
        else:
            out.append(byte)
    return bytes(out)


class Decoder:
    """Takes what was read, in pieces of any size, and yields whole frames without their FCS.

    `raw` keeps every byte seen, `bad` every frame that failed its check: a test looks at them.
    """

    def __init__(self):
        self.raw = bytearray()
        self.bad = []
        self._frame = bytearray()
        self._escaped = False

    def feed(self, data):
        self.raw += data
        frames = []
        for byte in data:
            if byte == FLAG:
                self._finish(frames)
            elif byte == ESCAPE:
                self._escaped = True
            else:
                self._frame.append(byte ^ 0x20 if self._escaped else byte)
                self._escaped = False
        return frames

    def _finish(self, frames):
        frame, aborted = bytes(self._frame), self._escaped
        self._frame.clear()
        self._escaped = False
        if not frame and not aborted:
            return  # two flags in a row
        if aborted or len(frame) < 4 or fcs16(frame) != GOOD_FCS:
            self.bad.append(frame)
        else:
            frames.append(frame[:-2])
