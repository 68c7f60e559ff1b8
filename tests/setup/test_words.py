# SPDX-License-Identifier: GPL-2.0-or-later
"""Whatever password or name is given, pppd reads exactly the same from our files."""
import contextlib
import os
import pty
import random
import re
import shutil
import subprocess
import termios

import pytest
from as_pppd import entries, secret_for

from callgate_setup import words

PASSWORDS = {
    "plain": b"secret",
    "a blank": b"two words",
    "blanks around": b"  in the middle  ",
    "only a blank": b" ",
    "a hash sign": b"#nocomment",
    "a hash sign within": b"a #b",
    "a double quote": b'say "friend"',
    "a single quote": b"don't",
    "both quotes": b"\"'\"'",
    "one double quote": b'"',
    "a backslash": b"a\\b",
    "a backslash at the end": b"end\\",
    "what looks like escapes": b"\\n\\x41\\101\\s",
    "a star": b"*",
    "dashes": b"--",
    "an option": b"--delete",
    "an at sign": b"@home/x",
    "shell": b"$(reboot)`id`;&|<>!%",
    "format": b"%s%n%q",
    "Latin-1": b"gr\xfc\xdfe",
    "UTF-8": "grüße €".encode(),
    "hex digits behind": b"\xffabc09",
    "all of Latin-1": bytes(range(0xA0, 0x100)),
    "all printable": bytes(range(0x20, 0x7F)),
    "as long as pppd takes": b"\\" * 256,
}
LOGINS = (b"alice", b"al ice", b'a"b', b"a#b", b"a'b", b"alice@example.net", b"--x", b"gr\xc3\xbcn", b"a\\b", b"%s")


@pytest.mark.parametrize("password", PASSWORDS.values(), ids=PASSWORDS.keys())
def test_pppd_reads_the_password_that_was_given(machine, password):
    machine.create("work", password=password)
    text = machine.secrets.read_bytes()
    assert entries(text) == [[b"alice", b"work", password, b"*"]]
    assert all(byte == ord("\n") or 0x20 <= byte < 0x7F for byte in text)


@pytest.mark.parametrize("login", LOGINS)
@pytest.mark.parametrize("domain", (b"", b"CORP", b"my corp"))
def test_pppd_reads_the_same_name_in_both_files(machine, login, domain):
    options = ["--domain", domain] if domain else []
    machine.create("work", *options, username=login)
    name = (domain + b"\\" if domain else b"") + login
    assert [b"name", name] in entries((machine.peers / "work").read_bytes())
    assert secret_for(machine.secrets.read_bytes(), name, b"work") == b"secret"


@pytest.mark.parametrize("where", ("--password-stdin", "--password-file", "--password", "stdin as pptp-linux"))
def test_a_password_is_the_same_wherever_it_comes_from(machine, where):
    password = b'-p "#\\ \xc3\xbc'
    file = machine.root / "password"
    file.write_bytes(password + b"\n")
    how = {"--password-stdin": ["--password-stdin"], "--password-file": ["--password-file", file],
           "--password": ["--password", password], "stdin as pptp-linux": []}[where]
    _, errors = machine.run("--create", "work", "--server", "s", "--username", "u", *how, given=password + b"\n")
    assert secret_for(machine.secrets.read_bytes(), b"u", b"work") == password
    assert ("command line" in errors) == (where == "--password")
    assert password.decode() not in errors


def test_a_terminal_is_asked_and_does_not_show_what_is_typed(machine):
    child, terminal = pty.fork()
    if child == 0:
        words_given = machine.command("--create", "work", "--server", "s", "--username", "u")
        os.execv(words_given[0], words_given)
    shown = b""
    while b"Password for work: " not in shown:
        shown += os.read(terminal, 100)
    assert not termios.tcgetattr(terminal)[3] & termios.ECHO
    os.write(terminal, b"typed secret\n")
    with contextlib.suppress(OSError):  # EIO: the other end has closed
        while more := os.read(terminal, 100):
            shown += more
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert secret_for(machine.secrets.read_bytes(), b"u", b"work") == b"typed secret"
    assert b"typed" not in shown
    os.close(terminal)


def test_a_password_with_octets_beyond_ascii_is_written_and_warned_of(machine):
    _, errors = machine.create("work", password="ü".encode())
    assert "MS-CHAPv2" in errors


REFUSED_PASSWORDS = {
    "empty": (b"", "empty"),
    "NUL": (b"a\0b", "control character"),
    "tab": (b"a\tb", "control character"),
    "carriage return": (b"a\rb", "control character"),
    "escape": (b"\x1b[2J", "control character"),
    "delete": (b"\x7f", "control character"),
    "too long": (b"x" * 257, "257 octets"),
    "a file's name to pppd": (b"@/etc/shadow", "name of a file"),
}


@pytest.mark.parametrize("password, words_of_it", REFUSED_PASSWORDS.values(), ids=REFUSED_PASSWORDS.keys())
def test_a_password_that_cannot_be_is_refused_with_a_sentence(machine, password, words_of_it):
    _, errors = machine.create("work", password=password, status=1)
    assert words_of_it in errors and errors.count("\n") == 1
    assert machine.files() == {}


def test_a_file_with_two_lines_is_no_password(machine):
    file = machine.root / "password"
    file.write_bytes(b"one\ntwo\n")
    _, errors = machine.run("--create", "work", "--server", "s", "--username", "u", "--password-file", file, status=1)
    assert "newline" in errors


FILES = {
    b"a b\tc": [[b"a", b"b", b"c"]],
    b"one\ntwo three\n": [[b"one"], [b"two", b"three"]],
    b"\n\n  \na\n": [[b"a"]],
    b"a # b c\nd": [[b"a"], [b"d"]],
    b"a#b": [[b"a"]],
    b"#a": [],
    b'"a b" c': [[b"a b", b"c"]],
    b"'a b'c": [[b"a bc"]],
    b'a"b c"d': [[b"ab cd"]],
    b'""': [[b""]],
    b"""\"it's\" '"'""": [[b"it's", b'"']],
    b'"#" \'#\'': [[b"#", b"#"]],
    b'"a\nb" c': [[b"a\nb", b"c"]],
    b"a\\ b": [[b"a b"]],
    b"a\\#b": [[b"a#b"]],
    b"a\\\nb": [[b"ab"]],
    b"a \\\n b": [[b"a", b"b"]],
    b"'\\''": [[b"'"]],
    b'"\\"\\\\"': [[b'"\\']],
    b"\\x41\\x4 \\x4z \\xABc": [[b"A\x04", b"\x04z", b"\xabc"]],
    b"\\101\\7\\60x \\1011": [[b"A\x070x", b"A1"]],
    b"\\a\\b\\f\\n\\r\\s\\t\\q": [[b"\a\b\f\n\r \tq"]],
    b"gr\xfc\xdfe": [[b"gr\xfc\xdfe"]],
}


@pytest.mark.parametrize("data", FILES)
def test_a_file_has_the_words_that_pppd_sees(data):
    assert entries(data) == FILES[data]


def random_files(pieces, number):
    """Files of random pieces: quotes, escapes, comments, joined lines."""
    dice = random.Random(7)
    return [b"".join(dice.choices(pieces, k=dice.randrange(1, 12))) for _ in range(number)]


def test_the_lines_of_a_file_put_together_are_the_file():
    pieces = (b"a", b"B", b"7", b" ", b"\t", b"\n", b"#", b'"', b"'", b"\\", b"x4", b"\\n", b"\\x41", b"\\\n", b"word")
    for data in random_files(pieces, 10_000):
        assert b"".join(line.raw for line in words.lines(data)) == data


@pytest.mark.skipif(not shutil.which("pppd"), reason="pppd is not installed")
def test_pppd_itself_reads_the_same_first_word_in_any_file(tmp_path):
    pieces = (b"a", b"B", b"q", b" ", b"\t", b"\n", b"#", b'"', b"'", b"\\", b"x4", b"\\n", b"\\x41", b"\\101", b"\\s",
              b"\\\n", b"word")
    compared = 0
    for data in random_files(pieces, 250):
        found = entries(data)
        if found and complete(data):
            assert_pppd_reads(tmp_path, data, found[0][0])
            compared += 1
    assert compared > 70


def complete(data):
    """Whether no quote or escape is cut by the end of the file, and each hexadecimal escape has a digit."""
    return not re.search(rb"\\x(?![0-9a-f])", data) and words.lines(data + b"\nend")[-1] == (b"end", [b"end"])


def assert_pppd_reads(directory, data, word):
    """pppd names the first word that is none of its options; that needs no /dev/ppp."""
    options = directory / "options"
    options.write_bytes(data + b"\n")
    done = subprocess.run(["pppd", "nodetach", "file", options], capture_output=True, timeout=20, check=False)
    assert b": In file %s: unrecognized option '%s'\n" % (str(options).encode(), word) in done.stderr, data


@pytest.mark.skipif(not shutil.which("pppd"), reason="pppd is not installed")
@pytest.mark.parametrize("password", [p for p in PASSWORDS.values() if len(p) < 200])
def test_pppd_itself_reads_it(tmp_path, password):
    word = password.replace(b":", b";")  # pppd would take a word with a colon for an address
    assert_pppd_reads(tmp_path, words.quoted(word), word)
