# SPDX-License-Identifier: GPL-2.0-or-later
"""Which packets enter a tunnel by its own routing table, and the name of its interface."""
import json

import pytest

EGRESS = "callgate/work.egress"


def lines(machine, name="work"):
    text = machine.files().get(f"callgate/{name}.egress", b"").decode()
    return [line for line in text.splitlines() if not line.startswith("#")]


def test_each_option_is_a_line_and_a_table_is_found_for_them(machine):
    machine.create("work", "--from", "192.0.2.7", "--from", "10.1.0.0/16", "--mark", "0x11", "--from-user", "nobody", "--vrf", "red")
    assert lines(machine) == ["table 20000", "from 192.0.2.7", "from 10.1.0.0/16", "mark 17", "user nobody", "vrf red"]
    assert b"ipparam work\n" in machine.files()["peers/work"]


def test_auto_is_a_table_that_no_other_tunnel_has_and_stays(machine):
    machine.create("one", "--table", "auto")
    machine.create("two", "--table", "auto", "--mark", "2")
    machine.run("--edit", "two", "--mark", "3")
    assert lines(machine, "one") == ["table 20000"]
    assert lines(machine, "two") == ["table 20001", "mark 3"]


def test_none_removes_a_line_and_no_table_removes_all(machine):
    machine.create("work", "--table", "77", "--mark", "5", "--from", "192.0.2.7")
    machine.run("--edit", "work", "--mark", "none")
    assert lines(machine) == ["table 77", "from 192.0.2.7"]
    machine.run("--edit", "work", "--table", "none")
    assert EGRESS not in machine.files()


def test_the_file_goes_with_the_tunnel(machine):
    machine.create("work", "--table", "auto")
    machine.run("--delete", "work")
    assert EGRESS not in machine.files()


@pytest.mark.parametrize("option, value", [("table", "77"), ("mark", "5"), ("from", "192.0.2.7"), ("from-user", "nobody")])
def test_what_another_tunnel_has_is_refused(machine, option, value):
    machine.create("other", f"--{option}", value)
    _, errors = machine.create("work", f"--{option}", value, status=1)
    assert "belongs to the tunnel other already" in errors
    assert "peers/work" not in machine.files()


@pytest.mark.parametrize("options, words", [
    (("--table", "254"), "kernel's"), (("--table", "x"), "a number from 1"), (("--mark", "0"), "a number from 1"),
    (("--from", "0.0.0.0/0"), "not all addresses"), (("--from", "fe80::1"), "not all addresses"), (("--from", "x"), "takes an IPv4"),
    (("--from-user", "root"), "carry the tunnel itself"), (("--from-user", "nobody-has-this"), "no user"),
    (("--vrf", "a b"), "name of an interface"), (("--interface", "x" * 16), "at most 15"), (("--interface", "lo"), "at most 15"),
])
def test_impossible_values_are_refused(machine, options, words):
    _, errors = machine.create("work", *options, status=1)
    assert words in errors
    assert not machine.files().get("peers/work")


def test_list_shows_it(machine):
    machine.create("work", "--table", "77", "--interface", "exit1")
    [entry] = json.loads(machine.run("--list", "--json")[0])
    assert entry["egress"] == {"table": ["77"]}
    assert entry["interface"] == "exit1"


def test_the_interface_is_ifname_in_the_peers_file_and_belongs_to_one_tunnel(machine):
    machine.create("work", "--interface", "exit1")
    assert b"ifname exit1\n" in machine.files()["peers/work"]
    _, errors = machine.create("other", "--interface", "exit1", status=1)
    assert "the tunnel work has the interface exit1 already" in errors
    machine.run("--edit", "work", "--interface", "none")
    assert b"ifname" not in machine.files()["peers/work"]


def test_pptp_linux_s_short_form_of_username_keeps_its_meaning(machine):
    machine.run("--create", "work", "--server", "vpn.example.net", "--user", "bob", "--password-stdin", given=b"x\n")
    assert b"name bob\n" in machine.files()["peers/work"]


def test_what_goes_only_through_a_tunnel_has_a_table_and_this_can_be_switched_off(machine):
    machine.create("work", "--only-through", "--default-route")
    assert lines(machine) == ["table 20000", "only-through"]
    machine.run("--edit", "work", "--mark", "7")
    assert lines(machine) == ["table 20000", "mark 7", "only-through"]
    machine.run("--edit", "work", "--no-only-through")
    assert lines(machine) == ["table 20000", "mark 7"]


def test_alive_needs_no_table_and_keeps_what_is_not_given(machine):
    machine.create("work", "--alive")
    assert lines(machine) == ["alive peer 30"]
    machine.run("--edit", "work", "--alive-interval", "60")
    assert lines(machine) == ["alive peer 60"]
    machine.run("--edit", "work", "--alive", "10.0.0.9")
    assert lines(machine) == ["alive 10.0.0.9 60"]
    machine.run("--edit", "work", "--table", "none")
    assert lines(machine) == ["alive 10.0.0.9 60"]
    machine.run("--edit", "work", "--alive", "none")
    assert EGRESS not in machine.files()


@pytest.mark.parametrize("options, words", [
    (("--alive", "vpn.example.net"), "IPv4 address of a host"), (("--alive", "--alive-interval", "3"), "not possible")])
def test_impossible_watches_are_refused(machine, options, words):
    _, errors = machine.create("work", *options, status=1)
    assert words in errors
