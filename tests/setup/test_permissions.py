# SPDX-License-Identifier: GPL-2.0-or-later
"""What an ordinary user may not do ends in a sentence, whichever file, directory or process it is about."""
import contextlib
import errno
import io
import json
import os
import re
import sys
import tempfile
import traceback
from pathlib import Path

import pytest
from conftest import Machine
from conftest import main as setup_main
from test_pptp_command import OLD, PREDEFINED
from test_service import NAME, copy_of_python, looks_like_pppd

from callgate_command import command
from callgate_setup import service

NOBODY = 65534
pytestmark = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become somebody else")


def as_nobody(run):
    """Returns what run() returns in a process of an ordinary user, or the traceback in which it ends."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        try:
            os.setgroups([])
            os.setresgid(NOBODY, NOBODY, NOBODY)
            os.setresuid(NOBODY, NOBODY, NOBODY)
            answer = run()
        except BaseException:  # pylint: disable=broad-except
            answer = traceback.format_exc()
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as file:
        answer = json.load(file)
    os.waitpid(child, 0)
    return answer


# --- processes ----------------------------------------------------------------------------------------------

def test_a_tunnel_that_root_has_started_by_hand_is_not_ended_by_another_user(machine, tmp_path):
    with looks_like_pppd(copy_of_python(tmp_path, "pppd"), NAME) as process:
        answer = as_nobody(lambda: machine.run("--stop", NAME, status=1))
        assert answer == ["", f"pptpsetup: cannot end {NAME}, because another user has started its pppd (process {process.pid}): run"
                              f" sudo pptpsetup --stop {NAME}\n"]
        assert process.poll() is None


def test_a_service_that_systemd_does_not_stop_was_running(machine, tmp_path, monkeypatch):
    (tmp_path / "systemctl").write_text("#!/bin/sh\nexit 4\n")
    (tmp_path / "systemctl").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:{os.environ['PATH']}")
    monkeypatch.setattr(service, "is_systemd_s", lambda tunnel: True)
    assert machine.run("--stop", "work", status=1)[1] == "pptpsetup: systemctl stop pptp@work.service failed\n"


# --- files and directories ------------------------------------------------------------------------------------

LOCKED = ("", "etc/ppp", "etc/ppp/peers", "etc/ppp/peers/work", "etc/ppp/callgate", "etc/ppp/callgate/work.routes",
          "etc/ppp/callgate/other.egress", "etc/ppp/chap-secrets", "etc/ppp/pap-secrets", "run", "run/pptpsetup.lock", "etc/pptp.d",
          "etc/pptp.d/corp", "etc/ppp/peers/.old.pptpsetup", "etc/resolv.conf.pptp")
NEW = "--server s --username u --password-stdin"
ACTIONS = ("--list", "--list --state", "--show work", "--edit work --mtu 1400", "--edit work --mtu 1300 --dry-run", "--edit work --repair all",
           "--edit work --pap", f"--create new --table auto {NEW}", f"--create plant {NEW}", "--status work", "--edit work --only-through",
           "--edit work --rename office", "--delete plant")
SUBCOMMANDS = (("list", ""), ("status", ""), ("start", ""), ("stop", ""), ("default", ""), ("default new", ""), ("default", "none\n"),
               ("add x", "1\n"), ("routes new", "2\n10.2.0.0/16\n\n4\n"), ("dns new", "1\n"), ("secrets", "1\n"),
               ("secrets", "2\na\nb\nc\n"), ("import", "1\ny\n"), ("setup", "7\n1\n"), ("boot new", "n\n"), ("delete new", "y\n"))


def machine_of_nobody(directory, locked, mode):
    """Returns a machine whose files all belong to the user, but for one that root has, with this mode."""
    os.chmod(directory, 0o755)
    machine = Machine(Path(directory) / "root")
    machine.create("work", "--route", "10.0.0.0/8")
    (machine.ppp / "callgate/other.egress").write_text("table 77\n")
    (machine.ppp / "pap-secrets").touch()
    (machine.peers / ".old.pptpsetup").touch()  # a killed pptpsetup has left it
    (machine.peers / "plant").write_text(OLD)
    (machine.peers / "__default").symlink_to("work")
    (machine.root / "etc/pptp.d").mkdir()
    (machine.root / "etc/pptp.d/corp").write_bytes(PREDEFINED)
    (machine.root / "etc/resolv.conf.pptp").touch()
    for path in (machine.root, *machine.root.rglob("*")):
        os.chown(path, NOBODY, NOBODY, follow_symlinks=False)
    os.chown(machine.root / locked, 0, 0)
    os.chmod(machine.root / locked, mode)
    return machine


def outcome(main, words, given):
    """Returns the exit status and the error messages, or the traceback."""
    errors, sys.stdin = io.StringIO(), io.TextIOWrapper(io.BytesIO(given.encode()))
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(errors):
        try:
            return main(words), errors.getvalue()
        except Exception:  # pylint: disable=broad-except
            return None, traceback.format_exc()


@pytest.mark.parametrize("mode", [0o000, 0o755], ids=["unreadable", "read-only"])
@pytest.mark.parametrize("locked", LOCKED)
def test_whatever_is_locked_a_sentence_says_so(locked, mode):
    with tempfile.TemporaryDirectory() as directory:
        machine = machine_of_nobody(directory, locked, mode)
        found = as_nobody(lambda: [
            *(outcome(setup_main, machine.command(*words.split()), "secret\n") for words in ACTIONS),
            *(outcome(command.obey, ["pptp-command", "--root", str(machine.root), *words.split()], given) for words, given in SUBCOMMANDS)])
    assert len(found) == len(ACTIONS) + len(SUBCOMMANDS)
    for (status, errors), words in zip(found, (*ACTIONS, *SUBCOMMANDS)):
        assert status in range(4), (words, errors)
        assert "Errno" not in errors and (status != 1 or re.match("(pptpsetup|pptp-command): .", errors)), (words, errors)
    if locked == "etc/ppp/peers" and mode == 0:
        assert all("members of the group dip" in found[at][1] for at in (0, len(ACTIONS))), "--list and list"


@pytest.mark.parametrize("error, sentence", [
    (FileNotFoundError(errno.ENOENT, "No such file or directory", "ip"), "cannot use 'ip': No such file or directory"),
    (PermissionError(errno.EPERM, "Operation not permitted"),
     "the system has an error: Operation not permitted; root may be allowed to: try it with sudo")])
def test_an_error_of_the_system_that_nobody_has_expected_is_a_sentence(machine, monkeypatch, error, sentence):
    def status(*_):
        raise error
    monkeypatch.setattr(service, "status", status)
    machine.create("work")
    assert machine.run("--status", "work", status=1)[1] == f"pptpsetup: {sentence}\n"
    assert outcome(command.obey, ["pptp-command", "--root", str(machine.root), "status", "work"], "") == (1, f"pptp-command: {sentence}\n")
