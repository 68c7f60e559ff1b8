# SPDX-License-Identifier: GPL-2.0-or-later
"""Starts and stops tunnels, and says which are up. What a start does is shown while it happens."""
import collections
import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import sys
import threading
import time

from callgate_setup import command, service
from callgate_setup.checks import Refused

from .stages import Stages, row
from .terminal import say

STATUS_DOWN = 3  # as the Linux Standard Base has it
LAST_LINES = 5  # of the log, if no known cause matches it
SETTLE = 2  # s: the last lines may still be on their way to the journal
SIGNALLED = 128  # what a shell adds to the number of the signal that has ended a program


class Runner:
    def __init__(self, files, program):
        self.files = files
        directory = os.path.dirname(os.path.abspath(program))
        beside = os.path.join(os.path.dirname(directory), "bin", "pptpctl")
        self.pptp = shutil.which("pptp") or command.installed_pptp(program)
        self.pptpctl = shutil.which("pptpctl") or (beside if os.access(beside, os.X_OK) else "/usr/bin/pptpctl")

    # --- start -----------------------------------------------------------------------------------------------

    def start(self, tunnel):
        """Returns the exit status of pppd, or of the pptp that has made the tunnel without pppd."""
        self.only_here()
        found = service.status(tunnel.name)
        if found["state"] == "up":
            say(f"{tunnel.name} is up already; to start it anew: pptp-command restart {tunnel.name}")
            return active(tunnel.name, found)
        say(f"{tunnel.name}: calling {tunnel.entry['server']} as {tunnel.entry['user']}")
        by_unit = service.is_enabled(self.files.root, tunnel.name)
        follow = self.by_unit if by_unit else self.by_pptp
        stages, last_lines = Stages(), collections.deque(maxlen=LAST_LINES)
        status = follow(tunnel, stages, last_lines)
        if status:
            self.explain(tunnel, stages, last_lines)
            if by_unit and service.is_systemd_s(tunnel.name):
                say(f"systemd tries again; to end that: pptp-command stop {tunnel.name}")
            return status
        networks = os.path.exists(self.files.routes(tunnel.name))
        found = service.wait_up(tunnel.name, networks)
        if found["state"] != "up":
            raise Refused(f"{tunnel.name} has come up, but {service.what_is_missing(found)}; see pptp-command log")
        if networks:
            row("routes", " ".join(tunnel.entry["routes"]))
        if tunnel.is_old and tunnel.entry["routes"]:
            say(f"Its routes are not set, because its file is of the old pptp-command: pptp-command import {tunnel.name}")
        return active(tunnel.name, found)

    def only_here(self):
        if self.files.root != "/" or not self.files.is_pppd_s:
            raise Refused("a tunnel can be started and stopped only with the files in /etc/ppp, without --root and PPPDIR")

    def explain(self, tunnel, stages, last_lines):
        if not stages.explain():
            row("FAILED", "no known cause matches the log")
            for line in last_lines:
                say(f"  {line}")
        say(f"To find out more: pptp-command diagnose {tunnel.name}")

    def by_pptp(self, tunnel, stages, last_lines):
        """Starts pptp, which becomes pppd or makes the tunnel without it, and shows its log until it is up."""
        words = [tunnel.entry["server"], "call", tunnel.name] if tunnel.is_old else ["call", tunnel.name]
        with self.follower(stages, "--log", "-", stdin=subprocess.PIPE) as follower:
            def take(data):
                last_lines.extend(data.decode("utf-8", "backslashreplace").splitlines())
                with contextlib.suppress(BrokenPipeError):
                    follower.stdin.write(data)
                    follower.stdin.flush()
            try:
                return copy_output([self.pptp, *words, "updetach", "debug"], take)
            finally:
                with contextlib.suppress(BrokenPipeError):
                    follower.stdin.close()
                follower.wait()

    def by_unit(self, tunnel, stages, _):
        """Starts the service, and shows its journal until systemd says that it is up."""
        unit = service.unit(tunnel.name)
        before = shown_by_systemd(unit, "InvocationID")
        with subprocess.Popen(["systemctl", "start", unit], stderr=subprocess.DEVNULL) as process:
            while process.poll() is None and shown_by_systemd(unit, "InvocationID") == before:
                time.sleep(service.POLL)
            with self.follower(stages, tunnel.name) as follower:
                failed = process.wait()
                time.sleep(SETTLE)
                follower.terminate()
        if not failed:
            return 0
        return int(shown_by_systemd(unit, "ExecMainStatus") or 0) or failed

    @contextlib.contextmanager
    def follower(self, stages, *words, **how):
        """pptpctl follow, whose events are shown as they come."""
        try:
            process = subprocess.Popen([self.pptpctl, "follow", "--json", *words], stdout=subprocess.PIPE,
                                       start_new_session=True, **how)  # Ctrl-C is for the tunnel
        except OSError as error:
            raise Refused(f"cannot run {self.pptpctl}: {error.strerror}") from None

        def read():
            for line in process.stdout:
                stages.show(line)
        reader = threading.Thread(target=read)
        reader.start()
        try:
            yield process
        finally:
            with contextlib.suppress(BrokenPipeError):
                if process.stdin:
                    process.stdin.close()
                else:
                    process.terminate()
            process.wait()
            reader.join()
            process.stdout.close()

    # --- stop ------------------------------------------------------------------------------------------------

    def stop(self, tunnels):
        """Ends these tunnels, and waits until each of them has ended. No other pppd is touched."""
        self.only_here()
        ended = [tunnel.name for tunnel in tunnels if service.stop(tunnel.name)]
        for name in ended:
            say(f"Tunnel {name} has ended.")
        if not ended:
            say(f"{tunnels[0].name} was not running." if len(tunnels) == 1 else "No PPTP tunnel was running.")
        return 0

    def running(self):
        return [tunnel for tunnel in self.files.known() if service.processes(tunnel.name) or service.is_systemd_s(tunnel.name)]


def copy_output(words, take):
    """Runs a program, and passes what it says to take() until it exits. The processes that it leaves behind may hold
    the pipe, so its end is not waited for. Returns the exit status as a shell has it."""
    try:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        raise Refused(f"cannot run {words[0]}: {error.strerror}") from None
    with process:
        try:
            output, is_open = process.stdout.fileno(), True
            while process.poll() is None:
                if is_open and select.select([output], [], [], service.POLL)[0]:
                    is_open = bool(data := os.read(output, 65536))
                    take(data)
                elif not is_open:
                    process.wait()
            while is_open and select.select([output], [], [], 0)[0]:
                is_open = bool(data := os.read(output, 65536))
                take(data)
        except KeyboardInterrupt:
            process.send_signal(signal.SIGTERM)
            raise
        return process.returncode if process.returncode >= 0 else SIGNALLED - process.returncode


def shown_by_systemd(unit, what):
    return subprocess.run(["systemctl", "show", "--value", "-p", what, unit], capture_output=True, text=True,
                          check=False).stdout.strip()


def active(name, found):
    """Says what the old pptp-command said at the end of a start."""
    say(f"Tunnel {name} is active on {found['interface']}.  IP Address: {found['address'].split('/')[0]}")
    return 0


def show_status(tunnels, as_json):
    """Returns 0 if one of the tunnels is up."""
    found = [service.status(tunnel.name) for tunnel in tunnels]
    if as_json:
        print(json.dumps(found, indent=2))
    else:
        for entry in found:
            say(command.described(entry))
        if not found:
            say("There is no PPTP tunnel.")
    return 0 if any(entry["state"] == "up" for entry in found) else STATUS_DOWN


def replace_by(*words):
    """Becomes another program."""
    sys.stdout.flush()
    try:
        os.execvp(words[0], words)
    except OSError as error:
        raise Refused(f"cannot run {words[0]}: {error.strerror}") from None
