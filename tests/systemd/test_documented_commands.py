# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands of the documentation that want units: tests/lab/documented_table.py says which."""
import os

import pytest

from lab import documented, programs
from lab.documented_table import SYSTEMD, find
from lab.lines import wait_until
from lab.ppp_tunnel import SLOW
from lab.units import unit

COMMANDS = {command.text: command for command in documented.commands()
            if (case := find(command.text)) and case.where == SYSTEMD}


@pytest.fixture
def as_before(machine, tmp_path):
    """The tunnels and their files are other tests', too."""
    machine.run("cp", "-a", "/etc/ppp", tmp_path)
    yield
    machine.systemctl("disable", "--now", unit("work"), check=False)
    machine.run("ip", "route", "flush", "proto", "48", check=False)
    machine.run("cp", "-a", tmp_path / "ppp/.", "/etc/ppp")


@pytest.mark.parametrize("command", COMMANDS.values(), ids=str)
def test_a_command_of_the_documentation_works(machine, server, as_before, command):
    path = [os.path.dirname(program) for program in (programs.installed().pptpctl, programs.installed().pptp)]
    case = find(command.text)
    script = f"PATH={':'.join(path)}:$PATH\n{case.before}\n{command.filled_in(server.address)}"
    done = machine.run("sh", "-c", script, check=False)
    assert done.returncode in case.status, f"{command}\n{done.stdout}{done.stderr}"
    if "enable --now pptp@" in command.text or "--systemd" in command.text:
        wait_until(lambda: machine.active(unit("work")), 30 * SLOW, f"{unit('work')} is up")
        assert machine.systemctl("is-enabled", unit("work")).strip() == "enabled"


def test_a_tunnel_s_name_is_escaped_as_the_page_says(machine, server, as_before):
    machine.add_tunnel("to-work", "alice", server.address)
    escaped = machine.run("systemd-escape", "to-work").stdout.strip()
    assert escaped == r"to\x2dwork"
    machine.start_tunnels(escaped)
    machine.systemctl("stop", unit(escaped))
