# SPDX-License-Identifier: GPL-2.0-or-later
"""A pptp that a test has started on a pty, and the check that nothing is left of it."""
import os
import re
import signal

from . import own_time, programs
from .lines import Timeout, wait_until
from .pty import Pty

SLOW = programs.time_factor()
LAST_STATISTIC = "tun dropped"
SANITIZER_REPORT = r"AddressSanitizer|LeakSanitizer|runtime error:"


class Tunnel:
    """One `pptp HOST --nolaunchpppd ...` and pppd's end of its pty."""

    def __init__(self, host, server, *options, **start):
        self.host = host
        self.pty = Pty()
        self.process = self.pty.start(host, programs.installed().pptp, server, "--nolaunchpppd",
                                      *options, **start)

    @property
    def errors(self):
        return self.process.stderr.all

    def close(self):
        self.pty.close()
        self.process.stop()

    def wait_exit(self, within, since=None):
        """The exit status, if it comes within this many seconds of `since` (own_time.now(); default: of now)."""
        gone = 0.0 if since is None else own_time.now() - since
        return self.process.wait_exit(max(0.01, within * SLOW - gone))

    def expect_failure(self, status, *words, within):
        """It ends with that status in time, and one line on stderr has all the words."""
        got = self.wait_exit(within)
        said = self.process.stderr.text
        assert got == status, f"exit status {got}, not {status}; stderr:\n{said}"
        assert len(self.errors) == 1, f"one line on stderr, not {len(self.errors)}:\n{said}"
        for word in words:
            found = re.search(word, self.errors[0], re.IGNORECASE)
            assert found, f"no {word!r} in: {self.errors[0]}"

    def statistics(self):
        return statistics(self.process.pid, self.process.stderr, self.host.syslog)


def statistics(gateway, *logs):
    """What SIGUSR1 makes a gateway log: {"rx accepted": 3, ...}."""
    seen = [len(log.all) for log in logs]
    os.kill(gateway, signal.SIGUSR1)

    def fresh():
        for log, start in zip(logs, seen):
            if log.find(LAST_STATISTIC, start):
                return {m[1]: int(m[2]) for line in log.all[start:]
                        if (m := re.search(r": (?:[^:]*: )?(\w[\w ]*?)\s+= (\d+)", line))}
        return None
    found = wait_until(fresh, what="statistics in the log")
    return {re.sub(" +", " ", name): value for name, value in found.items()}


def leftovers(host, manager=False):
    """What tunnels have left on a host: processes (the call manager if asked), sockets, routes."""
    found = [line for line in host.running().values() if manager or "pptp-callmgr" not in line]
    # Inode 0: the process has closed it, and the kernel alone sees the connection to its end.
    found += [s for s in host.sockets("tcp") if 1723 in (s.remote_port, s.local_port)
              and s.inode != 0]
    found += host.sockets("raw")
    found += [route for route in host.routes() if "/" not in route.dst and route.dst != "default"]
    return found


def expect_clean(host, within=2.0, manager=False):
    """Nothing is left on the host, soon."""
    try:
        wait_until(lambda: not leftovers(host, manager), within * SLOW * own_time.EMULATION, "everything gone")
    except Timeout as error:
        raise Timeout(f"{error}; left on {host.name}: {leftovers(host, manager)}") from None
