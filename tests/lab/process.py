# SPDX-License-Identifier: GPL-2.0-or-later
"""A child process whose output is collected and which is always reaped."""
import contextlib
import os
import select
import signal
import time

from .lines import Lines, Timeout, collect_stream
from .own_time import EVENT, PROMPT, Deadline


class Process:
    """Started by Host.start(). `pid` is what the test sees, `inner_pid` what its host sees."""

    def __init__(self, popen, name, stdout_fd=None, stderr_fd=None, input_fd=None):
        self.name = name
        self.started_at = time.monotonic()
        self._popen = popen
        self._input_fd = input_fd
        self.stdout = Lines(f"{name} stdout")
        self.stderr = Lines(f"{name} stderr")
        self._collectors = []
        for fd, lines in ((stdout_fd, self.stdout), (stderr_fd, self.stderr)):
            if fd is None:
                lines.close()
            else:
                self._collectors.append(collect_stream(fd, lines))

    def __repr__(self):
        return f"<Process {self.name} pid {self.pid} status {self._popen.returncode}>"

    @property
    def pid(self):
        return self._popen.pid

    @property
    def inner_pid(self):
        return int(proc_status(self.pid)["NSpid"].split()[-1])

    @property
    def running(self):
        return self._popen.poll() is None

    @property
    def status(self):
        """None while it runs, else its exit status; killed by signal N: -N."""
        return self._popen.poll()

    def signal(self, number):
        self._popen.send_signal(number)

    def write(self, data):
        os.write(self._input_fd, data)

    def close_input(self):
        if self._input_fd is not None:
            os.close(self._input_fd)
            self._input_fd = None

    def wait_line(self, pattern, timeout=EVENT, stream="stderr"):
        return getattr(self, stream).wait(pattern, timeout)

    def wait_exit(self, timeout=PROMPT):
        """The exit status. Fails, and leaves the process alone, if it runs after `timeout`."""
        deadline = Deadline(timeout)
        while self.running:
            if deadline.passed:
                raise Timeout(f"{self.name} (pid {self.pid}) still runs after {timeout} s; "
                              f"stderr:\n{self.stderr.text}")
            self._await_end(deadline.left)
        self._drain(0.5)
        return self.status

    def _await_end(self, seconds):
        """Popen.wait() with a timeout would look 20 times a second, which tests and benchmarks would feel."""
        with contextlib.suppress(ProcessLookupError):  # another thread has seen its end
            pidfd = os.pidfd_open(self.pid)
            try:
                poll = select.poll()
                poll.register(pidfd, select.POLLIN)
                poll.poll(1000 * max(0.0, seconds))
            finally:
                os.close(pidfd)

    def _drain(self, timeout):
        """Lets the collectors finish, unless a descendant holds the pipe open for longer."""
        deadline = time.monotonic() + timeout
        for thread in self._collectors:
            thread.join(max(0.0, deadline - time.monotonic()))

    def stop(self, timeout=2.0):
        """Ends it whatever its state: SIGTERM, then SIGKILL. Returns its status."""
        self.close_input()
        if self.running:
            self.signal(signal.SIGTERM)
            self.signal(signal.SIGCONT)
            try:
                return self.wait_exit(timeout)
            except Timeout:
                self.kill()
        return self.wait_exit()

    def kill(self):
        self._popen.kill()
        return self.wait_exit()


def proc_status(pid):
    """/proc/PID/status as a dictionary of strings."""
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        return dict(line.rstrip("\n").split(":\t", 1) for line in status if ":\t" in line)


def proc_statuses(pids):
    """{pid: proc_status(pid)} of those that are still there."""
    found = {}
    for pid in pids:
        try:
            found[pid] = proc_status(pid)
        except (FileNotFoundError, ProcessLookupError):
            pass  # it ended meanwhile
    return found


def executable(pid):
    """The file that a process runs, or None if it has ended meanwhile or is the kernel's."""
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return None


def command_line(pid):
    with open(f"/proc/{pid}/cmdline", "rb") as words:
        return words.read().rstrip(b"\0").replace(b"\0", b" ").decode(errors="replace")
