# SPDX-License-Identifier: GPL-2.0-or-later
"""What pptpsetup asks systemd and pppd to do, and how it finds a running tunnel."""
import contextlib
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import pytest

from callgate_setup import service

WANTS = "etc/systemd/system/multi-user.target.wants"
SAYS_WHAT_IT_IS_CALLED_WITH = """#!/bin/sh
echo "${0##*/} $*" >>"$CALLS"
exit ${STATUS:-0}
"""
WAITS = "import signal; print(flush=True); signal.pause()"


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """A systemctl and a pppd that write down how they are called; the lines that they have written."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in "systemctl", "pppd":
        (programs / name).write_text(SAYS_WHAT_IT_IS_CALLED_WITH)
        (programs / name).chmod(0o755)
    record = tmp_path / "calls"
    record.touch()
    monkeypatch.setenv("CALLS", str(record))
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    return lambda: record.read_text().splitlines()


@pytest.mark.parametrize("name, unit", (("work", "pptp@work.service"), ("a-b", "pptp@a\\x2db.service")))
def test_systemd_enables_the_instance_and_delete_disables_it(machine, calls, name, unit):
    machine.create(name, "--systemd")
    root = f"systemctl --root={machine.root}"
    assert calls() == [f"{root} enable {unit}"]
    (machine.root / WANTS).mkdir(parents=True)
    (machine.root / WANTS / unit).symlink_to("/lib/systemd/system/pptp@.service")
    machine.run("--delete", name)
    assert calls()[1:] == [f"{root} disable {unit}"]


@pytest.mark.skipif(not shutil.which("systemd-escape"), reason="systemd is not installed")
@pytest.mark.parametrize("name", ("work", "a-b", "x_1.y", "a--b-"))
def test_the_instance_is_named_as_systemd_escape_has_it(name):
    escaped = subprocess.run(["systemd-escape", "--template=pptp@.service", "--", name], capture_output=True,
                             text=True, check=True).stdout
    assert service.unit(name) == escaped.strip()


def test_a_unit_that_cannot_be_disabled_keeps_its_files(machine, calls, monkeypatch):
    machine.create("work")
    (machine.root / WANTS).mkdir(parents=True)
    (machine.root / WANTS / "pptp@work.service").symlink_to("x")
    before = machine.files()
    monkeypatch.setenv("STATUS", "1")
    machine.run("--delete", "work", status=1)
    assert machine.files() == before


def test_a_tunnel_without_systemd_is_none_of_systemd_s_business(machine, calls):
    machine.create("work")
    machine.run("--delete", "work")
    assert calls() == []


@pytest.mark.skipif(os.geteuid() != 0, reason="an /etc/ppp of its own needs root")
@pytest.mark.parametrize("status", (0, 10))
def test_start_is_pppd_s_updetach_as_pptp_linux_has_it(machine, calls, monkeypatch, status):
    monkeypatch.setenv("STATUS", str(status))
    words = machine.command("--create", "work", "--server", "s", "--username", "u", "--start")
    del words[1:3]  # --root
    done = subprocess.run(["unshare", "-m", "sh", "-c", 'mount --bind "$1" /etc/ppp; shift; exec "$@"', "sh",
                           machine.ppp, *words], input=b"secret\n", check=False, timeout=60)
    assert done.returncode == status
    assert calls() == ["pppd call work updetach"]
    assert sorted(machine.files()) == ["chap-secrets", "peers/work"]


def test_nothing_below_another_root_is_started(machine, calls):
    machine.create("work")
    _, errors = machine.run("--start", "work", status=1)
    assert "--root" in errors
    assert calls() == []


def copy_of_python(directory, name):
    """A program whose file has this name. It does not find its library beside itself, and uses the machine's."""
    program = directory / name
    shutil.copy(os.path.realpath("/usr/bin/python3"), program)
    return program


@contextlib.contextmanager
def looks_like_pppd(program, tunnel, **more):
    with subprocess.Popen(["pppd", "-c", WAITS, "call", tunnel], executable=program, stdout=subprocess.PIPE,
                          **more) as process:
        try:
            process.stdout.readline()
            yield process
        finally:
            process.kill()


@pytest.fixture
def running(tmp_path):
    """A process that looks like the pppd of a tunnel, whose name it has."""
    if os.geteuid() != 0:
        pytest.skip("only root can start what has root's rights")
    name = f"test{os.getpid()}"
    with looks_like_pppd(copy_of_python(tmp_path, "pppd"), name) as process:
        yield name, process


def test_status_and_stop_find_the_pppd_of_this_tunnel_and_no_other(machine, running):
    name, process = running
    for other in name + "0", name[:-1], name.upper():
        assert machine.run("--status", other, status=3)[0] == f"{other}: down\n"
        assert "was not running" in machine.run("--stop", other)[1]
    assert machine.run("--status", name, status=3)[0] == f"{name}: dialling: pppd {process.pid}\n"
    found = json.loads(machine.run("--status", name, "--json", status=3)[0])
    assert (found["state"], found["pid"], found["interface"]) == ("dialling", process.pid, None)
    assert process.poll() is None
    machine.run("--stop", name)
    assert process.wait(5) == -15
    assert machine.run("--status", name, status=3)[0] == f"{name}: down\n"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can start what has other rights")
@pytest.mark.parametrize("file, rights", (("pppd", {"user": 65534, "group": 65534}), ("su", {})))
def test_another_process_that_calls_itself_pppd_deceives_nobody(machine, file, rights):
    """One of an ordinary user, and one of a program that has root's rights whoever starts it."""
    name = f"test{os.getpid()}"
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        with looks_like_pppd(copy_of_python(Path(directory), file), name, **rights) as process:
            assert machine.run("--status", name, status=3)[0] == f"{name}: down\n"
            assert "was not running" in machine.run("--stop", name)[1]
            assert process.poll() is None
