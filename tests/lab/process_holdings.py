# SPDX-License-Identifier: GPL-2.0-or-later
"""What a process holds according to the kernel, compared with the table in doc/security.md.

Only the document has the table. A test takes a row of it, brings a process into that phase, and calls expect().
"""
import os
import re
from collections import Counter

from .process import proc_status
from .programs import REPOSITORY

DOCUMENT = REPOSITORY / "doc/security.md"
HEADING = "## As the kernel shows it"
KEY = ("process", "phase", "started by")
IDENTITIES = {"uid": "Uid", "gid": "Gid"}
CAPABILITY_SETS = {"Inh": "CapInh", "Prm": "CapPrm", "Eff": "CapEff", "Bnd": "CapBnd", "Amb": "CapAmb"}
CAPABILITIES = {"none": 0, "net_admin": 1 << 12, "net_raw": 1 << 13}
FLAGS = {"NoNewPrivs": "NoNewPrivs", "Seccomp": "Seccomp"}
CALLERS = "caller's"  # the same as the process that started it

STANDARD = {"1": "stdout", "2": "stderr"}  # if they are a pipe or a socket
NET_UNIX_KINDS = {"0001": "stream", "0002": "log", "0005": "channel"}  # by socket type
LISTENING = 1 << 16  # of the flags in /proc/net/unix
FILES = {"/dev/ptmx": "pty", "/dev/pts/ptmx": "pty", "/dev/null": "null",
         "anon_inode:[eventpoll]": "epoll", "anon_inode:[timerfd]": "timer",
         "anon_inode:[signalfd]": "signals", "/dev/net/tun": "network interface"}


# --- the document --------------------------------------------------------------------------------

def documented():
    """The rows of the table: {(process, phase, started by): {column: text}}."""
    text = DOCUMENT.read_text(encoding="utf-8").split(f"{HEADING}\n")[1]
    lines = [line for line in text.split("\n## ")[0].splitlines() if line.startswith("|")]
    header, _, *rows = [[cell.strip(" `") for cell in line.strip("|").split("|")] for line in lines]
    found = {}
    for row in rows:
        cells = dict(zip(header, row, strict=True))
        found[tuple(cells.pop(name) for name in KEY)] = cells
    return found


def rows_started_by(*who):
    return [key for key in documented() if key[-1] in who]


# --- the kernel ----------------------------------------------------------------------------------

def descriptors(pid):
    """How many descriptors of each kind a process has."""
    sockets = socket_kinds(pid)
    kinds = Counter()
    for fd in os.listdir(f"/proc/{pid}/fd"):
        try:
            file = os.readlink(f"/proc/{pid}/fd/{fd}")
        except FileNotFoundError:
            continue  # closed meanwhile
        kind = sockets.get(file) or FILES.get(file) or re.sub(r":\[\d+\]", "", file)
        kinds[STANDARD.get(fd, kind) if kind in ("pipe", "stream") else kind] += 1
    return kinds


def socket_kinds(pid):
    """{"socket:[INODE]": kind} of the network namespace of a process."""
    kinds = {}

    def read(table, inode, kind):
        try:
            with open(f"/proc/{pid}/net/{table}", encoding="utf-8", errors="replace") as text:
                rows = [line.split() for line in text][1:]
        except FileNotFoundError:
            return
        kinds.update({f"socket:[{row[inode]}]": kind(row) for row in rows})
    for protocol, kind in (("tcp", "TCP"), ("udp", "UDP"), ("raw", "raw GRE")):
        for table in (protocol, f"{protocol}6"):
            read(table, 9, lambda row, kind=kind: kind)
    read("unix", 6, lambda row: "listening socket" if int(row[3], 16) & LISTENING
         else NET_UNIX_KINDS[row[4]])
    read("netlink", 9, lambda row: "routes" if row[1] == "0" else "netlink")
    return kinds


def listed(kinds):
    """Counter({"pty": 2, "log": 1}) as "log, pty ×2"."""
    return ", ".join(kind if count == 1 else f"{kind} ×{count}" for kind, count in sorted(kinds.items()))


# --- one against the other -----------------------------------------------------------------------

def compare(row, pid, caller, users):
    """The cells of a row that are wrong: [(column, what the document says, what the kernel says)].

    `caller`: /proc/PID/status of a process that was started like the caller of `pid`;
    `users`: {name in the table: (uid, gid)}.
    """
    status, differences = proc_status(pid), []

    def check(column, expected, found):
        if expected != found:
            differences.append((column, row[column], found))
    for number, (column, name) in enumerate(IDENTITIES.items()):
        one = users[row[column]][number] if row[column] in users else None
        check(column, caller[name].split() if one is None else [str(one)] * 4, status[name].split())
    groups = [str(users[row["groups"]][1])] if row["groups"] in users else []
    if row["groups"] == CALLERS:
        groups = caller["Groups"].split()
    check("groups", groups, status["Groups"].split())
    for column, name in CAPABILITY_SETS.items():
        held = int(caller[name], 16) if row[column] == CALLERS else CAPABILITIES[row[column]]
        check(column, f"{held:016x}", status[name])
    for column, name in FLAGS.items():
        check(column, row[column], status[name])
    held = descriptors(pid)
    del held["timer"]  # for the end of a sleep; libevent has one too, from version 2.1.13 (Debian 13) on
    check("descriptors", row["descriptors"], listed(held))
    return differences


def expect(key, pid, caller, users):
    """Fails unless the process is as the row of the table says."""
    row = documented()[key]
    differences = compare(row, pid, caller, users)
    assert not differences, "\n".join(
        [f"{', '.join(key)}: {DOCUMENT.name} has the row", f"  {row}", "but the kernel shows:"]
        + [f"  {column}: {found}, documented: {said!r}" for column, said, found in differences])
