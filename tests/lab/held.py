# SPDX-License-Identifier: GPL-2.0-or-later
"""Holds a process where it is about to make a certain system call, to look at what it has there.

By ptrace(2), as inject.py, and in a process of its own for the same reason. It goes through execve:
a program can be held in its first moments.
"""
import contextlib
import ctypes
import os
import platform
import signal
import socket
import subprocess
import sys
from pathlib import Path

if __name__ == "__main__":
    sys.dont_write_bytecode = True
    sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from lab import inject  # noqa: E402 (the path comes first)

SYSCALL, SETOPTIONS = 24, 0x4200
TRACE_SYSGOOD, TRACE_EXEC = 1, 16
ENTERED = (1 << 64) - 38  # rax at the entry to a call: -ENOSYS
NUMBERS = {"x86_64": {"socket": 41, "prctl": 157}}
PR_SET_NAME = 15
# Name of a place: the call, and what its registers must say.
PLACES = {"raw socket": ("socket", lambda regs: (regs.rdi, regs.rsi & 15) == (socket.AF_INET, socket.SOCK_RAW)),
          "own name": ("prctl", lambda regs: regs.rdi == PR_SET_NAME)}


class Held(inject.Process):
    def run_until(self, place):
        name, matches = PLACES[place]
        number = NUMBERS[platform.machine()][name]
        self._ptrace(SETOPTIONS, TRACE_SYSGOOD | TRACE_EXEC)
        passed_on = 0
        while True:
            self._ptrace(SYSCALL, passed_on)
            status = self._wait()
            assert os.WIFSTOPPED(status), "it has ended"
            passed_on = status >> 8
            if passed_on == signal.SIGTRAP | 0x80:
                registers = inject.Registers()
                self._ptrace(inject.GETREGS, ctypes.byref(registers))
                if registers.rax == ENTERED and registers.orig_rax == number and matches(registers):
                    return
            if passed_on & 0x7F == signal.SIGTRAP:  # an event, which is for nobody else
                passed_on = 0


@contextlib.contextmanager
def before(pid, place, let_go=lambda: None):
    """The process goes on to that place, and behind the `with` block on from there.

    let_go: what makes it move, called when nothing can be missed any more.
    """
    holder = subprocess.Popen([sys.executable, __file__, str(pid), place], stdin=subprocess.PIPE,
                              stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    with holder:
        attached = holder.stdout.readline()
        let_go()
        there = holder.stdout.readline()
        try:
            assert there, attached + holder.stderr.read()
            yield
        finally:
            holder.stdin.close()


def main(pid, place):
    signal.alarm(60)
    process = Held(int(pid))
    print("attached", flush=True)
    process.run_until(place)
    print("there", flush=True)
    sys.stdin.read()  # detached by our end


if __name__ == "__main__":
    main(*sys.argv[1:])
