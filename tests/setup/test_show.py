# SPDX-License-Identifier: GPL-2.0-or-later
"""What a program needs: every setting as an option, --show gives all of them back, errors name the option."""
import json
import os
import shlex
import subprocess
import sys

import jsonschema
import pytest
from conftest import REPOSITORY, Machine

SCHEMA = json.loads((REPOSITORY / "doc/tunnel.schema.json").read_text(encoding="utf-8"))
ALL = ("--domain", "CORP", "--mppe", "128", "--mppe-stateful", "--login", "mschap-v2,mschap", "--phone", "12 34", "--ppp",
       "builtin", "--mtu", "1400", "--echo", "30", "--persist", "--route", "10.0.0.0/8", "--route", "192.168.7.0/24",
       "--default-route", "--dns", "10.0.0.1,10.0.0.2", "--local-address", "192.0.2.9", "--device", "eth0", "--debug",
       "--pptp-option", "--sync --timeout 1", "--pptp-option", "--client-hostname 'the gate'", "--pppd-line", "unit 7",
       "--pppd-line", "connect-delay 1000",
       "--route-note", "10.0.0.0/8=head office: Köln", "--search", "corp.example.net", "--search", "example.org", "--search-only",
       "--only-through", "--lan-to-lan", "--alive", "--alive-interval", "60", "--table", "77", "--from", "192.0.2.7", "--from", "10.1.0.0/16", "--mark", "7", "--interface", "vpn0",
       "--server", "vpn2.example.net", "--server", "192.0.2.8", "--servers", "spread")


def show(machine, name="work"):
    found = json.loads(machine.run("--show", name, "--json")[0])
    jsonschema.validate(found, SCHEMA)
    return found


@pytest.mark.parametrize("options", [(), ("--encrypt",), ("--mppe", "any"), ("--login", "pap"), ("--pap",), ("--dns", "auto"),
                                     ("--mtu", "auto"), ALL],
                         ids=["none", "encrypt", "any", "login", "pap", "dns", "mtu", "all"])
def test_what_show_prints_can_be_given_back(machine, tmp_path, options):
    machine.create("work", *options)
    text, _ = machine.run("--show", "work")
    words = shlex.split(text)
    assert words[0] == "pptpsetup" and words[1:] == show(machine)["options"]
    other = Machine(tmp_path / "other")
    other.run(*words[1:], "--password-stdin", given=b"secret\n")
    assert other.files() == machine.files()


def test_a_locale_without_utf_8_shows_other_characters_escaped(machine):
    machine.create("work", "--domain", "Köln")
    shown = subprocess.run([sys.executable, *machine.command("--show", "work")], env={**os.environ, "PYTHONIOENCODING": "ascii"},
                           capture_output=True, text=True, check=True)
    assert r"--domain 'K\xf6ln'" in shown.stdout


def test_show_has_every_setting(machine):
    machine.create("work", *ALL)
    found = show(machine)
    assert found == {
        **found, "tunnel": "work", "server": "vpn.example.net", "more_servers": ["vpn2.example.net", "192.0.2.8"],
        "servers": "spread", "domain": "CORP", "username": "alice", "mppe": "128",
        "mppe_stateful": True, "login": ["mschap-v2", "mschap"], "debug": True, "echo": 30, "local_address": "192.0.2.9",
        "device": "eth0", "pptp_options": ["--sync", "--timeout", "1", "--client-hostname", "the gate"],
        "pppd_lines": ["unit 7", "connect-delay 1000"], "other_lines": [], "password_saved": True, "phone": "12 34",
        "ppp": "builtin", "mtu": 1400, "persist": True, "dns": ["10.0.0.1", "10.0.0.2"],
        "routes": ["default", "10.0.0.0/8", "192.168.7.0/24"], "route_notes": {"10.0.0.0/8": "head office: Köln"},
        "search": ["corp.example.net", "example.org"], "search_only": True, "lan_to_lan": True, "written_by_pptpsetup": True}
    assert "secret" not in json.dumps(found) and set(found) == set(SCHEMA["properties"])


def test_each_setting_can_be_taken_back(machine):
    machine.create("work")
    before = machine.files()
    for on, off in (("--mppe 40", "--mppe none"), ("--mppe-stateful", "--no-mppe-stateful"), ("--login chap", "--login any"),
                    ("--local-address 2001:db8::1", "--local-address ''"), ("--device ppp7", "--device ''"),
                    ("--debug", "--no-debug"), ("--lan-to-lan", "--no-lan-to-lan"),
                    ("--server vpn.example.net --server b", "--server vpn.example.net"), ("--servers spread", "--servers turn"),
                    ("--pptp-option --sync", "--pptp-option ''"),
                    ("--pppd-line 'unit 7'", "--pppd-line ''"), ("--mtu auto", "--mtu 0")):
        machine.run("--edit", "work", *shlex.split(on))
        assert machine.files() != before, on
        machine.run("--edit", "work", *shlex.split(off))
        assert machine.files() == before, off


def test_an_mtu_is_measured_or_given_and_other_settings_keep_that(machine):
    machine.create("work", "--mtu", "1400")
    machine.run("--edit", "work", "--mtu", "auto")
    machine.run("--edit", "work", "--pptp-option", "--sync", "--phone", "7", "--ppp", "builtin")
    found = show(machine)
    assert (found["mtu"], found["mtu_auto"], found["pptp_options"]) == (None, True, ["--sync"])
    assert b" --mtu-auto" in machine.files()["peers/work"] and b"\nmtu" not in machine.files()["peers/work"]
    assert " auto " in machine.run("--list")[0]
    machine.run("--edit", "work", "--mtu", "1300")
    found = show(machine)
    assert (found["mtu"], found["mtu_auto"]) == (1300, False)


def test_notes_and_domains_stay_until_they_are_taken_back(machine):
    machine.create("work", *ALL)
    machine.run("--edit", "work", "--route", "10.0.0.0/8", "--route", "10.9.0.0/16", "--dns", "auto")
    found = show(machine)
    assert (found["route_notes"], found["search"]) == ({"10.0.0.0/8": "head office: Köln"}, ["corp.example.net", "example.org"])
    machine.run("--edit", "work", "--route", "10.9.0.0/16", "--no-search-only")
    assert not show(machine)["route_notes"] and not show(machine)["search_only"]
    machine.run("--edit", "work", "--route-note", "10.9.0.0/16=plant", "--route-note", "default=the rest")
    machine.run("--edit", "work", "--route-note", "10.9.0.0/16=", "--search", "")
    assert (show(machine)["route_notes"], show(machine)["search"]) == ({"default": "the rest"}, [])


def test_a_change_of_one_word_of_pptp_keeps_the_others(machine):
    machine.create("work", *ALL)
    machine.run("--edit", "work", "--device", "eth1", "--pptp-option", "--nobuffer")
    found = show(machine)
    assert (found["device"], found["local_address"], found["phone"], found["ppp"], found["pptp_options"]) == (
        "eth1", "192.0.2.9", "12 34", "builtin", ["--nobuffer"])


def test_lines_of_others_are_shown_and_stay_and_a_password_is_masked(machine):
    machine.create("work")
    file = machine.peers / "work"
    file.write_text(file.read_text() + "idle 600\npassword hidden\n")
    machine.run("--edit", "work", "--pppd-line", "unit 7")
    machine.run("--edit", "work", "--pppd-line", "")
    assert show(machine)["other_lines"] == ["idle 600", 'password "********"']
    assert file.read_text().endswith("idle 600\npassword hidden\n")


@pytest.mark.parametrize("option, value", [
    ("mppe", "56"), ("login", "ms-chap"), ("local-address", "eth0"), ("device", "eth 0"), ("pppd-line", "pty evil"), ("pppd-line", "novj pty evil"),
    ("pppd-line", "idle 600 mtu 1400"), ("pppd-line", "receive-all mtu 1400"), ("pppd-line", "idle"), ("pppd-line", "connect"),
    ("pppd-line", "a\nb"), ("pppd-line", 'unit "7'), ("pptp-option", "--phone 7"), ("pptp-option", "other.example.net"),
    ("pptp-option", "'a"), ("mtu", "1"), ("server", "-x"), ("search", "a b"), ("search", "-x"), ("search", "corp.example.net"), ("route-note", "10.0.0.0/8=x"),
    ("route-note", "x"), ("route-note", "10.0.0.0/8=a#b"), ("route-note", "10.0.0.0/8=" + 81 * "x"), ("route-note", "10.0.0.0/8=a\nb"), ("dns", "x"), ("route", "10.0.0.1/8"), ("echo", "4000")])
def test_an_error_names_its_option_and_nothing_is_written(machine, option, value):
    machine.create("work")
    before = machine.files()
    text, errors = machine.run("--edit", "work", f"--{option}={value}", "--json", status=1)
    error = json.loads(text)["error"]
    assert error["option"] == option and error["sentence"] and not errors
    assert machine.run("--edit", "work", f"--{option}={value}", status=1)[1] == f"pptpsetup: {error['sentence']}\n"
    assert machine.files() == before


def test_encryption_without_a_way_to_make_its_keys_is_refused(machine):
    text, _ = machine.create("work", "--mppe", "128", "--login", "pap", "--json", status=1)
    assert json.loads(text)["error"]["option"] == "login"
    assert not machine.files()


def test_check_needs_no_password_and_no_right_to_read_secrets_and_writes_nothing(machine):
    machine.secrets.write_bytes(b"")
    before = machine.files()
    words = ("--create", "work", "--server", "vpn.example.net", "--username", "alice", "--check", "--json")
    assert machine.run(*words) == ("", "")
    assert json.loads(machine.run(*words, "--mtu", "5", status=1)[0])["error"]["option"] == "mtu"
    assert machine.files() == before
    machine.create("work")
    before = machine.files()
    assert machine.run("--edit", "work", "--username", "bob", "--check") == ("", "")
    assert machine.files() == before


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")
def test_check_works_for_a_user_who_may_not_read_the_secrets(machine, tmp_path):
    machine.create("work")
    for path in machine.peers, machine.peers / "work", *(path for path in machine.peers.parents if path.is_relative_to(tmp_path)):
        path.chmod(0o755)
    tmp_path.parent.chmod(0o755)
    tmp_path.parent.parent.chmod(0o755)
    os.seteuid(65534)
    try:
        with pytest.raises(PermissionError):
            machine.secrets.read_bytes()
        assert machine.run("--edit", "work", "--mtu", "1300", "--check") == ("", "")
    finally:
        os.seteuid(0)


@pytest.mark.parametrize("words", [("--show", "nosuch"), ("--show", "foreign")], ids=["none", "not pptp"])
def test_show_refuses_what_is_no_tunnel(machine, words):
    (machine.peers / "foreign").write_text("plugin rp-pppoe.so\n")
    error = json.loads(machine.run(*words, "--json", status=1)[0])["error"]
    assert words[1] in error["sentence"]


PAP = b"""# someone's own
bob * "other" *

# added by pptpsetup for work
alice work "secret" *
"""


def test_only_with_pap_the_secret_is_in_pap_secrets_too_and_follows_all_changes(machine):
    file = machine.ppp / "pap-secrets"
    file.write_bytes(b"# someone's own\nbob * \"other\" *\n")
    machine.create("work")
    assert not show(machine)["pap"] and b"work" not in file.read_bytes()
    machine.run("--edit", "work", "--login", "mschap-v2")
    machine.run("--edit", "work", "--pap")
    assert file.read_bytes() == PAP and show(machine)["pap"] and show(machine)["login"] == ["mschap-v2", "pap"]
    assert file.stat().st_mode & 0o777 == 0o600
    text, _ = machine.run("--edit", "work", "--username", "carol", "--password-stdin", "--dry-run", given=b"new1\n")
    assert "new1" not in text and "secret\"" not in text and "pap-secrets" in text
    machine.run("--edit", "work", "--username", "carol", "--password-stdin", given=b"new1\n")
    assert file.read_bytes() == PAP.replace(b"alice", b"carol").replace(b"secret", b"new1")
    machine.run("--edit", "work", "--no-pap")
    assert b"work" not in file.read_bytes() and b"bob" in file.read_bytes()
    machine.run("--edit", "work", "--pap")
    machine.run("--delete", "work")
    assert b"work" not in file.read_bytes() and b"bob" in file.read_bytes()


def test_pap_needs_a_password_that_pptpsetup_knows(machine):
    (machine.peers / "hand").write_text('pty "pptp vpn.example.net --nolaunchpppd"\nname alice\nremotename hand\n')
    assert json.loads(machine.run("--edit", "hand", "--pap", "--json", status=1)[0])["error"]["option"] == "pap"


def test_a_renamed_tunnel_has_the_files_that_it_would_have_had_with_that_name(machine, tmp_path):
    other = Machine(tmp_path / "other")
    other.create("office", *ALL, "--no-debug")
    other.run("--edit", "office", "--login", "mschap-v2")
    other.run("--edit", "office", "--pap")
    machine.secrets.write_bytes(b"")
    machine.create("work", *ALL, "--no-debug")
    machine.run("--edit", "work", "--login", "mschap-v2")
    machine.run("--edit", "work", "--pap")
    before = machine.files()
    assert "office" in machine.run("--edit", "work", "--rename", "office", "--dry-run")[0] and machine.files() == before
    machine.run("--edit", "work", "--rename", "office")
    assert machine.files() == other.files()


@pytest.mark.parametrize("words, status", [(("--rename", "home"), 1), (("--rename", "../x"), 1), (("--rename", "x", "--mtu", "1400"), 2)],
                         ids=["taken", "no name", "more"])
def test_a_name_that_is_not_possible_is_refused(machine, words, status):
    machine.create("work")
    machine.create("home")
    before = machine.files()
    error = json.loads(machine.run("--edit", "work", *words, "--json", status=status)[0])["error"]
    assert error["sentence"] and (status == 2 or error["option"] == "rename")
    assert machine.files() == before
