# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts and stops tunnels: instances of systemd's pptp@, and those that were started by hand, by pppd or without it."""
import contextlib
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

from .checks import Refused, printable

DOWN = {"tunnel": None, "state": "down", "program": None, "pid": None, "interface": None, "address": None, "peer": None}
UP_TIMEOUT = 60  # s, from the end of pppd's start to the last route, on a slow machine that is busy
UP_SCRIPT = "/etc/ppp/ip-up.d/callgate-up"
POLL = 0.05  # s
STOP_TIMEOUT = 20  # s, as in pptp@.service: pppd ends the link in order
programs = ""  # the directory of Callgate's own programs, such as pptp-egress; the main program sets it
WANTED_BY = "etc/systemd/system/multi-user.target.wants"


def unit(tunnel):
    """Returns the name of the instance as systemd-escape writes it: systemd would read a - as a /."""
    escaped = tunnel.replace("-", "\\x2d")
    return f"pptp@{escaped}.service"


def run(*words):
    try:
        return subprocess.run(words, check=False).returncode
    except OSError as error:
        raise Refused(f"cannot run {words[0]}: {error.strerror}") from None


def systemctl(root, *words):
    """Runs systemctl, whose messages go to the user. Below another root, units can be enabled but not started."""
    other_root = [] if root == "/" else [f"--root={root}"]
    words = [word for word in words if root == "/" or word != "--now"]
    if run("systemctl", *other_root, *words):
        raise Refused(f"systemctl {' '.join(words)} failed")


def is_enabled(root, tunnel):
    return os.path.lexists(os.path.join(root, WANTED_BY, unit(tunnel)))


def is_systemd_s(tunnel):
    """Whether the tunnel runs as a service, or waits for the next attempt."""
    if not os.path.isdir("/run/systemd/system"):
        return False
    done = subprocess.run(["systemctl", "show", "--value", "-p", "ActiveState", unit(tunnel)],
                          capture_output=True, text=True, check=False)
    return done.stdout.strip() not in ("", "inactive", "failed")


def enable(root, tunnel):
    systemctl(root, "enable", "--now", unit(tunnel))


def disable(root, tunnel):
    """Disables and stops the service if it is enabled. A tunnel that was started by hand goes on."""
    if is_enabled(root, tunnel):
        systemctl(root, "disable", "--now", unit(tunnel))


def start(root, tunnel, pptp):
    """Starts the tunnel by systemd if its service is enabled, or else by pptp, which may become pppd. Returns the exit
    status of that."""
    if root != "/":
        raise Refused("--start cannot start a tunnel below --root")
    if is_enabled(root, tunnel):
        return run("systemctl", "start", unit(tunnel))
    return run_and_pass_on(pptp, "call", tunnel, "updetach")


def run_and_pass_on(*words):
    """Runs a program and prints what it says until it exits. The processes that it leaves behind do not get our own
    output, because whoever reads that waits until nobody holds it any more."""
    try:
        with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
            to = {process.stdout: sys.stdout, process.stderr: sys.stderr}
            while process.poll() is None:
                for stream in select.select(list(to), [], [], POLL)[0]:
                    pass_on(stream, to)
            while said := select.select(list(to), [], [], 0)[0]:
                for stream in said:
                    pass_on(stream, to)
            return process.returncode
    except OSError as error:
        raise Refused(f"cannot run {words[0]}: {error.strerror}") from None


def pass_on(stream, to):
    """Prints what has come. A stream that has ended is left out of `to`."""
    data = os.read(stream.fileno(), 65536)
    to[stream].write(printable(data.decode("utf-8", "backslashreplace"), kept="\n\t"))
    to[stream].flush()
    if not data:
        del to[stream]


def wait_up(tunnel, with_routes):
    """Waits until the tunnel has its addresses, and its routes if it has any. Returns its status. If it has ended in
    the meantime, or if the time is over, the state is not "up"."""
    deadline = time.monotonic() + UP_TIMEOUT
    while True:
        found = status(tunnel)
        ready = found["state"] == "up" and has_all(tunnel, found, with_routes)
        if ready and (missing := missing_networks(tunnel)):
            return {**found, "state": "without routes", "missing": missing}
        if ready or found["state"] == "down" or time.monotonic() > deadline:
            return found if ready else {**found, "state": "without routes" if found["address"] else found["state"]}
        time.sleep(POLL)


def what_is_missing(found):
    if found.get("missing"):
        return f"{', '.join(found['missing'])} {'does' if len(found['missing']) == 1 else 'do'} not go through it"
    return {"down": "has ended again", "dialling": f"has no IPv4 address after {UP_TIMEOUT} s",
            "without routes": f"has no routes after {UP_TIMEOUT} s"}[found["state"]]


def has_all(tunnel, found, with_routes):
    """Whether ip-up has ended. If nobody writes that down, as without our script, the routes must be there."""
    lines = up_file(tunnel)
    if lines is not None:
        return f"interface {found['interface']}" in lines
    return not os.path.exists(UP_SCRIPT) and (not with_routes or has_routes(found["interface"]))


def missing_networks(tunnel):
    """Returns the networks of the tunnel that ip-up could not send through it."""
    return [line.removeprefix("missing ") for line in up_file(tunnel) or () if line.startswith("missing ")]


def up_file(tunnel):
    """Returns the lines of what ip-up.d/callgate-up writes when all scripts before it have ended, or None."""
    with contextlib.suppress(OSError):
        return Path(f"/run/callgate-{tunnel}.up").read_text(encoding="utf-8").splitlines()
    return None


def has_routes(device):
    """Whether ip-up.d/callgate-routes has set its routes, which it marks with protocol 48."""
    return bool(subprocess.run(["ip", "-4", "route", "show", "table", "all", "dev", device, "proto", "48"],
                               capture_output=True, check=False).stdout)


def stop(tunnel):
    """Stops the tunnel. Returns whether it was running and has ended."""
    if is_systemd_s(tunnel):
        systemctl("/", "stop", unit(tunnel))
        return True
    found = processes(tunnel)
    for pid, program in found.items():
        try:
            os.kill(pid, signal.SIGTERM)
        except ProcessLookupError:
            pass
        except PermissionError:
            raise Refused(f"cannot end {tunnel}, because another user has started its {program} (process {pid}): run sudo pptpsetup"
                          f" --stop {tunnel}") from None
    deadline = time.monotonic() + STOP_TIMEOUT
    while processes(tunnel) and time.monotonic() < deadline:
        time.sleep(0.05)
    if still := processes(tunnel):
        raise Refused(f"the {next(iter(still.values()))} of {tunnel} did not end within {STOP_TIMEOUT} s")
    return bool(found)


def processes(tunnel):
    """Returns the pids and the programs, pppd or pptp, that were started with the words "call TUNNEL"."""
    return callers().get(tunnel, {})


def callers():
    """Returns these processes of all tunnels. The processes that such a pptp has forked have the same words, and are
    left out."""
    found, parents = {}, {}
    for process in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            words = (process / "cmdline").read_bytes().split(b"\0")
            names = [os.fsdecode(name) for word, name in zip(words, words[1:]) if word == b"call"]
            if not names:
                continue
            status = (process / "status").read_bytes()
            if program := program_of(process, status, words[0]):
                parents[int(process.name)] = int(re.search(rb"^PPid:\s+(\d+)", status, re.MULTILINE)[1])
                for name in names:
                    found.setdefault(name, {})[int(process.name)] = program
    return {name: {pid: program for pid, program in group.items() if parents[pid] not in group}
            for name, group in found.items()}


def program_of(process, status, first_word):
    """Returns "pppd" or "pptp", or None if it is neither. Any user may choose the words of a process. So it must have
    root's rights, which the real pppd has also if a user starts it. Other programs have root's rights too (su), so the
    program's file must be pppd or pptp. Only root can see which file it is."""
    rights = re.search(rb"^Uid:\s+\d+\s+(\d+)", status, re.MULTILINE)
    if not rights or rights[1] != b"0":
        return None
    try:
        path = os.readlink(process / "exe").removesuffix(" (deleted)")  # an upgrade may have replaced it
    except PermissionError:
        path = os.fsdecode(first_word)
    return os.path.basename(path) if os.path.basename(path) in ("pppd", "pptp") else None


def interface(pid):
    """Returns the interface of a pppd or pptp, or None. /sys is not used: it may belong to another network namespace."""
    for _, device in socket.if_nameindex():
        with contextlib.suppress(OSError, ValueError, IndexError):
            if int(Path(f"/run/{device}.pid").read_text(encoding="ascii").split()[0]) == pid:
                return device
    return None


def status(tunnel, known=None):
    """Returns the status of the tunnel's first process: {"state": "down" | "dialling" | "up", ...}. `known`: its
    processes, if the caller has them."""
    for pid, program in (processes(tunnel) if known is None else known).items():
        device = interface(pid)
        done = device and subprocess.run(["ip", "-4", "-brief", "address", "show", "dev", device],
                                         capture_output=True, text=True, check=False)
        addresses = done.stdout.split()[2:] if done else []
        return {"tunnel": tunnel, "state": "up" if addresses else "dialling", "program": program, "pid": pid, "interface": device,
                "address": addresses[0] if addresses else None,
                "peer": addresses[2].split("/")[0] if len(addresses) > 2 else None}
    return {**DOWN, "tunnel": tunnel}
