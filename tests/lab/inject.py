# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a system call in the place of another process, as an attacker does who has taken it over.

It uses ptrace(2), and so needs root. It runs in a separate process, because the process that is taken over
may be a child of the test, which waits for its exit status.
"""
import ctypes
import errno
import os
import platform
import signal
import subprocess
import sys

ATTACH, GETREGS, SETREGS, SINGLESTEP, DETACH = 16, 12, 13, 9, 17
WALL = 0x40000000
NUMBERS = {"x86_64": {"mprotect": 10, "socket": 41, "execve": 59, "kill": 62, "ptrace": 101, "tgkill": 234, "openat": 257,
                      "unlinkat": 263}}
ENDED = "ended by a signal"
REGISTERS = ("r15 r14 r13 r12 rbp rbx r11 r10 r9 r8 rax rcx rdx rsi rdi orig_rax rip cs eflags rsp ss "
             "fs_base gs_base ds es fs gs").split()


class Registers(ctypes.Structure):
    _fields_ = [(name, ctypes.c_ulonglong) for name in REGISTERS]


def supported():
    return platform.machine() in NUMBERS


def system_call(pid, name, *arguments):
    """Returns what the call returned: a number, the name of an errno, or ENDED. Texts are copied into the process."""
    words = [str(pid), name, *(f"text:{a}" if isinstance(a, str) else str(a) for a in arguments)]
    done = subprocess.run([sys.executable, __file__, *words], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    result = done.stdout.strip()
    return int(result) if result.lstrip("-").isdigit() else result


class Process:
    """A process that ptrace(2) has stopped."""

    def __init__(self, pid):
        self.pid = pid
        self._libc = ctypes.CDLL(None, use_errno=True)
        self._libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
        self._libc.ptrace.restype = ctypes.c_long
        self._ptrace(ATTACH)
        assert os.WIFSTOPPED(self._wait())

    def _ptrace(self, request, data=None):
        if self._libc.ptrace(request, self.pid, None, data) < 0:
            raise OSError(ctypes.get_errno(), f"ptrace {request}")

    def _wait(self):
        return os.waitpid(self.pid, WALL)[1]

    def call(self, number, arguments):
        """Steps over the `syscall` instruction in which the process waits, and then restores everything."""
        before, changed = Registers(), Registers()
        self._ptrace(GETREGS, ctypes.byref(before))
        self._ptrace(GETREGS, ctypes.byref(changed))
        changed.rip -= 2
        changed.rax, changed.orig_rax = number, (1 << 64) - 1  # so that the kernel does not restart the wait now
        for register, value in zip(("rdi", "rsi", "rdx", "r10", "r8", "r9"), self._values(before.rsp, arguments)):
            setattr(changed, register, value)
        self._ptrace(SETREGS, ctypes.byref(changed))
        self._ptrace(SINGLESTEP)
        if not os.WIFSTOPPED(self._wait()):
            return ENDED
        self._ptrace(GETREGS, ctypes.byref(changed))
        self._ptrace(SETREGS, ctypes.byref(before))
        self._ptrace(DETACH)
        result = ctypes.c_longlong(changed.rax).value
        return errno.errorcode[-result] if -4096 < result < 0 else result

    def _values(self, stack, arguments):
        """Texts are written far below the part of the stack that the process uses."""
        with open(f"/proc/{self.pid}/mem", "r+b", buffering=0) as memory:
            for number, argument in enumerate(arguments):
                if not argument.startswith("text:"):
                    yield int(argument) % (1 << 64)
                    continue
                place = stack - 4096 + 256 * number
                memory.seek(place)
                memory.write(argument[5:].encode() + b"\0")
                yield place


def main(pid, name, *arguments):
    signal.alarm(20)
    print(Process(int(pid)).call(NUMBERS[platform.machine()][name], arguments))


if __name__ == "__main__":
    main(*sys.argv[1:])
