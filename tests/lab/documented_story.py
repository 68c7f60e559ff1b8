# SPDX-License-Identifier: GPL-2.0-or-later
"""One page of the documentation, followed by a reader with a network: its commands in their order."""
import os
import re
import shutil

from . import documented, documented_table, programs
from .lines import wait_until
from .tunnel import SLOW, Tunnel

OUTPUT = "/run/lab/reader.output"
PLACE = "/run/lab/reader"  # where the reader is
GATEWAY = "/run/lab/pptp-gre"  # a copy, for setcap
UNCHECKED = {"ASAN_OPTIONS": "detect_leaks=0"}  # what is confined cannot look for its leaks
WAIT = 60  # s, for a tunnel
BUILT_IN = ("export", "kill")  # of the shell
HEALTHY = programs.REPOSITORY / "tests/diagnose/samples/healthy/pppd-2.4.9-debug.log"


class Reader:
    """Follows a page on `client`, whose vpn.example.net is `server`."""

    def __init__(self, client, server, calls=True):
        self.client, self.server, self.calls = client, server, calls
        self.exports, self.tunnels, self.ran, self.missing = {}, [], [], []
        client.write_file(f"{PLACE}/.profile", "")
        client.write_file("/run/lab/syslog", HEALTHY.read_text(encoding="utf-8"))
        hosts = client.run("cat", "/etc/hosts").stdout
        client.mask_file("/etc/hosts", f"{hosts}{server.address} {documented.EXAMPLE_SERVER}\n")
        if not os.path.exists(client.path(GATEWAY)):
            client.run("install", "-m", "755", programs.installed().gateway, GATEWAY)
            client.run("setcap", "cap_net_raw+p", GATEWAY)
            client.run("mount", "--bind", GATEWAY, programs.installed().gateway)

    def environment(self):
        found = programs.installed()
        path = [os.path.dirname(program) for program in (found.pptpctl, found.pptp)]
        return {"HOME": PLACE, "PASSWORD": "wonderland", **UNCHECKED, **self.exports,
                "PATH": ":".join([*path, "/usr/sbin", "/usr/bin", "/sbin", "/bin"])}

    def follow(self, commands, kinds):
        """Runs those that are of these kinds; what else the page shows is not for this place."""
        for command in commands:
            case = documented_table.find(command.text)
            assert case, f"{command}: no case of tests/lab/documented_table.py has it"
            if case.where in kinds:
                self.do(command, case)

    def do(self, command, case):
        text = command.filled_in(self.server.address)
        tool = text.split()[0]
        if tool not in BUILT_IN and not shutil.which(tool, path=self.environment()["PATH"]):
            return self.missing.append(command)
        if export := re.fullmatch(r"export (\w+)=(.*)", text):
            self.exports[export[1]] = export[2].replace("$HOME", PLACE)
            return self.ran.append(command)
        if self.calls and "PPTP_CALLMGR_SOCKET" not in self.exports:
            self.have_a_call()
        done = self.started if case.until else self.ended
        done(command, case, f"cd {PLACE}\n{case.before}\n{text}\n")
        self.ran.append(command)

    def have_a_call(self):
        """pptpctl and SIGUSR1 have something to show: number 4711."""
        if self.is_up():
            return
        self.tunnels.append(Tunnel(self.client, documented.EXAMPLE_SERVER, "--call-id", "4711",
                                   "--logstring", "office", env=UNCHECKED))
        wait_until(self.is_up, 10 * SLOW, "call 4711 is up")

    def is_up(self):
        running = self.tunnels and self.tunnels[-1].process.running
        shown = running and self.client.run(programs.installed().pptpctl, check=False).stdout
        return shown and re.search(r" 4711 +established ", shown)

    def ended(self, command, case, script):
        # Into a file: what stays in the background would keep a pipe open.
        done = self.client.run("sh", "-c", f"exec >{OUTPUT} 2>&1\n{script}", check=False, timeout=WAIT * SLOW,
                               env=self.environment(), input=case.stdin.decode())
        said = self.client.run("cat", OUTPUT).stdout
        assert done.returncode in case.status, f"{command}\n  exit status {done.returncode}\n{said}"

    def started(self, command, case, script):
        """A command that goes on until it is told to end, or into the background."""
        seen = len(self.client.syslog.all)
        process = self.client.start("sh", "-c", script.replace(" &\n", "\n"), env=self.environment())

        def done_its_work():
            return process.stdout.find(case.until) or process.stderr.find(case.until) \
                or self.client.syslog.find(case.until, seen)
        try:
            wait_until(done_its_work, WAIT * SLOW, f"{command}: {case.until}")
        except Exception as error:
            raise AssertionError(f"{error}\n{process.stdout.text}{process.stderr.text}"
                                 + "\n".join(self.client.syslog.all[seen:])) from None
        if case.end:
            self.client.run("sh", "-c", case.end, env=self.environment())
            process.wait_exit(WAIT * SLOW)

    def close(self):
        for tunnel in self.tunnels:
            tunnel.close()
