#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A program that pptpd starts instead of pppd. It sends every HDLC frame back, and needs no kernel PPP.
ASKS in its environment is the options of its LCP Configure-Request in hexadecimal, and THEN those of the one after a Configure-Nak."""
import os
import sys
import tty
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import hdlc  # noqa: E402 (the path comes first)

# pptpd reads nothing from the tunnel before its pppd has spoken.
CONFIGURE_NAK = bytes.fromhex("ff03c02103")


def configure_request(identifier, options):
    body = bytes.fromhex(options)
    return bytes.fromhex(f"ff03c02101{identifier:02x}{4 + len(body):04x}") + body


def main():
    tty.setraw(0)
    os.write(1, hdlc.encode(configure_request(1, os.environ.get("ASKS", ""))))
    decoder = hdlc.Decoder()
    while data := os.read(0, 65536):
        for frame in decoder.feed(data):
            request_then = configure_request(2, os.environ.get("THEN", ""))
            nak = frame.startswith(CONFIGURE_NAK)
            os.write(1, hdlc.encode(request_then if nak else frame))


if __name__ == "__main__":
    try:
        main()
    except OSError:  # EIO: pptpd has hung up
        pass
