# SPDX-License-Identifier: GPL-2.0-or-later
"""A scripted user at a terminal: waits for a question, and types the answer.

    with Dialogue([program, "setup"]) as user:
        user.answer("?:", "8")
        assert user.end() == 0
    print(user.transcript)
"""
import fcntl
import os
import select
import signal
import struct
import subprocess
import termios

from .lines import Timeout, wait_until
from .own_time import EVENT, Deadline

ROWS, COLUMNS = 24, 80


class Dialogue:
    """The program has a terminal, which is its controlling one, as its input and output."""

    def __init__(self, argv, popen=subprocess.Popen, **options):
        self.ours, terminal = os.openpty()
        fcntl.ioctl(self.ours, termios.TIOCSWINSZ, struct.pack("HHHH", ROWS, COLUMNS, 0, 0))
        self.said, self.at, self.is_over = b"", 0, False
        self.process = popen([str(word) for word in argv], stdin=terminal, stdout=terminal, stderr=terminal,
                             start_new_session=True, preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0), **options)
        os.close(terminal)  # so that its end can be read, after everything that was said

    def __enter__(self):
        return self

    def __exit__(self, *_):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        os.close(self.ours)

    @property
    def transcript(self):
        """All that was on the screen: what the program said, and what the terminal showed of the answers."""
        return self.said.decode("utf-8", "backslashreplace").replace("\r\n", "\n")

    @property
    def shows_what_is_typed(self):
        return bool(termios.tcgetattr(self.ours)[3] & termios.ECHO)

    def wait(self, text):
        """Waits until the program has said this after what it was waited for before."""
        wanted, deadline = text.encode(), Deadline(EVENT)
        while (found := self.said.find(wanted, self.at)) < 0:
            if deadline.passed or self.is_over:
                raise Timeout(f"{text!r} was not said:\n{self.transcript}")
            self._read()
        self.at = found + len(wanted)

    def answer(self, question, *answers):
        """Waits for the question and types a line; then the same question with the next line."""
        for answer in answers:
            self.wait(question)
            self.type(answer + "\n")

    def answer_unseen(self, question, answer):
        """The program has to hide the answer first. It may drop what was typed before that, as pkttyagent does."""
        self.wait(question)
        wait_until(lambda: not self.shows_what_is_typed, what="the terminal hides what is typed")
        self.type(answer + "\n")

    def type(self, text):
        os.write(self.ours, text.encode())

    def end(self):
        """Waits until the program has exited. Returns its status."""
        deadline = Deadline(EVENT)
        while not self.is_over:
            if deadline.passed:
                raise Timeout(f"it has not exited:\n{self.transcript}")
            self._read()
        return self.process.wait()

    def _read(self):
        if not select.select([self.ours], [], [], 0.05)[0]:
            return
        try:
            self.said += os.read(self.ours, 65536)
        except OSError:  # EIO: nobody holds the terminal any more
            self.is_over = True


def lines_longer_than(transcript, columns=COLUMNS):
    return [line for line in transcript.split("\n") if len(line) > columns]
