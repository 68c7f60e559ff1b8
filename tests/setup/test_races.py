# SPDX-License-Identifier: GPL-2.0-or-later
"""Many runs at once, runs that are killed at any moment, and files that are watched at every moment."""
import os
import signal
import stat

import pytest
from as_pppd import entries, secret_for

from callgate_setup import store

AT_ONCE = 20
USERS_OWN = b"# mine\nbob * x *\n"
# What a store does to files, in which a kill or a reader may come.
CALLS = ("open", "fchown", "fchmod", "fsync", "replace", "unlink", "mkdir", "close")


def test_twenty_at_once_are_as_twenty_in_turn(machine):
    """Creating, editing and deleting: each finds the others' lines, and leaves them."""
    machine.secrets.write_bytes(USERS_OWN)
    for i in range(AT_ONCE):
        if i % 4 in (1, 2):
            machine.create(f"old{i}", password=b"old")
    running = []
    for i in range(AT_ONCE):
        words = {0: ["--create", f"new{i}", "--server", "s", "--username", "alice", "--password-stdin"],
                 1: ["--edit", f"old{i}", "--password-stdin", "--route", "10.0.0.0/8"],
                 2: ["--delete", f"old{i}"],
                 3: ["--create", "same", "--server", "s", "--username", "alice", "--password-stdin"]}[i % 4]
        running.append(machine.start(*words))
    for i, process in enumerate(running):
        if i % 4 != 2:  # --delete reads nothing, and may have ended
            process.stdin.write(b"secret %d\n" % i)
        process.stdin.close()
    for process in running:
        assert process.wait(60) == 0, process.stderr.read()
        process.stdout.close()
        process.stderr.close()

    text = machine.secrets.read_bytes()
    assert text.startswith(USERS_OWN)
    for i in range(AT_ONCE):
        name = f"{'new' if i % 4 == 0 else 'old'}{i}"
        there = i % 4 in (0, 1)
        assert secret_for(text, b"alice", name.encode()) == (b"secret %d" % i if there else None)
        assert (machine.peers / name).exists() == there
    assert len([words for words in entries(text) if words[1] == b"same"]) == 1
    assert not list(machine.ppp.rglob("*.pptpsetup"))


class Interposed:
    """The os module as the store sees it: `before` and `after` each call that touches files. Nothing
    waits for a disk."""

    def __init__(self, before=lambda: None, after=lambda: None):
        self.before, self.after = before, after

    def __getattr__(self, name):
        real = getattr(os, name)
        if name not in CALLS:
            return real

        def call(*arguments, **more):
            self.before()
            result = real(*arguments, **more) if name != "fsync" else None
            self.after()
            return result
        return call


def change_all(machine):
    """Every kind of change to every file."""
    machine.create("work", "--route", "10.0.0.0/8", "--persist", password=b"first")
    machine.run("--edit", "work", "--password-stdin", "--route", "10.1.0.0/16", "--mtu", "1400", given=b"second")
    machine.create("work2", password=b"other")
    machine.run("--delete", "work")


MOST = {"chap-secrets": 0o600, ".chap-secrets.pptpsetup": 0o600, "work": 0o640, "work2": 0o640,
        ".work.pptpsetup": 0o640, ".work2.pptpsetup": 0o640, "work.routes": 0o644, ".work.routes.pptpsetup": 0o644}


@pytest.mark.parametrize("umask", (0, 0o077))
def test_no_file_is_open_to_others_even_for_a_moment(machine, monkeypatch, umask):
    """Looked at after every system call; empty new files are 0600 before anything is in them."""
    seen = []

    def look():
        for path in filter(os.path.isfile, machine.ppp.rglob("*")):
            status = path.stat()
            mode = stat.S_IMODE(status.st_mode)
            seen.append(path.name)
            assert mode & ~MOST[path.name] == 0, f"{path.name}: {mode:04o}"
            assert b"first" not in path.read_bytes() or mode == 0o600
    machine.secrets.write_bytes(USERS_OWN)
    machine.secrets.chmod(0o600)
    monkeypatch.setattr(store, "os", Interposed(after=look))
    old = os.umask(umask)
    with monkeypatch.context() as patch:
        patch.setattr(os, "umask", lambda _: 0)  # the program's own, which alone would do
        change_all(machine)
    os.umask(old)
    assert set(seen) == set(MOST)
    assert machine.secrets.read_bytes().startswith(USERS_OWN)


def killed_at(machine, number):
    """change_all() in a child that SIGKILL ends before its n-th call; whether there was an n-th."""
    child = os.fork()
    if child == 0:
        calls = iter(range(10_000))
        store.os = Interposed(before=lambda: next(calls) == number and os.kill(os.getpid(), signal.SIGKILL))
        try:
            change_all(machine)
        finally:
            os._exit(0)
    return os.WIFSIGNALED(os.waitpid(child, 0)[1])


def test_a_kill_at_any_moment_leaves_the_old_or_the_new_and_the_next_run_clears_away(machine):
    before = USERS_OWN
    number = 0
    while True:
        for path in filter(os.path.isfile, machine.ppp.rglob("*")):
            path.unlink()
        machine.secrets.write_bytes(before)
        if not killed_at(machine, number):
            break
        text = machine.secrets.read_bytes()
        assert text.startswith(before)
        assert secret_for(text, b"alice", b"work") in (b"first", b"second", None), text
        for peers in machine.peers.glob("[!.]*"):
            assert peers.read_bytes().startswith(b"# written by pptpsetup\n")
            assert b"ipparam " in peers.read_bytes()
            assert secret_for(text, b"alice", peers.name.encode())  # never a tunnel without its secret
        machine.run("--delete", "work")
        machine.run("--delete", "work2")
        assert machine.files() == {"chap-secrets": before}
        number += 1
    assert number > 50


def test_a_disk_that_is_full_leaves_the_old(machine, monkeypatch):
    machine.create("work")
    before = machine.files()

    def full(*_):
        raise OSError(28, "No space left on device")
    interposed = Interposed()
    interposed.fsync = full
    monkeypatch.setattr(store, "os", interposed)
    _, errors = machine.run("--edit", "work", "--password-stdin", given=b"other", status=1)
    assert "No space left on device" in errors
    assert machine.files() == before
