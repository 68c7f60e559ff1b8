#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""check_system_calls.py EMULATOR PROGRAM WHO FILE: the C library makes exactly the system calls that FILE lists.

The unit tests of the sandboxes check that each of them is allowed on arm64. The emulator cannot apply a filter itself.
"""
import re
import subprocess
import sys


def made(emulator, program, who):
    # A log file, unlike -strace, gets each call with its arguments at once, so a second process cannot split its name.
    log = [emulator, "-d", "strace", "-D", "/dev/stderr"]
    trace = subprocess.run([*log, program, who], stderr=subprocess.PIPE, timeout=60, check=False).stderr
    confined = trace.decode(errors="replace").rsplit("begin\n", 1)[1]
    return set(re.findall(r"\d+ ([a-z][a-z0-9_]+)\(", confined))


def main(emulator, program, who, file):
    with open(file, encoding="ascii") as lines:
        listed = set(lines.read().split())
    found = made(emulator, program, who)
    print(f"{len(found)} system calls")
    for call in sorted(found ^ listed):
        print(f"{call} is {'not in' if call in found else 'made no more: remove it from'} {file}")
    return found != listed


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
