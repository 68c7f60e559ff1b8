# SPDX-License-Identifier: GPL-2.0-or-later
"""pptp-command at a terminal: every item of its menus, every subcommand, and the files of the old pptp-command.

CALLGATE_GOLDEN=write writes golden/pptp-command.txt again.
"""
import contextlib
import io
import json
import os
import signal
import stat
import sys
from pathlib import Path

import pytest
from as_pppd import entries, secret_for
from conftest import PPTP, PROGRAM

from callgate_command import command, predefined
from callgate_setup import old_command
from callgate_setup.checks import Refused
from lab.dialogue import Dialogue, lines_longer_than

COMMAND = PROGRAM.with_name("pptp-command")
GOLDEN = Path(__file__).parent / "golden/pptp-command.txt"
SETUP = "\n?: "

OLD = """#
# PPTP Tunnel configuration for tunnel plant
# Server IP: 198.51.100.7
# Route: add -net 10.9.0.0 netmask 255.255.0.0 dev TUNNEL_DEV
# Route: add -host 198.51.100.7 gw DEF_GW
# Route: add -net 10.8.0.0 netmask 255.255.0.0 dev eth0
#

#
# Tags for CHAP secret selection
#
name plant
remotename PPTP

#
# Include the main PPTP configuration file
#
file /etc/ppp/options.pptp

"""
OLD_SECRETS = "plant\tPPTP\tpw\nPPTP\tplant\tpw\n"
PREDEFINED = (b"# The servers of the company\r\noffice vpn.example.net\r\n"
              b"add -net 10.0.0.0 netmask 255.0.0.0 dev TUNNEL_DEV\r\nadd -host 192.0.2.1 gw DEF_GW\r\n"
              b"add -net 10.1.0.0 dev TUNNEL_DEV\r\n\r\nthree words here\r\nadd default\r\n\r\nnameservers\r\n"
              b"inside:corp.example.net:10.0.0.53 10.0.0.54\r\noutside\r\n")


@pytest.fixture(autouse=True)
def own_programs(tmp_path, monkeypatch, machine):
    """A systemctl that enables units below the root, and scripts of ip-up that pptpsetup misses otherwise."""
    wants = machine.root / "etc/systemd/system/multi-user.target.wants"
    wants.mkdir(parents=True)
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "systemctl").write_text(f"""#!/bin/sh
case $2 in enable) ln -s /lib/x "{wants}/$3" ;; disable) rm "{wants}/$3" ;; *) exit 1 ;; esac
""")
    (programs / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    (machine.ppp / "ip-up.d").mkdir()
    (machine.ppp / "ip-up.d/callgate-routes").touch()


def at_terminal(machine, *words, **more):
    return Dialogue([COMMAND, "--root", machine.root, *words], **more)


def run(machine, *words, given="", status=0, **environment):
    """Without a terminal. Returns (output, errors). Runs in this process: to start another takes longer."""
    output, errors, before = io.StringIO(), io.StringIO(), sys.stdin
    sys.stdin = io.TextIOWrapper(io.BytesIO(given.encode()))
    try:
        with pytest.MonkeyPatch.context() as patch, contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
            for name, value in environment.items():
                patch.setenv(name, value)
            found = command.obey([str(COMMAND), "--root", str(machine.root), *words])
    finally:
        sys.stdin = before
    assert found == status, output.getvalue() + errors.getvalue()
    return output.getvalue(), errors.getvalue()


def with_old_files(machine):
    (machine.root / "etc/pptp.d").mkdir()
    (machine.root / "etc/pptp.d/corp").write_bytes(PREDEFINED)
    (machine.peers / "plant").write_text(OLD)
    machine.secrets.write_text("# mine\nbob * \"x y\" *\n" + OLD_SECRETS)
    for path in (machine.peers / "plant", machine.secrets):
        path.chmod(0o600)


# --- every item of the menus -------------------------------------------------------------------------------

def a_user_looks_at_each_item(user):
    user.answer("do?: ", "setup")
    user.answer(SETUP, "3", "4")  # list, add
    user.answer("use?: ", "1")
    user.answer("Local Name: ", "CORP\\\\alice")  # twice, as the old one wanted it
    user.answer("[PPTP]: ", "")
    user.answer("Password: ", "pw0")
    user.answer("[Y/n]: ", "")
    user.answer("[auto]: ", "")
    user.answer("[y/N]: ", "y")
    user.answer(SETUP, "4")
    user.answer("use?: ", "Other")
    user.answer("Tunnel Name: ", "a b", "corp-office", "home")
    user.answer("Server IP: ", "192.0.2.1")
    user.answer("route: ", "10.0.0.0/8", "add -net 192.168.7.0/24 TUNNEL_DEV", "add -host 192.0.2.1 gw DEF_GW",
                "add -net 10.0.0.0", "")
    user.answer("Local Name: ", "plant")  # whose secret is there
    user.answer("[PPTP]: ", "")
    user.answer("[Y/n]: ", "perhaps", "n")
    user.answer("[auto]: ", "none")
    user.answer("[y/N]: ", "")
    user.answer(SETUP, "3", "1")  # list, CHAP secrets
    user.answer(SETUP, "1", "2")
    user.answer("Local Name: ", "eve")
    user.answer("[PPTP]: ", "")
    user.answer("Password: ", "pw1")
    user.answer(SETUP, "3")
    user.answer("secret?: ", "bob")
    user.answer("again: ", "nobody")
    user.answer(SETUP, "3")
    user.answer("secret?: ", "2")
    user.answer("again: ", "plant")
    user.answer(SETUP, "5")
    user.answer("secret?: ", "eve")
    user.answer("password: ", "pw2")
    user.answer(SETUP, "3")
    user.answer("secret?: ", "eve")
    user.answer("[y/N]: ", "y")
    user.answer(SETUP, "4", "2")  # PAP secrets
    user.answer(SETUP, "1", "2")
    user.answer("Local Name: ", "eve")
    user.answer("[PPTP]: ", "*")
    user.answer("Password: ", "pw3")
    user.answer(SETUP, "1", "q", "9")  # change
    user.answer("tunnel?: ", "plant")
    user.answer(SETUP, "9")
    user.answer("tunnel?: ", "corp-office")
    for number, question, answer in (
            ("1", "Server: ", "192.0.2.2"), ("2", "Local Name: ", "alice"), ("3", "password: ", "newer"), ("4", "[Y/n]: ", "n"),
            ("5", "pppd: ", "1400"), ("6", "[Y/n]: ", "y"), ("7", "nothing: ", "4711"), ("8", "auto: ", "builtin"),
            ("9", SETUP, "None"), ("10", "routes?: ", "4"), ("11", "[y/N]: ", "y")):
        user.answer("what?: ", number)
        user.answer(question, answer)
    user.answer("what?: ", "12")
    user.answer(SETUP, "10")  # import
    user.answer("tunnel?: ", "1")
    user.answer("[Y/n]: ", "")
    user.answer(SETUP, "11")  # routes
    user.answer("tunnel?: ", "home")
    user.answer("routes?: ", "1", "5", "2")
    user.answer("route: ", "10.2.0.0/16", "")
    user.answer("routes?: ", "3")
    user.answer("route?: ", "2")
    user.answer("routes?: ", "5", "4")
    user.answer(SETUP, "7")  # default
    user.answer("default?: ", "home")
    user.answer(SETUP, "6")  # DNS
    user.answer("tunnel?: ", "2")
    user.answer(SETUP, "5", "6")
    user.answer("tunnel?: ", "home")
    user.answer(SETUP, "2")
    user.answer("them: ", "10.0.0.53,here", "10.0.0.53")
    user.answer(SETUP, "12")  # boot
    user.answer("boot?: ", "home")
    user.answer("[Y/n]: ", "y")
    user.answer(SETUP, "3", "5")  # list, delete
    user.answer("tunnel?: ", "plant")
    user.answer("[y/N]: ", "n")
    user.answer(SETUP, "5")
    user.answer("tunnel?: ", "home")
    user.answer("[y/N]: ", "y")
    user.answer(SETUP, "what")
    user.answer("?: ", "", "8")


def test_every_item_of_the_menus_at_80_by_24(machine):
    with_old_files(machine)
    with at_terminal(machine) as user:
        a_user_looks_at_each_item(user)
        assert user.end() == 0
    found = user.transcript.replace(str(machine.root), "")
    if os.environ.get("CALLGATE_GOLDEN") == "write":
        GOLDEN.write_text(found, encoding="ascii")
    assert found == GOLDEN.read_text(encoding="ascii")
    assert not lines_longer_than(found)
    assert all(password not in found for password in ("pw0", "pw1", "pw2", "pw3", "newer"))
    assert machine.files() == {
        "callgate/corp-office.routes": b"# written by pptpsetup: networks that go through the tunnel corp-office\n10.0.0.0/8\n",
        "callgate/plant.routes": b"# written by pptpsetup: networks that go through the tunnel plant\n10.9.0.0/16\n",
        "chap-secrets": b'# mine\nbob * "x y" *\n\n# added by pptpsetup for corp-office\nalice corp-office "newer" *\n',
        "ip-up.d/callgate-routes": b"",
        "pap-secrets": b'# added by pptp-command\neve * "pw3" *\n',
        "peers/corp-office": f"""# written by pptpsetup
# PPTP Tunnel configuration for tunnel corp-office
# Server IP: 192.0.2.2
# Route: add -net 10.0.0.0/8 dev TUNNEL_DEV
pty "exec {PPTP} 192.0.2.2 --phone 4711 --nolaunchpppd --ppp builtin"
lock
noauth
nobsdcomp
nodeflate
name alice
remotename corp-office
ipparam corp-office
lcp-echo-interval 15
lcp-echo-failure 4
mtu 1400
mru 1400
persist
maxfail 0
""".encode(),
        "peers/plant": f"""# written by pptpsetup
# PPTP Tunnel configuration for tunnel plant
# Server IP: 198.51.100.7
# Route: add -net 10.9.0.0/16 dev TUNNEL_DEV
#
#

#
# Tags for CHAP secret selection
#
name plant
remotename PPTP

#
# Include the main PPTP configuration file
#
file /etc/ppp/options.pptp

pty "exec {PPTP} 198.51.100.7 --nolaunchpppd"
ipparam plant
""".encode()}
    assert [stat.S_IMODE((machine.ppp / name).stat().st_mode) for name in ("chap-secrets", "pap-secrets")] == [0o600, 0o600]


def test_the_first_menu_has_the_old_numbers_and_each_item_does_what_it_says(machine):
    machine.create("work")
    here = "only with the files in /etc/ppp"
    for answers, status, shown in ((("1", "work"), 1, here), (("2",), 1, here), (("3", "8"), 0, "1.) Manage CHAP secrets"),
                                   (("4",), 0, ""), (("5",), 3, "work: down")):
        with at_terminal(machine) as user:
            user.answer("?: ", *answers)
            assert user.end() == status, user.transcript
            assert user.transcript.startswith("1.) start        (start a tunnel)\n2.) stop\n3.) setup\n4.) quit\n5.) status\n")
            assert shown in user.transcript


@pytest.mark.parametrize("keys", ("\x04", "q\n"))
def test_q_and_ctrl_d_leave_the_first_menu(machine, keys):
    with at_terminal(machine) as user:
        user.wait("do?: ")
        user.type(keys)
        assert user.end() == 0


@pytest.mark.parametrize("given", ("", "q\n"))
@pytest.mark.parametrize("words", (("setup",), ("secrets",), ("secrets", "pap"), ("add",), ("change", "work"), ("routes", "work"),
                                   ("dns", "work"), ("default",), ("boot", "work"), ("delete",)))
def test_q_and_the_end_of_input_leave_each_menu(machine, words, given):
    machine.create("work")
    before = machine.files()
    run(machine, *words, given=given)
    assert machine.files() == before


@pytest.mark.parametrize("end", ("\x03", signal.SIGTERM))
def test_the_terminal_shows_what_is_typed_again_if_a_password_is_interrupted(machine, end):
    with at_terminal(machine, "secrets") as user:
        user.answer(SETUP, "2")
        user.answer("Local Name: ", "alice")
        user.answer("[PPTP]: ", "")
        user.wait("Password: ")
        assert not user.shows_what_is_typed
        user.type(end) if isinstance(end, str) else user.process.send_signal(end)
        assert user.end() == 128 + (signal.SIGINT if isinstance(end, str) else end)
        assert user.shows_what_is_typed
    assert not machine.secrets.exists()


# --- subcommands -------------------------------------------------------------------------------------------

def test_without_a_terminal_it_shows_its_usage_as_the_old_one_did(machine):
    output, _ = run(machine, status=1)
    assert output.startswith("Usage: pptp-command")
    assert run(machine, "--help")[0] == output


@pytest.mark.parametrize("words", (("frob",), ("list", "work"), ("start", "a", "b"), ("--frob",), ("setup", "--json"), ("--root",),
                                   ("secrets", "eap"), ("start",)))
def test_a_wrong_command_line_has_status_2(machine, words):
    _, errors = run(machine, *words, status=2)
    assert errors.startswith("pptp-command: ") and "--help" in errors


def test_each_subcommand_reads_its_answers_from_a_script_too(machine):
    run(machine, "add", "work", given="1\nvpn.example.net\n10.0.0.0/8\n\nalice\n\nsecret\ny\nnone\nn\n")
    assert secret_for(machine.secrets.read_bytes(), b"alice", b"work") == b"secret"
    run(machine, "add", "work", status=1)
    run(machine, "change", "work", given="1\nother.example.net\n12\n")
    run(machine, "routes", "work", given="2\n10.2.0.0/16\n\n4\n")
    run(machine, "dns", "work", given="1\n")
    run(machine, "default", "work")
    assert os.readlink(machine.peers / "__default") == "work"
    run(machine, "boot", "work", given="y\n")
    found = json.loads(run(machine, "list", "--json")[0])
    assert [(entry["tunnel"], entry["server"], entry["routes"], entry["dns"], entry["default"]) for entry in found] == [
        ("work", "other.example.net", ["10.0.0.0/8", "10.2.0.0/16"], "auto", True)]
    assert run(machine, "status", status=3)[0] == "work: down\n"
    assert json.loads(run(machine, "status", "work", "--json", status=3)[0])[0]["state"] == "down"
    for name in "start", "stop", "restart", "reload", "force-reload":
        assert "without --root" in run(machine, name, *([] if name == "stop" else ["work"]), status=1)[1]
    for name in "status", "default", "delete", "change", "stop":
        assert "The tunnels are: work" in run(machine, name, "wark", status=1)[1]
    run(machine, "boot", "work", given="y\n")
    run(machine, "delete", "work")
    assert sorted(machine.files()) == ["chap-secrets", "ip-up.d/callgate-routes"]
    assert not os.path.lexists(machine.peers / "__default")
    assert json.loads(run(machine, "list", "--json")[0]) == []


def test_the_default_tunnel_is_a_link_that_pptpsetup_does_not_list(machine):
    machine.create("work")
    (machine.peers / "__default").symlink_to(machine.peers / "work")  # the old one wrote the whole path
    assert "__default" not in machine.run("--list")[0]
    assert "default" in run(machine, "list")[0]
    assert "only with the files in /etc/ppp" not in run(machine, "default", given="q\n")[0]
    (machine.peers / "__default").unlink()
    (machine.peers / "__default").write_text("x")
    assert "is not a symbolic link" in run(machine, "default", "work", status=1)[1]


def test_a_tunnel_that_somebody_else_wrote_is_deleted_only_if_its_name_is_typed_again(machine):
    theirs = machine.peers / "theirs"
    theirs.write_text('pty "pptp vpn.example.net --nolaunchpppd"\n')
    run(machine, "delete", "theirs", given="their\n")
    assert theirs.exists()
    run(machine, "delete", "theirs", given="theirs\n")
    assert not theirs.exists()


def test_pppdir_and_pptpdir_are_honoured_below_the_root(machine):
    (machine.root / "ppp/peers").mkdir(parents=True)
    (machine.root / "pptp").mkdir()
    (machine.root / "pptp/corp").write_text("office vpn.example.net\n")
    where = {"PPPDIR": "/ppp", "PPTPDIR": "/pptp"}
    run(machine, "add", given="corp-office\nalice\n\nsecret\n\n\nn\n", **where)
    assert (machine.root / "ppp/peers/corp-office").exists() and (machine.root / "ppp/chap-secrets").exists()
    assert "begins with /" in run(machine, "list", status=1, PPPDIR="ppp")[1]


# --- secrets ---------------------------------------------------------------------------------------------

@pytest.mark.parametrize("password", ('a "b" \\c', "#x", "it's", "ü"))
def test_a_secret_is_read_by_pppd_as_it_was_typed_and_all_others_stay(machine, password):
    before = b"# mine\nbob\t*\t'x y'\t*\r\n# added by pptpsetup for work\nalice work old *\n"
    machine.secrets.write_bytes(before)
    run(machine, "secrets", given=f"2\nCORP\\eve\n\n{password}\n4\n")
    assert machine.secrets.read_bytes().startswith(before)
    assert [b"CORP\\eve", b"PPTP", password.encode(), b"*"] in entries(machine.secrets.read_bytes())
    assert "already" in run(machine, "secrets", given="2\nCORP\\eve\n\nx\n4\n")[0]
    run(machine, "secrets", given="5\n3\nnewer\n4\n")
    assert secret_for(machine.secrets.read_bytes(), b"CORP\\eve", b"PPTP") == b"newer"
    run(machine, "secrets", given="3\n3\ny\n4\n")
    assert machine.secrets.read_bytes() == before


def test_a_secret_that_changed_while_the_user_was_typing_is_not_written(machine):
    machine.secrets.write_text("bob * x *\n")
    with at_terminal(machine, "secrets") as user:
        user.answer(SETUP, "5")
        user.answer("secret?: ", "1")
        user.answer("again: ", "bob")
        user.wait("password: ")
        machine.secrets.write_text("bob * y *\n")
        user.type("z\n")
        user.wait("changed meanwhile")
    assert machine.secrets.read_text() == "bob * y *\n"


def test_secrets_that_cannot_be_written_are_refused_with_a_sentence_and_asked_again(machine):
    output, _ = run(machine, "secrets", given="2\n*\nalice\n\n@/x\n\ngood\n4\n")
    assert output.count("Local Name: ") == 2 and output.count("Password: ") == 3
    assert machine.secrets.read_text() == '# added by pptp-command\nalice PPTP "good" *\n'


# --- the files of the old pptp-command ---------------------------------------------------------------------

def test_an_old_tunnel_is_listed_and_imported_and_then_everything_works(machine):
    with_old_files(machine)
    secrets = machine.secrets.read_bytes()
    assert json.loads(run(machine, "list", "--json")[0])[0]["to_be_imported"]
    assert "import it first" in run(machine, "change", "plant", status=1)[1]
    output, _ = run(machine, "import", "plant", given="y\n")
    assert "NOT UNDERSTOOD  Route add -net 10.8.0.0 netmask 255.255.0.0 dev eth0" in output
    assert machine.secrets.read_bytes() == secrets
    found = json.loads(machine.run("--list", "--json")[0])[0]
    assert (found["server"], found["user"], found["routes"]) == ("198.51.100.7", "plant", ["10.9.0.0/16"])
    run(machine, "import", status=1)
    run(machine, "change", "plant", given="5\n1400\n12\n")
    run(machine, "delete", "plant")
    assert not (machine.peers / "plant").exists()


def test_a_file_elsewhere_is_imported_and_what_it_runs_is_shown(machine, tmp_path):
    file = tmp_path / "works"
    file.write_text('# by hand\npty "pptp vpn.example.net --nolaunchpppd"\nname alice\nip-up-script /tmp/x\n')
    output, _ = run(machine, "import", str(file), given="y\n")
    assert "RUNS AS ROOT    ip-up-script /tmp/x" in output
    assert "There is no CHAP secret" in output
    assert json.loads(run(machine, "list", "--json")[0])[0]["tunnel"] == "works"
    assert "already" in run(machine, "import", str(file), status=1)[1]
    assert "cannot read" in run(machine, "import", str(tmp_path / "none"), status=1)[1]
    file.rename(tmp_path / "other").write_text("name alice\n")
    assert "neither" in run(machine, "import", str(tmp_path / "other"), status=1)[1]


def test_a_file_with_lines_that_run_programs_is_imported_only_if_the_user_says_so(machine, tmp_path):
    file = tmp_path / "works"
    file.write_text('pty "pptp vpn.example.net --nolaunchpppd"\nname alice\nconnect /tmp/x\n')
    assert "with the lines that run programs as root? [y/N]" in run(machine, "import", str(file), given="\n")[0]
    assert not (machine.peers / "works").exists()


def test_tunnels_of_pptpconfig_are_made_with_their_passwords_and_without_what_they_run(machine, tmp_path):
    """A connection of NetworkManager may have no password in it, so it is asked for."""
    file = tmp_path / "tunnels"
    file.write_bytes(b'a:2:{s:1:"a";a:5:{s:4:"name";s:1:"a";s:6:"server";s:15:"vpn.example.net";s:8:"username";s:5:"alice";'
                     b's:8:"password";s:5:"s3cr#";s:12:"pppd-options";s:14:"connect /tmp/x";}s:1:"b";a:3:{s:4:"name";s:1:"b";'
                     b's:6:"server";s:9:"192.0.2.1";s:8:"username";s:3:"bob";}}')
    output, _ = run(machine, "import", str(file), given="y\ny\nother\n")
    assert "RUNS AS ROOT    connect /tmp/x" in output and "s3cr" not in output
    assert secret_for(machine.secrets.read_bytes(), b"alice", b"a") == b"s3cr#"
    assert secret_for(machine.secrets.read_bytes(), b"bob", b"b") == b"other"
    assert "connect" not in (machine.peers / "a").read_text()


@pytest.mark.parametrize("text, network", (
    ("10.0.0.0/8", "10.0.0.0/8"), ("default", "default"), ("add default dev TUNNEL_DEV", "default"),
    ("add -net 10.0.0.0 netmask 255.0.0.0 dev TUNNEL_DEV", "10.0.0.0/8"), ("add -net 10.0.0.0/8 TUNNEL_DEV", "10.0.0.0/8"),
    ("-net 10.0.0.0/8 metric 3", "10.0.0.0/8"), ("add -host 10.0.0.7 TUNNEL_DEV", "10.0.0.7/32"), ("add 10.0.0.7", "10.0.0.7/32"),
    ("add -net 0.0.0.0 netmask 0.0.0.0 dev TUNNEL_DEV", "default"),
    ("add -host 192.0.2.1 gw DEF_GW", None), ("add 192.0.2.1 gw DEF_GW dev eth0", None), ("del default", None)))
def test_the_words_of_route_are_understood(text, network):
    assert old_command.network(text) == network


@pytest.mark.parametrize("text", (
    "add -net 10.0.0.0", "add -net 10.0.0.0/8 dev eth0", "add -net 10.0.0.0/8 gw 10.0.0.1", "add", "x y", "10.0.0.1/8", "::/0",
    "add -net 10.0.0.0 netmask 255.0.255.0", "add -net 10.0.0.0 netmask", "add -net", "add -net 10.0.0.0/8 $(touch x)", ""))
def test_what_is_no_route_through_the_tunnel_is_refused(text):
    with pytest.raises(Refused):
        old_command.network(text)


def test_files_of_pptp_d_are_taken_with_carriage_returns_and_each_bad_line_is_named(tmp_path):
    (tmp_path / "corp").write_bytes(PREDEFINED)
    (tmp_path / "a b").write_text("x y\n")
    (tmp_path / "directory").mkdir()
    (tmp_path / "end").write_bytes(b"last 192.0.2.9\n10.3.0.0/16")  # no empty line, no newline
    servers, name_servers, wrong = predefined.predefined(tmp_path)
    assert servers == [("corp-office", "vpn.example.net", ["10.0.0.0/8"]), ("end-last", "192.0.2.9", ["10.3.0.0/16"])]
    assert name_servers == [("corp-inside", "10.0.0.53,10.0.0.54")]
    assert [line.partition(f"{tmp_path}/")[2].split(":")[0] for line in wrong] == [
        "a b' is not read", "corp, line 5", "corp, line 7", "corp, line 12"]
    assert predefined.predefined(tmp_path / "none") == ([], [], [])


def test_the_name_servers_of_the_old_resolv_conf_are_offered(machine):
    machine.create("work")
    (machine.root / "etc/resolv.conf.pptp").write_text("search corp.example.net\nnameserver 10.0.0.53\nnameserver 10.0.0.54\n")
    run(machine, "dns", "work", given="resolv.conf.pptp\n")
    assert (machine.ppp / "callgate/work.dns").read_text().endswith("10.0.0.53\n10.0.0.54\n")
    assert predefined.resolv_conf(b"nameserver\nnameserver here\n") is None
