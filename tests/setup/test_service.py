# SPDX-License-Identifier: GPL-2.0-or-later
"""What pptpsetup asks systemd and pppd to do, and how it finds a running tunnel."""
import contextlib
import json
import os
import shlex
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import jsonschema
import pytest
from conftest import REPOSITORY

from callgate_setup import service

SCHEMA = json.loads((REPOSITORY / "doc/list.schema.json").read_text(encoding="utf-8"))
WANTS = "etc/systemd/system/multi-user.target.wants"
SAYS_WHAT_IT_IS_CALLED_WITH = """#!/bin/sh
echo "${0##*/} $*" >>"$CALLS"
exit ${STATUS:-0}
"""
WAITS = "import signal; print(flush=True); signal.pause()"


@pytest.fixture
def calls(tmp_path, monkeypatch):
    """A systemctl and a pptp that write down how they are called; the lines that they have written."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in "systemctl", "pptp":
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
    machine.run("--edit", name, "--no-systemd")
    machine.run("--delete", name)
    assert calls()[1:] == [f"{root} disable {unit}"] * 2


@pytest.mark.skipif(not shutil.which("systemd-escape"), reason="systemd is not installed")
@pytest.mark.parametrize("name", ("work", "a-b", "x_1.y", "a--b-"))
def test_the_instance_is_named_as_systemd_escape_has_it(name):
    escaped = subprocess.run(["systemd-escape", "--template=pptp@.service", "--", name], capture_output=True,
                             text=True, check=True).stdout
    assert service.unit(name) == escaped.strip()


def test_a_service_that_starts_at_boot_does_so_under_its_new_name(machine, calls):
    machine.create("work")
    (machine.root / WANTS).mkdir(parents=True)
    (machine.root / WANTS / "pptp@work.service").symlink_to("/lib/systemd/system/pptp@.service")
    machine.run("--edit", "work", "--rename", "office")
    root = f"systemctl --root={machine.root}"
    assert calls() == [f"{root} disable pptp@work.service", f"{root} enable pptp@office.service"]


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


NAME = f"test{os.getpid()}"  # all tunnels of this machine can be seen

# What is left of pppd with updetach: an interface, its file in /run, and a process, which holds the standard
# output that pppd had. LATER is what happens meanwhile.
LEAVES_A_TUNNEL = """#!/bin/sh
echo "${0##*/} $*" >>"$CALLS"
[ "${STATUS:-0}" = 0 ] || exit "$STATUS"
echo "local  IP address 10.99.0.2"
python3 -c 'import os, sys; os.execv(sys.argv[1], ["pppd", *sys.argv[2:]])' "$PPPD" -c "$WAITS" call "$NAME" 2>&1 &
echo $! >"$LEFT"
until [ "$(readlink /proc/$!/exe)" = "$PPPD" ]; do sleep 0.02; done
(
  ip link add ppp0 type veth peer name other-end
  ip link set ppp0 up
  echo $! >/run/ppp0.pid
  sleep 0.3
  eval "$LATER"
) >/dev/null 2>"$LEFT.errors" &
sleep 0.1
"""
HAS_AN_ADDRESS = "ip address add 10.99.0.2 peer 10.99.0.1 dev ppp0"


class OwnMachine:
    """`machine`, whose files are those of / in namespaces, and where pppd leaves what it leaves."""

    def __init__(self, machine, programs, environment):
        self.machine, self.environment = machine, environment
        (programs / "pptp").write_text(LEAVES_A_TUNNEL)
        (programs / "systemctl").write_text("#!/bin/sh\nexit 1\n")

    def run(self, *words, **more):
        command = self.machine.command(*words)
        del command[1:3]  # --root
        script = 'mount --bind "$1" /etc/ppp; shift; mount -t tmpfs tmpfs /run; for each; do eval "$each"; done'
        return subprocess.run(["unshare", "-mn", "sh", "-c", script, "sh", self.machine.ppp, shlex.join(command),
                               *more.pop("then", ())], input=b"secret\n", check=False, timeout=40,
                              capture_output=True, env={**os.environ, **self.environment, **more})

    def create(self, *words, **more):
        return self.run("--create", NAME, "--server", "s", "--username", "u", *words, **more)


@pytest.fixture
def own_machine(machine, calls, tmp_path):
    if os.geteuid() != 0:
        pytest.skip("an /etc/ppp of its own needs root")
    real = tmp_path / "real"
    real.mkdir()
    left = tmp_path / "left"
    yield OwnMachine(machine, tmp_path / "bin", {
        "NAME": NAME, "PPPD": str(copy_of_python(real, "pppd")), "WAITS": "import signal; signal.pause()",
        "LEFT": str(left), "LATER": HAS_AN_ADDRESS})
    if left.exists():
        with contextlib.suppress(ProcessLookupError):
            os.kill(int(left.read_text()), signal.SIGKILL)


@pytest.mark.parametrize("status", (0, 10))
def test_start_is_the_call_of_the_tunnel_with_updetach_as_pptp_linux_has_it(own_machine, machine, calls, status):
    done = own_machine.create("--start", STATUS=str(status))
    assert done.returncode == status, done.stderr
    assert calls() == [f"pptp call {NAME} updetach"]
    assert sorted(machine.files()) == ["chap-secrets", f"peers/{NAME}"]


def test_start_returns_when_the_address_is_there_and_prints_it(own_machine):
    """Although pppd's child holds the output that it was given: whoever reads ours sees its end."""
    done = own_machine.create("--start")
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode().splitlines()
    assert said[0] == "local  IP address 10.99.0.2"
    assert said[-1].startswith(f"{NAME}: up: pppd ") and said[-1].endswith(", ppp0, 10.99.0.2, to 10.99.0.1")


def test_start_returns_when_the_routes_are_there(own_machine):
    done = own_machine.create("--start", "--route", "10.5.0.0/16", then=("ip route show proto 48",),
                              LATER=f"{HAS_AN_ADDRESS}; sleep 0.3; ip route add 10.5.0.0/16 dev ppp0 proto 48")
    assert done.stdout.decode().splitlines()[-1].startswith("10.5.0.0/16 dev ppp0"), done.stderr


def test_start_says_so_if_the_tunnel_ends_before_it_is_ready(own_machine):
    done = own_machine.create("--start", LATER='kill $(cat "$LEFT")')
    assert done.returncode == 1
    assert f"{NAME} has come up, but has ended again" in done.stderr.decode()


def test_no_second_tunnel_is_started_beside_one_that_is_up(own_machine, calls):
    done = own_machine.create("--start", then=[shlex.join([*own_machine.machine.command()[:1], *words]) for words in (
        ("--start", NAME), ("--edit", NAME, "--mtu", "1400", "--start"))])
    assert calls() == [f"pptp call {NAME} updetach"]
    first, second = done.stdout.decode().splitlines()[-2:]
    assert "up: pppd" in first and f"already; to start it anew: pptpsetup --stop {NAME}" in first
    assert "already, with its old settings" in second


def test_stray_words_are_ignored_with_create_as_pptp_linux_does(own_machine, calls):
    """Many have an alias with "--encrypt mppe"."""
    done = own_machine.create("--encrypt", "mppe", "--start")
    assert done.returncode == 0, done.stderr
    assert b"ignored, because these words are neither options nor values: mppe" in done.stderr
    assert calls() == [f"pptp call {NAME} updetach"]


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
    with looks_like_pppd(copy_of_python(tmp_path, "pppd"), NAME) as process:
        yield NAME, process


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
    with tempfile.TemporaryDirectory() as directory:
        os.chmod(directory, 0o755)
        with looks_like_pppd(copy_of_python(Path(directory), file), NAME, **rights) as process:
            assert machine.run("--status", NAME, status=3)[0] == f"{NAME}: down\n"
            assert "was not running" in machine.run("--stop", NAME)[1]
            assert process.poll() is None


def test_a_tunnel_without_pppd_is_the_pptp_that_was_called_and_none_of_its_children(machine, tmp_path):
    """The tunnel process forks others, which have its words."""
    if os.geteuid() != 0:
        pytest.skip("only root can start what has root's rights")
    forks = "import os, signal; os.fork() or signal.pause(); print(flush=True); signal.pause()"
    with subprocess.Popen(["pptp", "-c", forks, "call", NAME], executable=copy_of_python(tmp_path, "pptp"),
                          stdout=subprocess.PIPE, start_new_session=True) as process:
        try:
            process.stdout.readline()
            assert machine.run("--status", NAME, status=3)[0] == f"{NAME}: dialling: pptp {process.pid}\n"
            found = json.loads(machine.run("--status", NAME, "--json", status=3)[0])
            assert (found["program"], found["pid"]) == ("pptp", process.pid)
        finally:
            os.killpg(process.pid, signal.SIGKILL)


KNOWS_A_UNIT = """#!/bin/sh
for word; do case $word in pptp@*)
  printf 'Id=%s\\nActiveState=failed\\nSubState=failed\\nStatusText=failed: the password is wrong [chap-failed, S20]\\n\\n' "$word"
esac; done
"""


def listed(own_machine, *words, **more):
    command = shlex.join([*own_machine.machine.command()[:1], "--list", "--state", *words])
    return own_machine.run("--list", then=[*more.pop("then", ()), command], **more).stdout.decode()


def test_the_list_has_the_state_of_each_tunnel_and_why_it_failed(own_machine, machine, tmp_path):
    (tmp_path / "bin/systemctl").write_text(KNOWS_A_UNIT)
    machine.create("factory", "--interface", "vpn7")
    done = own_machine.create("--start", "--interface", "vpn0", then=["mkdir -p /run/systemd/system", shlex.join(
        [*machine.command()[:1], "--list", "--state", "--json"])])
    text = done.stdout.decode()
    tunnels = json.loads(text[text.index("[\n"):])
    jsonschema.validate(tunnels, SCHEMA)
    found = {entry["tunnel"]: entry for entry in tunnels}
    assert set(SCHEMA["items"]["properties"]) == set(found[NAME]), "the schema has another member"
    up, failed = found[NAME], found["factory"]
    assert (up["interface"], failed["interface"], failed["running_interface"]) == ("vpn0", "vpn7", None)
    assert (up["state"], up["running_interface"], up["address"], up["peer"], up["program"], up["failure"]) == (
        "up", "ppp0", "10.99.0.2", "10.99.0.1", "pppd", None)
    assert up["since"].endswith("Z") and up["unit"] == f"pptp@{NAME}.service" and up["server"] == "s"
    assert (failed["state"], failed["failure"], failed["since"], failed["enabled"]) == (
        "failed", "the password is wrong [chap-failed, S20]", None, False)


def test_without_systemd_and_below_another_root_tunnels_are_down(own_machine, machine):
    machine.create("work")
    assert listed(own_machine).splitlines()[-1].split() == ["work", "down", "-", "-", "-", "no", "-"]
    assert json.loads(machine.run("--list", "--state", "--json")[0])[0]["state"] == "down"
    assert "--state cannot go with --status" in machine.run("--status", "work", "--state", status=2)[1]
