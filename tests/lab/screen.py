# SPDX-License-Identifier: GPL-2.0-or-later
"""A terminal: what a program that draws on it shows to whoever looks at it.

It knows the few control sequences that pptpctl uses, and fails on any other.
"""
import fcntl
import os
import re
import select
import signal
import struct
import termios
import time

from .lines import Timeout

SEQUENCE = re.compile(rb"\x1b\[(\??)([0-9]*)([A-Za-z])")
ENTER, LEAVE, HIDE, SHOW = (b"1049", b"h"), (b"1049", b"l"), (b"25", b"l"), (b"25", b"h")


class Screen:
    """The program gets `program_end` as its standard input and output."""

    def __init__(self, rows=24, columns=100):
        self.ours, self.program_end = os.openpty()
        self.settings = termios.tcgetattr(self.program_end)
        self.resize(rows, columns)
        self.pending = self.raw = b""
        self.alternate, self.cursor_shown, self.pictures = False, True, 0
        self.clear()

    def close(self):
        os.close(self.ours)
        os.close(self.program_end)

    def clear(self):
        self.lines, self.row, self.column = [""] * 200, 0, 0

    def resize(self, rows, columns, tell=None):
        """As when somebody drags the window's corner; `tell`: the process in the foreground."""
        self.rows, self.columns = rows, columns
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        if tell:
            os.kill(tell, signal.SIGWINCH)

    def type(self, keys):
        os.write(self.ours, keys)

    @property
    def text(self):
        return "\n".join(line.rstrip() for line in self.lines).rstrip("\n")

    @property
    def as_before(self):
        """The first screen, its cursor, and the terminal's settings are back."""
        now = termios.tcgetattr(self.program_end)
        return not self.alternate and self.cursor_shown and now == self.settings

    def read(self, timeout=0.05):
        while select.select([self.ours], [], [], timeout)[0]:
            octets = os.read(self.ours, 65536)
            self.raw += octets
            self._feed(octets)
            timeout = 0

    def wait(self, condition, timeout=5.0):
        """Reads until condition(self) holds; returns what it said."""
        deadline = time.monotonic() + timeout
        while not (result := condition(self)):
            if time.monotonic() > deadline:
                raise Timeout(f"not within {timeout} s on the screen:\n{self.text}")
            self.read()
        return result

    def _feed(self, octets):
        data, self.pending = self.pending + octets, b""
        while data:
            if data[0] != 0x1B:
                self._put(chr(data[0]))
                data = data[1:]
            elif match := SEQUENCE.match(data):
                self._obey(*match.groups())
                data = data[match.end():]
            else:
                assert len(data) < 10, data[:20]  # else only its beginning is here
                self.pending, data = data, b""

    def _put(self, char):
        if char == "\r":
            self.column = 0
        elif char == "\n":
            self.row += 1
            assert self.row < self.rows or not self.alternate, "drawn below the last row"
        else:
            assert self.column < self.columns or not self.alternate, "drawn beyond the last column"
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[:self.column] + char + line[self.column + 1:]
            self.column += 1

    def _obey(self, private, number, letter):
        if private:
            assert (number, letter) in (ENTER, LEAVE, HIDE, SHOW), (number, letter)
            if number == b"25":
                self.cursor_shown = letter == b"h"
            else:
                self.alternate = letter == b"h"
                self.clear()
        elif letter == b"H":
            self.row = self.column = 0
            self.pictures += 1
        elif letter == b"K":
            self.lines[self.row] = self.lines[self.row][:self.column]
        elif letter == b"J":
            self.lines[self.row:] = [self.lines[self.row][:self.column]] + [""] * (199 - self.row)
        else:
            raise AssertionError((number, letter))
