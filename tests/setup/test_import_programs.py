# SPDX-License-Identifier: GPL-2.0-or-later
"""Options of imported files that run programs as root, and values that look like them: --import never prints them as options."""
import pytest
from test_import import NM, imported, lines_of, serialized

from callgate_setup import pppd_options

PTY = 'pty "pptp vpn.example.net --nolaunchpppd"\nname alice\n'


def in_pptpconfig(line):
    return serialized({"a": {"name": "a", "server": "b", "username": "c", "pppd-options": line}})


@pytest.mark.parametrize("option", sorted(pppd_options.KEPT_VALUED))
@pytest.mark.parametrize("value", ["7 connect /tmp/evil", "7\tplugin /tmp/evil.so", "7\nconnect /tmp/evil", "7 #", "7' connect '/tmp/evil", ""])
def test_a_kept_option_has_one_number_and_brings_no_other_option(machine, option, value):
    option = option.decode()
    escaped = "".join(f"\\x{ord(char):02x}" for char in value)
    for text in f'{PTY}{option} "{escaped}"\n', in_pptpconfig(f'{option} "{escaped}"'), f"{PTY}{option} {escaped}\n":
        found, = imported(machine, text)
        assert not lines_of(found["options"]) and "evil" not in str(found["options"])
        assert any(field.startswith(f"{option}:") for field in found["not_understood"])
    assert lines_of(imported(machine, f"{PTY}{option} 7\n")[0]["options"]) == [f"{option} 7"]


@pytest.mark.parametrize("value", ["7 connect /tmp/evil", "7\\tconnect /tmp/evil", "7\\nconnect /tmp/evil", '7" connect "/tmp/evil'])
def test_a_unit_of_network_manager_brings_no_other_option(machine, value):
    found, = imported(machine, NM.replace("mystery=7", f"unit={value}"))
    assert lines_of(found["options"]) == ["novj"] and found["not_understood"][0].startswith("unit: 7")
    assert lines_of(imported(machine, NM.replace("mystery=7", "unit=7"))[0]["options"]) == ["unit 7", "novj"]


@pytest.mark.parametrize("line, program", [
    ("receive-all connect /tmp/evil", "connect /tmp/evil"), ("ms-dns mtu connect /tmp/evil", "connect /tmp/evil"),
    ("ms-dns file plugin /tmp/evil.so", "plugin /tmp/evil.so"), ("mtu\n1400 init /tmp/evil", "init /tmp/evil"),
    ("net-init-script /tmp/evil", "net-init-script /tmp/evil"), ("pty 'pptp b; /tmp/evil'", "pptp ; /tmp/evil"),
    ("pty 'pptp b --sync | /tmp/evil'", "pptp | /tmp/evil"), ("pty 'pptp b $(/tmp/evil)'", "pptp $(/tmp/evil)")])
def test_an_option_that_runs_a_program_is_named_wherever_it_stands(machine, line, program):
    found, = imported(machine, f"{PTY}{line}\n")
    assert program in found["runs_programs"] and "evil" not in str(found["options"])
