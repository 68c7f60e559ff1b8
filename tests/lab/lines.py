# SPDX-License-Identifier: GPL-2.0-or-later
"""Lines that are collected in the background from a pipe or a socket, and that a test can wait for."""
import contextlib
import os
import re
import select
import socket
import threading
import time

from .own_time import EVENT, Deadline


class Timeout(AssertionError):
    """A condition did not become true in time: to pytest a failure."""


def wait_until(condition, timeout=EVENT, what="condition", interval=0.01):
    """Calls `condition` until it returns something true, and returns that."""
    deadline = Deadline(timeout)
    while True:
        value = condition()
        if value:
            return value
        if deadline.passed:
            raise Timeout(f"not within {timeout} s: {what}")
        time.sleep(interval)


class Lines:
    """Text that grows line by line. Safe to read while another thread adds to it."""

    def __init__(self, name=""):
        self.name = name
        self._lines = []
        self._changed = threading.Condition()
        self._closed = False

    def add(self, line):
        with self._changed:
            self._lines.append(line)
            self._changed.notify_all()

    def close(self):
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    @property
    def all(self):
        with self._changed:
            return list(self._lines)

    @property
    def text(self):
        return "\n".join(self.all)

    def find(self, pattern, start=0):
        """Every line from index `start` on that matches the regular expression."""
        return [line for line in self.all[start:] if re.search(pattern, line)]

    def wait(self, pattern, timeout=EVENT, start=0):
        """The match of the first line that has `pattern`; fails in time, or at end of input."""
        deadline = Deadline(timeout)
        looked = start
        with self._changed:
            while True:
                for line in self._lines[looked:]:
                    found = re.search(pattern, line)
                    if found:
                        return found
                looked = max(looked, len(self._lines))
                if self._closed or deadline.passed:
                    break
                self._changed.wait(deadline.left)
        why = "end of input" if self._closed else f"not within {timeout} s"
        raise Timeout(f"{self.name}: no line matches {pattern!r} ({why}); lines:\n{self.text}")

    def wait_closed(self, timeout=EVENT):
        with self._changed:
            if not self._changed.wait_for(lambda: self._closed, timeout):
                raise Timeout(f"{self.name}: not closed within {timeout} s")


def collect_stream(fd, lines):
    """Reads `fd` to its end in a daemon thread, a line at a time, and closes it."""
    def body():
        with os.fdopen(fd, "rb", buffering=0) as stream:
            rest = b""
            while True:
                try:
                    data = stream.read(65536)
                except OSError:  # EIO: the far side of a pty is gone
                    data = b""
                if not data:
                    break
                *whole, rest = (rest + data).split(b"\n")
                for line in whole:
                    lines.add(line.decode(errors="replace").rstrip("\r"))
            if rest:
                lines.add(rest.decode(errors="replace"))
        lines.close()

    thread = threading.Thread(target=body, daemon=True, name=f"collect {lines.name}")
    thread.start()
    return thread


class Datagrams(Lines):
    """Each datagram (a syslog message) of a socket is a line, until the socket is shut down.

    What a process has sent is there for whoever reads the lines after its end.
    """

    def __init__(self, sock, name=""):
        super().__init__(name)
        self._socket = sock
        threading.Thread(target=self._collect, daemon=True, name=f"collect {name}").start()

    @property
    def all(self):
        self._take()
        return super().all

    def _collect(self):
        poll = select.poll()
        poll.register(self._socket, select.POLLIN)
        shut_down = False
        while not shut_down:
            [(_, events)] = poll.poll()
            self._take()
            shut_down = events & select.POLLHUP
        self._socket.close()
        self.close()

    def _take(self):
        with self._changed, contextlib.suppress(OSError):  # nothing is there, or the socket is closed
            while data := self._socket.recv(65536, socket.MSG_DONTWAIT):
                text = data.decode(errors="replace").rstrip("\0\n")
                self.add(re.sub(r"^<\d+>(\w{3} [ \d]\d [\d:]{8} )?", "", text))


def stop_collecting(sock):
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass
