# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands of the documentation that need units work."""
import os
import re

import pytest

from lab import documented, programs
from lab.lines import wait_until
from lab.units import unit

# `systemctl edit` opens an editor; pptpd and accel-ppp run on servers.
RUN_HERE = re.compile(r"systemctl (?!edit|\w+ (?:pptpd|accel-ppp))|journalctl |pptpctl diagnose --journal|pptpsetup .*--systemd")
COMMANDS = {command.text: command for command in documented.commands() if RUN_HERE.match(command.text)}
RUNNING = re.compile(r"systemctl (status|disable --now) pptp@work|systemctl restart")  # needs the tunnel


@pytest.fixture
def as_before(machine, tmp_path):
    """Other tests use the same tunnels and files."""
    machine.run("cp", "-a", "/etc/ppp", tmp_path)
    yield
    machine.systemctl("disable", "--now", unit("work"), check=False)
    machine.run("ip", "route", "flush", "proto", "48", check=False)
    machine.run("cp", "-a", tmp_path / "ppp/.", "/etc/ppp")


@pytest.mark.parametrize("command", COMMANDS.values(), ids=str)
def test_a_command_of_the_documentation_works(machine, server, as_before, command):
    path = [os.path.dirname(program) for program in (programs.installed().pptpctl, programs.installed().pptp)]
    before = "systemctl start pptp@work" if RUNNING.match(command.text) else ""
    script = f"PATH={':'.join(path)}:$PATH\n{before}\n{command.filled_in(server.address)}"
    done = machine.run("sh", "-c", script, check=False)
    found = (0, 1, 2) if "diagnose" in command.text else (0,)  # the journal has what other tests left there
    assert done.returncode in found, f"{command}\n{done.stdout}{done.stderr}"
    if "enable --now pptp@" in command.text or "--systemd" in command.text:
        wait_until(lambda: machine.active(unit("work")), what=f"{unit('work')} is up")
        assert machine.systemctl("is-enabled", unit("work")).strip() == "enabled"


def test_a_tunnel_s_name_is_escaped_as_the_page_says(machine, server, as_before):
    machine.add_tunnel("to-work", "alice", server.address)
    escaped = machine.run("systemd-escape", "to-work").stdout.strip()
    assert escaped == r"to\x2dwork"
    machine.start_tunnels(escaped)
    machine.systemctl("stop", unit(escaped))
