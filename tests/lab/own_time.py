# SPDX-License-Identifier: GPL-2.0-or-later
"""The clock of the tests' time limits: the time that the programs had, not the time of the machine.

A program that waits for a processor because the machine is busy loses that time through no fault of its own.
The clock leaves out what the test, or the process that it has started and that waited longest, has lost. On
an idle machine it is time.monotonic().
"""
import os
import time

from . import programs

EMULATION = 3 if "CALLGATE_IN_VM" in os.environ else 1  # scripts/vm emulates the processor
# s, for an event that has to come and whose time is no requirement. Only a failure waits this long.
EVENT = 60.0 * programs.time_factor() * EMULATION
PROMPT = 5.0  # s, for what a program does when it waits for nothing else
RESOLUTION = 0.1  # s, between two looks at the processes
SLOWEST = 0.1  # of the speed of the machine's clock, so that each limit ends


class _Clock:
    def __init__(self):
        self._looked_at = time.monotonic()
        self._lost = 0.0
        self._waited = {os.getpid(): 0.0}  # {pid: s for which that process of ours has waited for a processor}
        self._others = set()  # pids
        self._look(begin=True)

    def now(self):
        if time.monotonic() - self._looked_at >= RESOLUTION / 2:
            self._look()
        return time.monotonic() - self._lost

    def _look(self, begin=False):
        pids = sorted(int(entry) for entry in os.listdir("/proc") if entry.isdigit())
        self._others &= set(pids)
        before, self._waited = self._waited, {}
        lost = 0.0
        for pid in pids:
            if pid in self._others:
                continue
            try:
                if pid not in before and not self._is_ours(pid, before):
                    self._others.add(pid)
                    continue
                self._waited[pid] = _waited(pid)
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended meanwhile
            lost = max(lost, self._waited[pid] - before.get(pid, 0.0))
        at = time.monotonic()
        if not begin:
            self._lost += min(lost, (1 - SLOWEST) * (at - self._looked_at))
        self._looked_at = at

    def _is_ours(self, pid, before):
        """Whether the test has started it. In the virtual machine all but the kernel's own threads are ours."""
        parent = _parent(pid)
        if "CALLGATE_IN_VM" in os.environ:
            return parent != 2
        return parent in self._waited or parent in before


def _parent(pid):
    with open(f"/proc/{pid}/stat", "rb") as stat:
        return int(stat.read().rpartition(b") ")[2].split()[1])


def _waited(pid):
    with open(f"/proc/{pid}/schedstat", "rb") as schedstat:
        return int(schedstat.read().split()[1]) / 1e9  # ns


_clock = None


def now():
    """Like time.monotonic()."""
    global _clock
    _clock = _clock or _Clock()
    return _clock.now()


class Deadline:
    """The end of a time limit."""

    def __init__(self, seconds):
        self.seconds = seconds
        self._end = now() + seconds
        self._last = time.monotonic() + max(2 * EVENT, seconds)  # so that a failure is no matter of an hour

    @classmethod
    def of(cls, limit):
        """Returns a limit as it is; a number of seconds begins now."""
        return limit if isinstance(limit, cls) else cls(limit)

    @property
    def passed(self):
        return now() >= self._end or time.monotonic() >= self._last

    @property
    def left(self):
        """How long to wait before the next look at `passed`, in seconds."""
        return min(max(0.0, self._end - now()), RESOLUTION)


class Stopwatch:
    """Starts when it is made."""

    def __init__(self):
        self._start, self._own_start = time.monotonic(), now()

    @property
    def seconds(self):
        """For a lower bound: what the machine's clock says."""
        return time.monotonic() - self._start

    @property
    def own_seconds(self):
        """For an upper bound."""
        return now() - self._own_start

    @property
    def lost_seconds(self):
        """How long the test and its programs waited for a processor."""
        return self.seconds - self.own_seconds
