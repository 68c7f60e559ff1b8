# SPDX-License-Identifier: GPL-2.0-or-later
"""Nothing of a file, of a unit or of another program reaches the terminal unescaped: neither control characters nor those
that turn the direction of writing.
"""
import pytest
from test_pptp_command import run as run_command
from test_service import calls, listed, own_machine  # noqa: F401  pylint: disable=unused-import

EVIL = "a\x1b[31m\x07\x9b\u202eb"  # also the control characters of 8 bits, and those that turn the direction of writing
FILE_EVIL = EVIL.encode()
SEEN = "a\\x1b[31m\\x07\\x9b\\u202eb"


def assert_harmless(text, *expected):
    assert all(char.isprintable() or char in "\n\t" for char in text), ascii(text)
    for part in expected:
        assert part in text


@pytest.fixture
def hostile(machine):
    """A machine whose files have these characters wherever a file may have them."""
    machine.create("work", "--dns", "10.0.0.1", "--search", "corp.example.net", "--route", "10.0.0.0/8", "--only-through")
    file = machine.peers / "work"
    text = file.read_bytes().replace(b"vpn.example.net", b"vpn" + FILE_EVIL).replace(b"name alice", b'name "%s"' % FILE_EVIL)
    file.write_bytes(text.replace(b"--nolaunchpppd", b"--nolaunchpppd --phone '%s' --logstring '%s'" % (FILE_EVIL, FILE_EVIL)) +
                     b"%s 7\r\ndebug\n" % FILE_EVIL)
    for kind in "routes", "dns", "egress":
        with open(machine.ppp / f"callgate/work.{kind}", "ab") as more:
            more.write(b"%s\nvrf %s\nsearch %s\n10.9.0.0/16 # %s\n" % ((FILE_EVIL,) * 4))
    (machine.peers / EVIL).write_bytes(text)
    machine.secrets.write_bytes(b'"%s" "%s" x "%s"\n' % ((FILE_EVIL,) * 3))
    (machine.peers / "plant").write_bytes(b"# Server IP: 192.0.2.1\n# Route: %s\nname '%s'\n%s 7\n" % ((FILE_EVIL,) * 3))
    (machine.root / "etc/pptp.d").mkdir()
    (machine.root / "etc/pptp.d/corp").write_bytes(b"%s x y\n" % FILE_EVIL)
    return machine


@pytest.mark.parametrize("words, status", [
    ("--list", 0), ("--list --state", 0), ("--show work", 0), ("--edit work --mtu 1400 --dry-run", 0), ("--edit work --repair all", 0),
    ("--edit work --repair debug", 0), ("--delete work --dry-run", 0), ("--import PEERS/work", 0), ("--import PEERS/work --dry-run", 0)])
def test_pptpsetup_shows_files(hostile, words, status):
    output, errors = hostile.run(*words.replace("PEERS", str(hostile.peers)).split(), status=status)
    assert_harmless(output + errors, *([SEEN] if "--state" not in words and "repair" not in words else []))


@pytest.mark.parametrize("words, status", [
    (("--create", EVIL), 1), (("--import", EVIL), 1), (("--edit", "work", "--mtu", "1400", EVIL), 2),
    (("--edit", "work", "--from", f"fe80::1%{EVIL}"), 1), (("--edit", "work", "--route", f"fe80::1%{EVIL}"), 1),
    (("--create", "x", "--server", "s", "--username", "u", EVIL, "--check"), 0)])
def test_pptpsetup_shows_what_is_wrong_with_a_word(hostile, words, status):
    output, errors = hostile.run(*words, status=status)
    assert_harmless(output + errors)
    assert errors


@pytest.mark.parametrize("words, given, status", [
    ("list", "", 0), ("status", "", 3), ("status x", "", 1), ("secrets", "1\n3\n", 0), ("import", "1\nn\n", 0), ("default", "q\n", 0),
    ("change work", "q\n", 0), ("routes work", "1\nq\n", 0), ("add x", "q\n", 0), ("add x", "\x1b[31m\nq\n", 0),
    (EVIL, "", 2), ("start " + EVIL, "", 1)])
def test_pptp_command_shows_files(hostile, words, given, status):
    output, errors = run_command(hostile, *words.split(), given=given, status=status)
    assert_harmless(output + errors)
    assert output or errors


# --- what other programs say ------------------------------------------------------------------------------------

A_FORGED_STATUS = """#!/bin/sh
for word; do case $word in pptp@*)
  printf 'Id=%s\\nActiveState=failed\\nStatusText=failed: \\033[31m\\034ActiveState=active\\302\\205Id=x \\377\\n\\n' "$word"
esac; done
"""


def test_the_status_of_a_unit_does_not_drive_the_terminal(own_machine, machine, tmp_path):  # noqa: F811
    (tmp_path / "bin/systemctl").write_text(A_FORGED_STATUS)
    machine.create("work")
    text = listed(own_machine, then=["mkdir -p /run/systemd/system"])
    assert_harmless(text, "\\x1b[31m\\x1cActiveState=active\\x85Id=x \\xff")
    assert text.splitlines()[-1].split()[:2] == ["work", "failed"]


def test_what_the_started_program_says_does_not_drive_the_terminal(own_machine, machine, tmp_path):  # noqa: F811
    (tmp_path / "bin/pptp").write_text("#!/bin/sh\nprintf 'said\\033[31m\\tso\\n'; printf 'and\\033[32m\\n' >&2; exit 3\n")
    machine.create("work")
    done = own_machine.run("--start", "work")
    assert done.returncode == 3
    assert (done.stdout, done.stderr) == (b"said\\x1b[31m\tso\n", b"and\\x1b[32m\n")


def test_a_newline_in_a_name_makes_no_second_line(machine):
    machine.create("work")
    file = machine.peers / "work"
    file.write_bytes(file.read_bytes().replace(b"name alice", b'name "alice\\n2.) Remove everything"'))
    assert "alice\\n2.) Remove everything" in machine.run("--list")[0]
    for words, given in ("list", ""), ("change work", "q\n"):
        output, _ = run_command(machine, *words.split(), given=given)
        assert "alice\\n2.) Remove everything" in output
