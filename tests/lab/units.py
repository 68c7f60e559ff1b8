# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine whose process 1 is systemd (scripts/vm --systemd), and its tunnels, which are units."""
import os
import re
import shutil
import subprocess
from pathlib import Path

from . import ppp, programs
from .lines import Lines, wait_until
from .ppp_tunnel import SLOW, PppLink
from .process import Process, executable, proc_statuses

UNITS = Path("/run/systemd/system")
MANAGER = "pptp-callmgr.service"
PEERS = """
pty "{pptp} {server} --nolaunchpppd --logstring {name}"
user {user}
remotename {server_name}
noauth nobsdcomp nodeflate novj nodefaultroute
refuse-eap refuse-pap refuse-chap refuse-mschap require-mppe-128
mtu 1400 mru 1400
"""


def unit(tunnel):
    return f"pptp@{tunnel}.service"


def pids():
    return [int(name) for name in os.listdir("/proc") if name.isdigit()]


class TunnelUnit(PppLink):
    """A tunnel that is up: pptp@NAME.service, or whatever has that link name."""

    def __init__(self, machine, server, name):
        super().__init__(machine, server, name, None, Lines(name))
        self.device = Path(f"/run/ppp-pptp-{name}.pid").read_text(encoding="ascii").split()[1]
        self.peer_ip = re.search(r"peer ([\d.]+)", machine.ip("address", "show", "dev", self.device))[1]


class Machine:
    """This machine, in its own namespaces, with the units installed as a package would."""

    def __init__(self):
        self.addresses = []  # as lab.host.connect() wants it, and ip() and link_up()
        self.processes = []

    def run(self, *words, check=True, timeout=60):
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                              timeout=timeout * SLOW, check=False)
        assert not check or done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done

    def start(self, *words, **options):
        """Starts a program and returns its Process, with stdout and stderr line by line."""
        ends = [os.pipe(), os.pipe()]
        options.setdefault("stdin", subprocess.DEVNULL)
        popen = subprocess.Popen([str(word) for word in words], stdout=ends[0][1], stderr=ends[1][1],
                                 **options)
        for _, childs in ends:
            os.close(childs)
        self.processes.append(Process(popen, os.path.basename(str(words[0])), ends[0][0], ends[1][0]))
        return self.processes[-1]

    def ip(self, *words):
        return self.run("ip", *words).stdout

    def link_up(self, device):
        self.ip("link", "set", device, "up")

    # --- units --------------------------------------------------------------------------------------

    def systemctl(self, *words, check=True):
        return self.run("systemctl", "--no-pager", *words, check=check).stdout

    def show(self, name, value):
        return self.systemctl("show", "--value", "-p", value, name).strip()

    def active(self, name):
        return self.show(name, "ActiveState") == "active"

    def failed_units(self):
        return self.systemctl("list-units", "--failed", "--plain", "--no-legend").strip()

    def journal(self, *words):
        return self.run("journalctl", "--no-pager", "-o", "cat", *words).stdout

    def start_tunnels(self, *names):
        self.systemctl("start", *map(unit, names))
        assert all(self.active(unit(name)) for name in names)

    def install(self):
        """The prefix may be below /tmp or /root, which the units hide."""
        lib = Path(programs.installed().pptp).parents[1] / "lib"
        for file in (lib / "systemd/system").iterdir():
            shutil.copy(file, UNITS)
            if file.suffix == ".service":
                # ProtectHome=yes drops what is mounted below /root.
                self.drop_in(file.name, "seen", "ProtectHome=tmpfs", f"BindReadOnlyPaths={lib.parent}")
        for command, place in ("systemd-sysusers", "sysusers.d"), ("systemd-tmpfiles --create", "tmpfiles.d"):
            self.run(*command.split(), *(lib / place).iterdir())
        self.systemctl("daemon-reload")
        self.systemctl("start", "pptp-callmgr.socket")

    def drop_in(self, name, reason, *lines):
        """More lines for the unit's [Service]; returns the file."""
        directory = UNITS / f"{name}.d"
        directory.mkdir(exist_ok=True)
        file = directory / f"{reason}.conf"
        file.write_text("\n".join(["[Service]", *lines, ""]))
        return file

    def add_tunnel(self, name, user, server):
        """A peers file, and the secret to it: pptp@NAME.service can be started."""
        with open(f"/etc/ppp/peers/{name}", "w", encoding="ascii") as peers:
            peers.write(PEERS.format(pptp=programs.installed().pptp, server=server, name=name,
                                     user=user, server_name=ppp.SERVER_NAME))
        with open("/etc/ppp/chap-secrets", "a", encoding="ascii") as secrets:
            secrets.write(f"{user} {ppp.SERVER_NAME} {ppp.USERS[user]} *\n")

    # --- processes ----------------------------------------------------------------------------------

    def manager_pid(self):
        return int(self.show(MANAGER, "MainPID"))

    def gateways(self):
        return {pid for pid in pids() if executable(pid) == programs.installed().gateway}

    def keepers(self):
        return {pid for pid, status in proc_statuses(pids()).items() if status["Name"] == "pptp-routes"}

    def pptpctl(self, *words):
        return self.run(programs.installed().pptpctl, *words).stdout

    # --- the end of a test ----------------------------------------------------------------------------

    def interfaces(self):
        return sorted(name for name in os.listdir("/sys/class/net") if name.startswith("ppp"))

    def leftovers(self):
        """What tunnels and a stopped manager may have left."""
        found = [f"interface {name}" for name in self.interfaces()]
        found += self.ip("route", "show", "table", "all", "proto", "47").splitlines()
        found += [str(path) for path in Path("/run").glob("ppp*.pid")]
        found += [str(path) for path in Path("/run/pptp").iterdir() if path.name != "callmgr.sock"]
        return found

    def reset(self):
        for process in self.processes:
            process.stop(10 * SLOW)
        self.processes.clear()
        self.systemctl("stop", "pptp@*.service", MANAGER, check=False)
        self.systemctl("reset-failed", check=False)
        wait_until(lambda: not self.leftovers(), what="nothing left of the tunnels")
