#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A program that pptpd starts instead of pppd. It sends every HDLC frame back, and needs no kernel PPP."""
import os
import sys
import tty
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import hdlc  # noqa: E402 (the path comes first)

# pptpd reads nothing from the tunnel before its pppd has spoken.
GREETING = bytes.fromhex("ff03c02101010004")  # an LCP Configure-Request without options


def main():
    tty.setraw(0)
    os.write(1, hdlc.encode(GREETING))
    decoder = hdlc.Decoder()
    while data := os.read(0, 65536):
        for frame in decoder.feed(data):
            os.write(1, hdlc.encode(frame))


if __name__ == "__main__":
    try:
        main()
    except OSError:  # EIO: pptpd has hung up
        pass
