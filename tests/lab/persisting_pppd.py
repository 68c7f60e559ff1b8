#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A process that is named pppd and starts its pty command once for each line of standard input, as pppd with persist does.

    persisting_pppd.py COMMAND...

A line is the PPP frames to send, in hexadecimal. The process prints each frame from the server as "got HEX". After LCP's
Terminate-Request it hangs up, as pppd does. It prints "ended STATUS" for each command that has ended.
"""
import ctypes
import os
import subprocess
import sys
import tty
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import hdlc  # noqa: E402 (the path comes first)

PR_SET_NAME = 15
TERMINATE_REQUEST = bytes.fromhex("ff03c02105")


def say(text):
    print(text, flush=True)


def frames_from(pty):
    decoder = hdlc.Decoder()
    while True:
        try:
            octets = os.read(pty, 65536)
        except OSError:  # EIO: the command has ended
            return
        yield from decoder.feed(octets)


def dial(command, frames):
    master, slave = os.openpty()
    tty.setraw(slave)
    with subprocess.Popen(command, stdin=master, stdout=master) as running:
        os.close(master)
        for frame in frames:
            os.write(slave, hdlc.encode(bytes.fromhex(frame)))
        for frame in frames_from(slave):
            say(f"got {frame.hex()}")
            if frame.startswith(TERMINATE_REQUEST):
                break
        os.close(slave)
    say(f"ended {running.returncode}")


def main():
    ctypes.CDLL(None).prctl(PR_SET_NAME, b"pppd")
    for line in sys.stdin:
        dial(sys.argv[1:], line.split())


if __name__ == "__main__":
    main()
