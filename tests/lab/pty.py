# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd's end of the pty that a `pty "pptp ..."` program talks to."""
import os
import select
import tty

from . import hdlc
from .lines import Timeout
from .own_time import PROMPT, Deadline


class Pty:
    """The program gets the master, as from pppd; the test plays pppd on the slave, in raw mode."""

    def __init__(self):
        self.master, self.slave = os.openpty()
        tty.setraw(self.slave)
        os.set_blocking(self.slave, False)
        self.decoder = hdlc.Decoder()
        self._frames = []

    def start(self, host, *argv, **options):
        """Starts the program with the master as its stdin and stdout, and keeps no copy of it."""
        process = host.start(*argv, stdin=self.master, stdout=self.master, **options)
        os.close(self.master)
        self.master = None
        return process

    def close(self):
        """Hangs up: the program reads EIO."""
        for fd in (self.master, self.slave):
            if fd is not None:
                os.close(fd)
        self.master = self.slave = None

    def write(self, data, timeout=PROMPT):
        deadline = Deadline(timeout)
        while data:
            if not select.select([], [self.slave], [], deadline.left)[1]:
                if not deadline.passed:
                    continue
                raise Timeout(f"pty takes no more data, {len(data)} bytes left")
            data = data[os.write(self.slave, data[:4096]):]

    def send(self, frame, accm=hdlc.DEFAULT_ACCM):
        """Sends one PPP frame, from its address field on."""
        self.write(hdlc.encode(frame, accm))

    def read(self, timeout):
        """Decodes what arrives within `timeout`; False when nothing did."""
        if not select.select([self.slave], [], [], max(0, timeout))[0]:
            return False
        self._frames += self.decoder.feed(os.read(self.slave, 65536))
        return True

    def recv(self, timeout=PROMPT):
        """The next good PPP frame from the program."""
        deadline = Deadline(timeout)
        while not self._frames:
            if not self.read(deadline.left) and deadline.passed:
                seen = self.decoder.raw[-200:].hex(" ")
                raise Timeout(f"no PPP frame within {timeout} s; bytes seen: {seen}")
        return self._frames.pop(0)

    def recv_all(self, quiet=0.3):
        """Every frame until nothing has come for `quiet` seconds."""
        while self.read(quiet):
            pass
        frames, self._frames = self._frames, []
        return frames
