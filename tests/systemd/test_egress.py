# SPDX-License-Identifier: GPL-2.0-or-later
"""The units of doc/egress.md, and the one that holds back what goes only through tunnels."""
import json
import os
import shutil
import signal
import socket
from pathlib import Path

import pytest

from lab import markdown, programs
from lab.egress import BEYOND, PREFIX, Before
from lab.lines import wait_until
from lab.ppp import USERS
from lab.process import command_line
from lab.units import UNITS, pids, unit

PAGE, UNIT, EGRESS = "doc/egress.md", "pptp-egress.service", Path("/etc/ppp/callgate")
PROXY = UNITS / "exit-proxy@.service"
NUMBERS = "1", "2"
UNITS_OF_THE_PAGE = [f"{name}{number}.service" for number in NUMBERS for name in ("exit-proxy@", "pptp@exit")]


def test_packets_are_held_back_from_the_boot_on(machine):
    before = Before(machine)
    EGRESS.mkdir(exist_ok=True)
    file = EGRESS / "held.egress"
    file.write_text("table 401\nmark 17\nonly-through\n", encoding="utf-8")
    machine.systemctl("start", UNIT)
    assert machine.active(UNIT)
    assert "No route to host" in machine.run("ip", "route", "get", BEYOND, "mark", "17", check=False).stderr
    file.unlink()
    (EGRESS / "other.egress").write_text("table 402\n", encoding="utf-8")  # the unit's condition
    machine.systemctl("restart", UNIT)
    (EGRESS / "other.egress").unlink()
    before.again()
    machine.systemctl("stop", UNIT)
    assert not machine.failed_units()


@pytest.fixture
def with_scripts(machine, tmp_path):
    """pppd's scripts as the package installs them. Afterwards the files are as before."""
    machine.run("cp", "-a", "/etc/ppp", tmp_path)
    for when in "ip-up.d", "ip-down.d":
        for script in (PREFIX / "etc/ppp" / when).iterdir():
            shutil.copy(script, f"/etc/ppp/{when}")
    yield
    machine.systemctl("disable", "--now", *UNITS_OF_THE_PAGE, check=False)
    PROXY.unlink(missing_ok=True)
    machine.run("sh", "-c", f"rm -rf /etc/ppp/* && cp -a {tmp_path}/ppp/. /etc/ppp")


def commands(server):
    """The page's lines for many tunnels, for this server, which wants encryption."""
    [block] = [block for block in markdown.blocks(PAGE) if block.kind == "sh" and "seq COUNT" in block.text]
    for old, new in ("COUNT", NUMBERS[-1]), ("vpn.example.net", server.address), ("--table", "--encrypt --table"):
        assert old in block.text
        block = markdown.Block(block.page, block.line, block.kind, block.name, block.text.replace(old, new))
    return block.text


def is_served(address):
    try:
        socket.create_connection((address, 1080), 5).close()
        return True
    except OSError:
        return False


def test_the_tunnels_and_proxies_of_the_page_are_up(machine, server, with_scripts):
    [proxy] = [block.text for block in markdown.blocks(PAGE) if "ExecStart=/usr/bin/pptpctl exec" in block.text]
    PROXY.write_text(proxy.replace("/usr/bin/pptpctl", programs.installed().pptpctl), encoding="utf-8")
    machine.systemctl("daemon-reload")
    before = Before(machine)
    machine.run("sh", "-ec", f"PATH={PREFIX}/sbin:$PATH\nPASSWORD={USERS['alice']}\n{commands(server)}")
    for number in NUMBERS:
        assert machine.active(unit(f"exit{number}"))
        proxy_address = f"169.254.1.{2 * int(number) + 1}"
        wait_until(lambda address=proxy_address: is_served(address), what="a proxy at the address that the page names")
    assert not machine.failed_units()
    machine.systemctl("stop", *UNITS_OF_THE_PAGE)
    before.again()


# --- the watch over the end of interfaces ----------------------------------------------------------

def watchers():
    """The processes that wait for the end of interfaces, their parents first."""
    return [pid for pid in pids() if "pptp-egress keep" in (line := command_line_of(pid)) or "pptp-egress watching" in line]


def command_line_of(pid):
    try:
        return command_line(pid)
    except (FileNotFoundError, ProcessLookupError):
        return ""


def kill_watchers(machine):
    found = wait_until(watchers, what="the watch")
    for pid in found:
        os.kill(pid, signal.SIGKILL)
    wait_until(lambda: set(watchers()) - set(found), what="another watch")


def pptpsetup(machine, words):
    machine.run("sh", "-ec", f"PATH={PREFIX}/sbin:$PATH\necho {USERS['alice']} | pptpsetup {words}")


def stop_first(machine):
    machine.systemctl("stop", unit("exit1"))


@pytest.mark.parametrize("end", [stop_first, kill_watchers], ids=["of the unit that started first", "of the watch itself"])
def test_a_tunnel_outside_of_units_leaves_no_rule_after_the_end(machine, server, with_scripts, end):
    """Nobody but the watch removes the rules of a pppd that is killed and belongs to no unit."""
    before = Before(machine)
    for number in NUMBERS:
        pptpsetup(machine, f"--create exit{number} --server {server.address} --username alice --encrypt --table auto --password-stdin")
    machine.systemctl("start", unit("exit1"))
    assert machine.ip("rule").count("proto 48") == 4  # the routes are there, too
    pptpsetup(machine, "--start exit2")
    tunnel = json.loads(machine.pptpctl("wait", "exit2", "--json"))
    end(machine)
    os.kill(tunnel["pid"], signal.SIGKILL)
    wait_until(lambda: tunnel["address"] not in machine.ip("rule"), what="the end of its rules")
    stop_first(machine)
    before.again()
    wait_until(lambda: not watchers(), what="the end of the watch")
    assert not machine.failed_units()
    Path(f"/run/{tunnel['interface']}.pid").unlink(missing_ok=True)  # a pppd that is killed leaves it
