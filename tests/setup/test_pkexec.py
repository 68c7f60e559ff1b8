# SPDX-License-Identifier: GPL-2.0-or-later
"""What pptpsetup does for a user for whom pkexec has started it as root. tests/systemd/test_polkit.py asks polkit itself."""
import ipaddress
import json
import random
import shlex
import subprocess
import xml.etree.ElementTree

import pytest
from as_pppd import entries
from conftest import PPTP, PREFIX, REPOSITORY, Machine

from callgate_setup import arguments, command, words

POLICY = REPOSITORY / "systemd/org.callgate.policy.in"
EDIT = ("--edit", "work")


@pytest.fixture
def by_pkexec(monkeypatch, machine):
    """Runs pptpsetup on the files of a machine, which it takes for those of this one."""
    machine.create("work")
    monkeypatch.setenv("PKEXEC_UID", "1000")
    monkeypatch.setattr(command, "Store", lambda _, store=command.Store: store(str(machine.root)))
    monkeypatch.setattr(Machine, "command", lambda self, *words: ["pptpsetup", *words])
    return machine


def error(machine, *words):
    return json.loads(machine.run(*words, "--json", status=1)[0])["error"]


@pytest.mark.parametrize("words, option", [
    (("--list", "--root", "/tmp"), "root"), ((*EDIT, "--password-file", "/etc/shadow"), "password-file"),
    (("--import", "/etc/shadow"), "import"), ((*EDIT, "--pppd-line", "connect /tmp/x"), "pppd-line"),
    ((*EDIT, "--pptp-option", "--sync"), "pptp-option")])
def test_what_names_a_file_or_may_run_a_program_is_refused(by_pkexec, words, option):
    before = by_pkexec.files()
    found = error(by_pkexec, *words)
    assert found["option"] == option and "through pkexec" in found["sentence"]
    assert by_pkexec.files() == before


def test_everything_else_is_done(by_pkexec):
    by_pkexec.run(*EDIT, "--mtu", "1400", "--pppd-line", "", "--password-stdin", given=b"new\n")
    assert b"new" in by_pkexec.secrets.read_bytes() and b"mtu 1400" in (by_pkexec.peers / "work").read_bytes()


def test_the_expert_s_program_takes_these_words_and_only_edits(by_pkexec, capsys):
    assert command.main(["pptpsetup-expert", *EDIT, "--pppd-line", "connect /bin/x"], is_expert=True) == 0
    assert b"connect /bin/x" in (by_pkexec.peers / "work").read_bytes()
    assert command.main(["pptpsetup-expert", "--delete", "work"], is_expert=True) == 1
    assert command.main(["pptpsetup-expert", *EDIT, "--root", "/tmp"], is_expert=True) == 1
    assert "takes --edit only" in capsys.readouterr().err


# --- hostile values -------------------------------------------------------------------------------------------

USUAL = {"server": "vpn.example.net", "servers": "spread", "domain": "CORP", "username": "alice", "mppe": "128",
         "login": "mschap-v2", "phone": "12 34", "ppp": "builtin", "mtu": "auto", "echo": "30", "route": "10.0.0.0/8",
         "route-note": "10.0.0.0/8=x", "table": "77", "from": "192.0.2.7", "mark": "7", "from-user": "nobody", "vrf": "red",
         "alive-interval": "60", "interface": "vpn0", "dns": "10.0.0.1", "search": "corp.example.net",
         "local-address": "2001:db8::1", "device": "eth0", "password": "secret", "pptp-option": "--sync"}
HOSTILE = ("'", '"', "`", "$(echo x)", "\\", ";", "|", "&", ">", "#", "%", "*", "\n", "\t", "\r", " ", "\x1b[31m", "\udcff", "%eth0", "%a' b",
           "%$(echo x) #", " connect /tmp/x", "\nconnect /tmp/x", " --server x", " --phone 7", " --ppp x", " --localbind 192.0.2.1",
           " --device x", " --mtu-auto", " --nolaunchpppd", "/32", ",10.0.0.2", "=y")
WITH_VALUE = {"--phone", "--ppp", "--localbind", "--device", "--server", "--servers", "--client-hostname"}
EXPERT_S = ("--client-hostname", "it's\\ --server x --ppp y --phone z --localbind ' --device \" --nolaunchpppd --mtu-auto")
LINES = {b"pty", b"lock", b"noauth", b"nobsdcomp", b"nodeflate", b"name", b"remotename", b"ipparam", b"lcp-echo-interval", b"lcp-echo-failure",
         b"require-mppe-128", b"refuse-mschap", b"refuse-chap", b"refuse-pap", b"refuse-eap", b"ifname", b"usepeerdns"}


def words_of_pptp(machine):
    """Returns the words that pptp gets from the shell of pppd, each option with its value."""
    (_, pty), = (line for line in entries((machine.peers / "work").read_bytes()) if line[0] == b"pty")
    program = f"exec {PPTP} ".encode()
    assert pty.startswith(program)
    done = subprocess.run(["sh", "-c", b"printf '%s\\0' " + pty.removeprefix(program)], cwd="/", stdout=subprocess.PIPE, check=True)
    found = iter(done.stdout.decode().split("\0")[:-1])
    return [(word, next(found)) if word in WITH_VALUE else (word,) for word in found]


def as_set(settings):
    """Returns the words that pptp must get."""
    named = (("servers", "--servers"), ("phone", "--phone"), ("ppp", "--ppp"), ("local-address", "--localbind"), ("device", "--device"))
    address = settings.get("local-address")
    values = {**settings, "local-address": address and str(ipaddress.ip_address(address))}
    return [(settings["server"],), ("--nolaunchpppd",), EXPERT_S, *([("--mtu-auto",)] if settings.get("mtu") == "auto" else []),
            *((word, values[option]) for option, word in named if values.get(option))]


@pytest.mark.parametrize("seed", range(4))
def test_the_pty_line_has_exactly_the_words_that_were_set_whatever_the_values_are(by_pkexec, seed):
    """pppd gives this line to a shell of root, and any program of the user may set values while an authorization is kept."""
    dice, options = random.Random(seed), [option.name for option in arguments.SETTINGS if option.value] * 20
    dice.shuffle(options)
    expert_s = shlex.join(EXPERT_S)
    assert command.main(["pptpsetup-expert", *EDIT, "--pptp-option", expert_s], is_expert=True) == 0
    settings, done = {"server": "vpn.example.net"}, set()
    for option in options:
        value = USUAL.get(option, "") + "".join(dice.choices(HOSTILE, k=dice.choice((0, 0, 1, 1, 1, 2, 3))))
        before = by_pkexec.files()
        status = command.main(["pptpsetup", *EDIT, f"--{option}={value}"])
        if status:
            assert by_pkexec.files() == before, (option, value)
            continue
        settings[option] = value
        done.add(option)
        if by_pkexec.files()["peers/work"] != before["peers/work"]:
            assert sorted(words_of_pptp(by_pkexec)) == sorted(as_set(settings)), (option, value)
            assert {line[0] for line in entries((by_pkexec.peers / "work").read_bytes())} <= LINES, (option, value)
    assert {"server", "phone", "ppp", "mtu", "device", "local-address"} <= done


@pytest.mark.parametrize("address", ["fe80::1%a' b --server x", "fe80::1%$(id) #", "fe80::1%eth0"])
def test_an_address_that_names_an_interface_is_refused_because_pptp_refuses_it(by_pkexec, address):
    found = error(by_pkexec, *EDIT, "--local-address", address)
    assert found["option"] == "local-address" and "--device" in found["sentence"]


@pytest.mark.parametrize("edit", [("--server", "b"), ("--phone", "7"), ("--mtu", "auto"), ("--device", "eth1")])
def test_a_line_whose_words_a_shell_may_change_is_not_changed(by_pkexec, edit):
    """Among them are those that an earlier pptpsetup has left with an open quote."""
    for rest in "--localbind 'fe80::1%a", "$(id)", '"$HOME"', "a\\", "#", "~root", "x\ny", "(", "--phone *", "{a,b}":
        (by_pkexec.peers / "work").write_bytes(b"pty " + words.quoted(f"pptp a {rest}".encode()) + b"\n")
        before = by_pkexec.files()
        assert "plain words" in error(by_pkexec, *EDIT, *edit)["sentence"], rest
        assert by_pkexec.files() == before


# --- the policy -----------------------------------------------------------------------------------------------

def test_the_authorization_for_words_that_run_programs_is_never_kept():
    actions = {action.get("id").split(".")[-1]: action for action in xml.etree.ElementTree.parse(POLICY).getroot().iter("action")}
    assert {name: action.find("defaults/allow_active").text for name, action in actions.items()} == {
        "setup": "auth_admin_keep", "expert": "auth_admin", "modules": "auth_admin_keep"}
    assert all(action.find(f"defaults/{who}").text == "auth_admin" for action in actions.values() for who in ("allow_any", "allow_inactive"))
    assert "$(command_line)" in actions["expert"].find("message").text


@pytest.mark.skipif(not PREFIX, reason="nothing is installed")
def test_each_program_of_the_policy_is_installed():
    policy = xml.etree.ElementTree.parse(f"{PREFIX}/share/polkit-1/actions/org.callgate.policy")
    programs = [annotation.text for annotation in policy.getroot().iter("annotate")]
    assert len(programs) == 3
    for program in programs:
        assert subprocess.run([program, "--nonsense"], capture_output=True, check=False).returncode == 2, program


def test_loading_modules_takes_no_argument():
    done = subprocess.run([REPOSITORY / "scripts/load-ppp-modules", "evil"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "no argument" in done.stderr
