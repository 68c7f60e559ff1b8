# SPDX-License-Identifier: GPL-2.0-or-later
"""pptpsetup --edit TUNNEL --repair: faults of files that anybody may have written."""
import json

import pytest

from callgate_setup import repair

BROKEN = b"""# by hand\r
pty "pptp vpn.example.net --timeout 1"\r
name alice\r
remotename work\r
auth
require-mschap-v2
sync
debug
idle 600
"""
MENDED = b"""# by hand
pty "pptp vpn.example.net --nolaunchpppd --timeout 1"
name alice
remotename work
idle 600
noauth
"""
SECRETS = b"# mine\nbob work \"b\"\nalice other x\nalice work 'a b' \n"


@pytest.fixture
def broken(machine):
    (machine.peers / "work").write_bytes(BROKEN)
    machine.secrets.write_bytes(SECRETS)
    machine.secrets.chmod(0o644)
    return machine


def test_everything_is_mended_and_shown_first_and_nothing_else_changes(broken):
    shown, _ = broken.run("--edit", "work", "--repair", "all", "--dry-run")
    assert (broken.peers / "work").read_bytes() == BROKEN
    output, _ = broken.run("--edit", "work", "--repair", "all")
    assert output == shown and "mode 0644 becomes 0600" in output and "+noauth" in output and "a b" not in output
    broken.run("--edit", "work", "--repair", "debug")
    assert (broken.peers / "work").read_bytes() == MENDED
    assert broken.secrets.read_bytes() == b'# mine\nbob work "b" *\nalice other x\nalice work "a b" *\n'
    assert broken.secrets.stat().st_mode & 0o777 == 0o600
    assert "nothing of this is wrong" in broken.run("--edit", "work", "--repair", "all")[1]


@pytest.mark.parametrize("kind, lost, new", [
    ("carriage-returns", b"\r", b""), ("nolaunchpppd", b"", b"--nolaunchpppd"), ("sync", b"sync\n", b""), ("debug", b"debug\n", b""),
    ("noauth", b"auth\n", b"noauth\n")])
def test_each_kind_mends_its_fault_alone(broken, kind, lost, new):
    broken.run("--edit", "work", "--repair", kind)
    text = (broken.peers / "work").read_bytes()
    assert new in text and text != BROKEN and broken.secrets.read_bytes() == SECRETS and broken.secrets.stat().st_mode & 0o044
    assert not lost or (b"\n" + text).count(b"\n" + lost if lost != b"\r" else lost) == 0
    kept = [line for line in BROKEN.split() if line in text.split()]
    assert len(kept) >= len(BROKEN.split()) - 3


def test_every_kind_is_described(broken):
    assert set(repair.KINDS) == set(repair.checked(",".join(repair.KINDS)))
    assert set(repair.checked("all")) == set(repair.KINDS) - {"debug"}


@pytest.mark.parametrize("words, status", [(("--repair", "x"), 1), (("--repair", "all", "--mtu", "1400"), 2)])
def test_an_unknown_kind_is_refused(broken, words, status):
    error = json.loads(broken.run("--edit", "work", *words, "--json", status=status)[0])["error"]
    assert error["sentence"] and (status == 2 or error["option"] == "repair")
    assert (broken.peers / "work").read_bytes() == BROKEN


def test_what_cannot_be_mended_is_said(broken):
    (broken.peers / "work").write_bytes(b'pty "pptp a" noauth auth\n')
    assert "move it to a separate line" in broken.run("--edit", "work", "--repair", "noauth", status=1)[1]
    assert "no tunnel" in broken.run("--edit", "other", "--repair", "all", status=1)[1]
