# SPDX-License-Identifier: GPL-2.0-or-later
"""A terminal: what somebody who looks at it sees of a program that draws on it.

It knows the few control sequences that pptpctl uses, and fails on any other.
"""
import fcntl
import os
import re
import select
import struct
import termios

from .lines import Timeout
from .own_time import EVENT, Deadline

SEQUENCE = re.compile(rb"\x1b\[([HKJ])")


class Screen:
    """The program gets `program_end` as its standard input and output."""

    def __init__(self, rows=24, columns=100):
        self.ours, self.program_end = os.openpty()
        self.settings = termios.tcgetattr(self.program_end)
        self.resize(rows, columns)
        self.pending, self.pictures = b"", 0
        self.lines, self.row, self.column = [""] * rows, 0, 0

    def close(self):
        os.close(self.ours)
        os.close(self.program_end)

    def resize(self, rows, columns):
        self.rows, self.columns = rows, columns
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    @property
    def text(self):
        return "\n".join(line.rstrip() for line in self.lines).rstrip("\n")

    @property
    def as_before(self):
        """The terminal has its first settings, and the cursor is below the last line."""
        below = self.lines[self.row:]
        return termios.tcgetattr(self.program_end) == self.settings and self.column == 0 and not any(below)

    def read(self, timeout=0.05):
        while select.select([self.ours], [], [], timeout)[0]:
            self._feed(os.read(self.ours, 65536))
            timeout = 0

    def wait(self, condition, timeout=EVENT):
        """Reads until condition(self) holds; returns what it said."""
        deadline = Deadline(timeout)
        while not (result := condition(self)):
            if deadline.passed:
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
                self._obey(match[1])
                data = data[match.end():]
            else:
                assert len(data) < 3, data[:20]  # only the beginning of a sequence may be here
                self.pending, data = data, b""

    def _put(self, char):
        if char == "\r":
            self.column = 0
        elif char == "\n":
            self.row += 1
            assert self.row < self.rows, "drawn below the last row"
        else:
            assert self.column < self.columns, "drawn beyond the last column"
            line = self.lines[self.row].ljust(self.column)
            self.lines[self.row] = line[:self.column] + char + line[self.column + 1:]
            self.column += 1

    def _obey(self, letter):
        if letter == b"H":
            self.row = self.column = 0
            self.pictures += 1
            return
        self.lines[self.row] = self.lines[self.row][:self.column]
        if letter == b"J":
            self.lines[self.row + 1:] = [""] * (len(self.lines) - self.row - 1)
