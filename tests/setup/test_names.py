# SPDX-License-Identifier: GPL-2.0-or-later
"""Impossible names, servers, routes and command lines are refused with one sentence, and nothing is written."""
import pytest

LONG = "x" * 64
NAMES = ("work", "Work_2", "a.b", "9", "x-y", "_", "mtu", "persist", LONG)
HOSTILE_NAMES = {
    "nothing": "", "a slash": "a/b", "a path": "/etc/passwd", "the directory": ".", "the one above": "..",
    "out of it": "../chap-secrets", "two dots": "a..b", "an option": "-x", "options": "--list", "a blank": "a b",
    "a tab": "a\tb", "a newline": "a\nname root", "a newline at the end": "a\n", "an escape": "a\x1b[31m",
    "quotes": 'a"b', "a backslash": "a\\b", "a comment": "#a", "a star": "*", "a shell's": "$(id)",
    "a specifier of systemd": "%i", "an instance": "a@b", "hidden": ".work", "our own new file": ".work.pptpsetup",
    "too long": LONG + "x", "Unicode": "büro", "Unicode digits": "١", "not UTF-8": b"a\xff",
}
HOSTILE_SERVERS = {
    "nothing": "", "an option": "--debug", "a blank": "a b", "a shell's": "a;reboot", "substitution": "$(reboot)",
    "a quote": 'a"', "a newline": "a\nb", "a backslash": "a\\x", "too long": "a" * 256, "a comment": "a#b",
}
HOSTILE_LOGINS = {
    "nothing": "", "everybody": "*", "a newline": "a\nb", "a tab": "a\tb", "an escape": "\x1b", "too long": "a" * 256,
}
HOSTILE_OPTIONS = {
    "domain with a backslash": ("--domain", "a\\b"), "domain with a newline": ("--domain", "a\nb"),
    "phone of a shell": ("--phone", "1;reboot"), "phone with a quote": ("--phone", "1'2"),
    "phone too long": ("--phone", "1" * 65), "phone with a newline": ("--phone", "1\n2"),
    "mtu too small": ("--mtu", "127"), "mtu too large": ("--mtu", "1501"), "mtu negative": ("--mtu", "-5"),
    "echo negative": ("--echo", "-1"), "echo too long": ("--echo", "3601"),
    "dns of words": ("--dns", "10.0.0.1,auto"), "dns of a name": ("--dns", "ns.example.net"), "no dns": ("--dns", ""),
    "dns with a newline": ("--dns", "10.0.0.1\nx"), "dns too many": ("--dns", "10.0.0.1,10.0.0.2,10.0.0.3,10.0.0.4"),
    "dns of an interface": ("--dns", "fe80::1%eth0"),
    "route without sense": ("--route", "10.0.0.0/33"), "route with bits behind": ("--route", "10.0.0.1/8"),
    "route IPv6": ("--route", "2001:db8::/32"), "route everything": ("--route", "0.0.0.0/0"),
    "route with words": ("--route", "10.0.0.0/8 dev eth0"), "route to the server": ("--route", "192.0.2.1/32"),
}
USAGE = {
    "nothing": (), "two actions": ("--create", "a", "--delete", "b"), "no server": ("--create", "a", "--username", "u"),
    "no user": ("--create", "a", "--server", "s"), "unknown": ("--create", "a", "--sever", "s"),
    "a word": ("--list", "work"), "no value": ("--create",), "setting without use": ("--delete", "a", "--mtu", "1400"),
    "two passwords": ("--edit", "a", "--password", "x", "--password-stdin"),
    "routes and none": ("--edit", "a", "--route", "10.0.0.0/8", "--no-routes"),
    "mtu of words": ("--edit", "a", "--mtu", "big"), "start and stop": ("--stop", "a", "--start"),
}


def by_name(table):
    return {"argvalues": list(table.values()), "ids": list(table)}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_pppd_and_systemd_can_carry_is_taken(machine, name):
    machine.create(name)
    assert f"remotename {name}\n" in (machine.peers / name).read_text()
    machine.run("--delete", name)
    assert machine.files() == {"chap-secrets": b""}


@pytest.mark.parametrize("name", **by_name(HOSTILE_NAMES))
@pytest.mark.parametrize("action", ("create", "edit", "delete", "stop", "status"))
def test_a_hostile_name_is_refused(machine, action, name):
    machine.secrets.write_bytes(b"root * x *\n")
    before = machine.files()
    more = ["--server", "s", "--username", "u"] if action == "create" else []
    _, errors = machine.run(f"--{action}", name, *more, given=b"x", status=1 if name else 2)
    assert errors.startswith("pptpsetup: ") and errors.count("\n") == 1 and "\x1b" not in errors
    assert machine.files() == before


@pytest.mark.parametrize("server", **by_name(HOSTILE_SERVERS))
def test_a_hostile_server_is_refused(machine, server):
    machine.create("work", server=server, status=1 if server else 2)
    assert machine.files() == {}


@pytest.mark.parametrize("login", **by_name(HOSTILE_LOGINS))
def test_a_hostile_user_is_refused(machine, login):
    machine.create("work", username=login, status=1 if login else 2)
    assert machine.files() == {}


@pytest.mark.parametrize("option", **by_name(HOSTILE_OPTIONS))
def test_a_hostile_value_is_refused(machine, option):
    _, errors = machine.create("work", *option, server="192.0.2.1", status=1)
    assert errors.count("\n") == 1
    assert machine.files() == {}


@pytest.mark.parametrize("words", **by_name(USAGE))
def test_a_command_line_that_makes_no_sense_is_refused(machine, words):
    _, errors = machine.run(*words, status=2)
    assert errors.endswith("see pptpsetup --help\n") and errors.count("\n") == 1 and "lambda" not in errors
    assert machine.files() == {}


def test_help_has_every_option_of_pptp_linux(machine):
    text, _ = machine.run("--help")
    for option in "create", "delete", "server", "domain", "username", "password", "encrypt", "start":
        assert f"--{option}" in text
