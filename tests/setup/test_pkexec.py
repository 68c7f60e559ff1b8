# SPDX-License-Identifier: GPL-2.0-or-later
"""What pptpsetup does for a user for whom pkexec has started it as root. tests/systemd/test_polkit.py asks polkit itself."""
import json
import subprocess
import xml.etree.ElementTree

import pytest
from conftest import PREFIX, REPOSITORY, Machine

from callgate_setup import command

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
