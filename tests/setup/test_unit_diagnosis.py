# SPDX-License-Identifier: GPL-2.0-or-later
"""What pptp-unit-diagnosis makes of the journal. systemd and the journal are stand-ins; tests/systemd has the real ones."""
import os
import subprocess

import pytest

from conftest import PREFIX

pytestmark = pytest.mark.skipif(not PREFIX, reason="it is made by the build: set CALLGATE_PREFIX")

REFUSED_LOG = ("Nov 27 10:00:00 gate pppd[7]: CHAP authentication failed: Access denied\n"
               "Nov 27 10:00:00 gate pppd[7]: CHAP authentication failed\n")
TOLD = "work: cannot send everything through this tunnel, so it ends: the other network is down"
STAND_INS = {
    "systemctl": "exit 0",
    "systemd-notify": 'printf "%s" "$2" >"$HOME/status"',
    # The scripts' lines are asked for by their program, which any user may claim to be.
    "journalctl": 'case "$*" in *callgate-*_UID=0* | *_UID=0*callgate-*) cat "$HOME/root" ;; *callgate-*) cat "$HOME/root" "$HOME/users" ;;\n'
                  ' *INVOCATION*) cat "$HOME/log" ;; esac'}


@pytest.fixture
def diagnose(tmp_path):
    """A function that returns the status that the script sets, and what it prints."""
    for name, text in STAND_INS.items():
        program = tmp_path / name
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)

    def run(log="", root="", users="", result="exit-code", status="16"):
        for name, text in {"log": log, "root": root, "users": users}.items():
            (tmp_path / name).write_text(text)
        done = subprocess.run([f"{PREFIX}/libexec/callgate/pptp-unit-diagnosis", "work", "pptp@work.service"],
                              env={"PATH": f"{tmp_path}:{os.environ['PATH']}", "HOME": str(tmp_path), "INVOCATION_ID": "7",
                                   "SERVICE_RESULT": result, "EXIT_STATUS": status},
                              stdout=subprocess.PIPE, check=True, text=True, timeout=60)
        told = tmp_path / "status"
        return told.read_text() if told.exists() else "", done.stdout
    return run


@pytest.mark.parametrize("line", (TOLD, "work: cannot send its packets through ppp0 by table 401, so it ends: the other network is down"))
def test_the_reason_why_a_script_has_ended_the_tunnel_is_the_status(diagnose, line):
    status, _ = diagnose(root=f"home: cannot send everything, so it ends: no\n{line}\n", result="success", status="5")
    assert status == "failed: " + line.removeprefix("work: ")


def test_a_tunnel_that_is_stopped_has_no_status(diagnose):
    assert diagnose(root="work: cannot send 10.0.0.0/8 through ppp0: it exists\n", result="success", status="0") == ("", "")


def test_a_refused_password_comes_before_all_other_reasons(diagnose):
    status, _ = diagnose(log=REFUSED_LOG, root=f"{TOLD}\n")
    assert "no further attempt is made" in status and "other network" not in status


def test_what_an_ordinary_user_logs_is_no_reason(diagnose):
    assert "other network" not in diagnose(users=f"{TOLD}\n")[0]


def test_nothing_in_the_status_drives_a_terminal(diagnose):
    for text in diagnose(root=f"{TOLD}\x1b[31m\u202e\n", result="success", status="5"):
        assert "down\\x1b[31m\\xe2\\x80\\xae" in text
