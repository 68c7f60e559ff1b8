# SPDX-License-Identifier: GPL-2.0-or-later
"""A reader of the documentation, who types its commands on a host. vpn.example.net is the host's server."""
import os
import re

from . import programs
from .documented import first_word, simple_commands
from .lines import wait_until
from .own_time import EVENT
from .tunnel import Tunnel

PLACE = "/run/lab/reader"  # the working directory
UNCHECKED = {"ASAN_OPTIONS": "detect_leaks=0"}  # a confined process cannot look for its leaks
UP = "local  IP address"  # pppd's line when a tunnel is up
TUNNEL = ("pptpsetup --list | grep -q work || echo wonderland |"
          " pptpsetup --create work --server vpn.example.net --username alice --encrypt\n")
HEALTHY = programs.REPOSITORY / "tests/diagnose/samples/healthy/pppd-2.4.9-debug.log"


class Reader:
    def __init__(self, client, server):
        self.client, self.server, self.tunnels = client, server, []
        for log in ("/run/lab/syslog", f"{PLACE}/tunnel.log"):
            client.write_file(log, HEALTHY.read_text(encoding="utf-8"))
        hosts = client.run("cat", "/etc/hosts").stdout
        client.mask_file("/etc/hosts", f"{hosts}{server.address} vpn.example.net\n")
        path = [os.path.dirname(program) for program in (programs.installed().pptpctl, programs.installed().pptp)]
        self.environment = {**UNCHECKED, "HOME": PLACE, "PASSWORD": "wonderland",
                            "PATH": ":".join([*path, "/usr/sbin", "/usr/bin", "/sbin", "/bin"])}

    def can_run(self, command):
        """Whether the programs of the command are installed."""
        return all(self.client.run("sh", "-c", f"command -v {first_word(words[0])}", check=False,
                                   env=self.environment).returncode == 0
                   for words in simple_commands(command.text))

    def run(self, command, status=(0,), before=""):
        """Types a command that ends by itself. The password is on its standard input."""
        done = self.client.run("sh", "-c", self.script(command, before), check=False, timeout=EVENT,
                               env=self.environment, input="wonderland\n")
        assert done.returncode in status, f"{command}\n{done.stdout}{done.stderr}"

    def bring_up(self, command, before=""):
        """Types a command that starts pppd, waits until the tunnel is up, and ends pppd."""
        seen = len(self.client.syslog.all)
        process = self.client.start("sh", "-c", self.script(command, before), env=self.environment)

        def is_up():
            return process.stdout.find(UP) or process.stderr.find(UP) or self.client.syslog.find(UP, seen)
        wait_until(lambda: is_up() or process.status, EVENT, str(command))
        assert is_up(), f"{command}: exit status {process.wait_exit()}\n{process.stdout.text}{process.stderr.text}"
        self.client.run("sh", "-c", "kill $(pidof pppd); while pidof pppd; do sleep 0.1; done", timeout=EVENT,
                        env=self.environment)
        process.wait_exit(EVENT)

    def script(self, command, before):
        # A capture goes on until it is interrupted.
        text = command.filled_in(self.server.address).replace(
            "pptpctl capture", "timeout --preserve-status -s INT 1 pptpctl capture")
        return f"cd {PLACE}\n{before}\n{text}\n"

    def have_a_call(self):
        """Call 4711, named office, is up."""
        wait_until(lambda: self.is_up() or self.dial(), what="call 4711 is up")

    def dial(self):
        """Whether the call comes up. The id is not free before the server has answered the Call-Clear-Request."""
        tunnel = Tunnel(self.client, "vpn.example.net", "--call-id", "4711", "--logstring", "office", env=UNCHECKED)
        self.tunnels.append(tunnel)
        wait_until(lambda: self.is_up() or not tunnel.process.running, what="call 4711 is up")
        said = tunnel.process.stderr.text
        assert tunnel.process.running or "call ID 4711 is in use by another call" in said, said
        return tunnel.process.running

    def is_up(self):
        return self.tunnels and self.tunnels[-1].process.running and self.shows(" 4711 +established ")

    def shows(self, pattern):
        """Whether pptpctl prints a line with it."""
        return re.search(pattern, self.client.run(programs.installed().pptpctl, check=False).stdout)

    def close(self):
        for tunnel in self.tunnels:
            tunnel.close()
