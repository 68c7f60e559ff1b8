# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine whose process 1 is systemd (scripts/vm --systemd), and a PPTP server beside it."""
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from lab import ppp, programs
from lab.host import connect
from lab.lines import wait_until
from lab.ppp_tunnel import SLOW

UNITS = Path("/run/systemd/system")
PEERS = """
pty "{pptp} {server} --nolaunchpppd --logstring {name}"
user {user}
remotename {server_name}
noauth nobsdcomp nodeflate novj nodefaultroute
refuse-eap refuse-pap refuse-chap refuse-mschap require-mppe-128
mtu 1400 mru 1400
"""


class Machine:
    """This machine, in its own namespaces, with the units installed as a package would."""

    def __init__(self):
        self.addresses = []

    # --- as lab.host.connect() wants it -----------------------------------------------------------

    def run(self, *words, check=True, timeout=60):
        done = subprocess.run([str(word) for word in words], capture_output=True, text=True,
                              timeout=timeout * SLOW, check=False)
        assert not check or done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
        return done.stdout

    def ip(self, *words):
        return self.run("ip", *words)

    def link_up(self, device):
        self.ip("link", "set", device, "up")

    # --- units --------------------------------------------------------------------------------------

    def systemctl(self, *words, check=True):
        return self.run("systemctl", "--no-pager", *words, check=check)

    def show(self, unit, name):
        return self.systemctl("show", "--value", "-p", name, unit).strip()

    def active(self, unit):
        return self.show(unit, "ActiveState") == "active"

    def manager_pid(self):
        return int(self.show("pptp-callmgr.service", "MainPID"))

    def journal(self, *words):
        return self.run("journalctl", "--no-pager", "-o", "cat", *words)

    def pptpctl(self, *words):
        return self.run(programs.installed().pptpctl, *words)

    def install(self):
        """The prefix may be below /tmp or /root, which the units hide."""
        lib = Path(programs.installed().pptp).parents[1] / "lib"
        for unit in (lib / "systemd/system").iterdir():
            shutil.copy(unit, UNITS)
            if unit.suffix == ".service":
                self.drop_in(unit.name, "seen", f"BindReadOnlyPaths={lib.parent}")
        for words in ("systemd-sysusers", "sysusers.d"), ("systemd-tmpfiles --create", "tmpfiles.d"):
            self.run(*words[0].split(), *(lib / words[1]).iterdir())
        self.systemctl("daemon-reload")
        self.systemctl("start", "pptp-callmgr.socket")

    def drop_in(self, unit, name, *lines):
        """More lines for the unit's [Service]; returns the file."""
        directory = UNITS / f"{unit}.d"
        directory.mkdir(exist_ok=True)
        file = directory / f"{name}.conf"
        file.write_text("\n".join(["[Service]", *lines, ""]))
        return file

    def add_tunnel(self, name, user, server):
        """A peers file, and the secret to it: pptp@NAME.service can be started."""
        with open(f"/etc/ppp/peers/{name}", "w", encoding="ascii") as peers:
            peers.write(PEERS.format(pptp=programs.installed().pptp, server=server, name=name,
                                     user=user, server_name=ppp.SERVER_NAME))
        with open("/etc/ppp/chap-secrets", "a", encoding="ascii") as secrets:
            secrets.write(f"{user} {ppp.SERVER_NAME} {ppp.USERS[user]} *\n")

    def interfaces(self):
        return sorted(name for name in os.listdir("/sys/class/net") if name.startswith("ppp"))

    def leftovers(self):
        """What tunnels and a stopped manager may have left."""
        found = [f"interface {name}" for name in self.interfaces()]
        found += [line for line in self.ip("route", "show", "table", "all", "proto", "47").splitlines()]
        found += [str(path) for path in Path("/run").glob("ppp*.pid")]
        found += [str(path) for path in Path("/run/pptp").iterdir() if path.name != "callmgr.sock"]
        return found

    def reset(self):
        self.systemctl("stop", "pptp@*.service", "pptp-callmgr.service", check=False)
        self.systemctl("reset-failed", check=False)
        wait_until(lambda: not self.leftovers(), 10 * SLOW, "nothing left of the tunnels")


@pytest.fixture(scope="session")
def hosts():
    if "CALLGATE_IN_VM" not in os.environ or not UNITS.is_dir():
        pytest.skip("these want systemd as process 1: scripts/vm --systemd")
    machine = Machine()
    with ppp.PptpServer("server") as server:
        connect("192.0.2.0/24", machine, server)
        machine.install()
        for name, user in ("work", "alice"), ("home", "bob"), ("lab", "carol"):
            machine.add_tunnel(name, user, server.address)
        yield machine, server


@pytest.fixture
def server(hosts):
    _, server = hosts
    server.start_pptpd()
    yield server
    server.reset()


@pytest.fixture
def machine(hosts, server):
    machine, _ = hosts
    yield machine
    machine.reset()


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item):
    """A failed test shows what the units have said."""
    outcome = yield
    report = outcome.get_result()
    if report.failed and "hosts" in getattr(item, "funcargs", {}):
        machine, server = item.funcargs["hosts"]
        report.sections.append(("journal", machine.journal("-n", "150", "-o", "short-monotonic")))
        report.sections.append(("server's log", "\n".join(server.concise_log[-60:])))
