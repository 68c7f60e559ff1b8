# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may start and stop a tunnel's unit, as the real polkit decides for users who have logged in by the real logind."""
import shutil
from pathlib import Path

import pytest

from lab import programs
from lab.units import UNITS, unit

PREFIX = Path(programs.installed().pptp).parents[1]
RULE = PREFIX / "share/polkit-1/rules.d/60-callgate.rules"
INSTALLED = Path("/etc/polkit-1/rules.d/60-callgate.rules")
SERVICES = ("dbus.service", "systemd-logind.service", "polkit.service")
MEMBER, OUTSIDER = "member-of-dip", "outsider"
WITHOUT_ASKING = "Interactive authentication required"
SYSTEMCTL = "systemctl --no-ask-password"


@pytest.fixture
def users(machine):
    if not Path("/usr/lib/polkit-1/polkitd").exists():
        pytest.skip("polkitd is not installed")
    for name, groups in (MEMBER, ["-G", "dip"]), (OUTSIDER, []):
        machine.run("useradd", "--no-create-home", "--shell", "/bin/sh", *groups, name)
    shutil.copy(RULE, INSTALLED)
    Path("/run/nologin").unlink(missing_ok=True)
    (UNITS / "systemd-logind.service").unlink(missing_ok=True)  # it is masked
    (UNITS / "user@.service").symlink_to("/dev/null")  # no test needs it
    machine.systemctl("daemon-reload")
    machine.systemctl("start", *SERVICES)
    yield
    machine.systemctl("stop", *SERVICES[1:], check=False)
    INSTALLED.unlink()
    (UNITS / "user@.service").unlink()
    (UNITS / "systemd-logind.service").symlink_to("/dev/null")
    for name in MEMBER, OUTSIDER:
        machine.run("userdel", "--force", name, check=False)


def logged_in(machine, name, *commands):
    """Runs commands of the shell in a session of this user. Returns (exit status, output and errors) of each."""
    script = "\n".join(f"{{ {command}; }} 2>&1; echo STATUS=$?" for command in commands)
    said = machine.run("systemd-run", "--quiet", "--pipe", "--wait", "--collect", "-p", "PAMName=login", "-p", f"User={name}", "--",
                       "sh", "-c", script, check=False).stdout
    parts = said.split("STATUS=")
    assert len(parts) == len(commands) + 1, said
    return [(int(after.split()[0]), before) for before, after in zip(parts, parts[1:])]


def test_a_member_of_dip_starts_and_stops_a_tunnel_without_a_password_and_nobody_else_does(machine, server, users):
    [started] = logged_in(machine, MEMBER, f"{SYSTEMCTL} start {unit('work')}")
    assert started[0] == 0 and machine.active(unit("work")), started

    start, stop = logged_in(machine, OUTSIDER, f"{SYSTEMCTL} start {unit('home')}", f"{SYSTEMCTL} stop {unit('work')}")
    assert start[0] and WITHOUT_ASKING in start[1] and not machine.active(unit("home"))
    assert stop[0] and WITHOUT_ASKING in stop[1] and machine.active(unit("work"))

    [stopped] = logged_in(machine, MEMBER, f"{SYSTEMCTL} stop {unit('work')}")
    assert stopped[0] == 0 and not machine.active(unit("work")), stopped
