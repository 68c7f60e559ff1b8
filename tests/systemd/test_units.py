# SPDX-License-Identifier: GPL-2.0-or-later
"""The units under a real systemd: socket activation, tunnels as services, restarts, what is left."""
import os
import pwd
import re
import signal
import subprocess
import time

import pytest

from lab import programs
from lab.lines import wait_until
from lab.ppp_tunnel import MPPE_ENABLED, SLOW
from lab.process import proc_status

MANAGER = "pptp-callmgr.service"
TUNNELS = ("work", "home", "lab")
ROUNDS = 20
EXPOSURE = {"pptp-callmgr.service": 15, "pptp@.service": 50}  # at most; systemd-analyze's scale x 10


def unit(name):
    return f"pptp@{name}.service"


def start(machine, *names):
    machine.systemctl("start", *map(unit, names))
    assert all(machine.active(unit(name)) for name in names)


def interface_of(name):
    with open(f"/run/ppp-pptp-{name}.pid", encoding="ascii") as file:
        return file.read().split()[1]


def far_end(machine, device):
    return re.search(r"peer ([\d.]+)", machine.ip("address", "show", "dev", device))[1]


def ping(machine, name, count=3):
    device = interface_of(name)
    said = machine.run("ping", "-n", "-q", "-I", device, "-c", count, "-i", 0.2, far_end(machine, device))
    assert f" {count} received" in said, said


def gateways():
    return {pid for pid in map(int, filter(str.isdigit, os.listdir("/proc")))
            if executable(pid) == programs.installed().gateway}


def executable(pid):
    try:
        return os.readlink(f"/proc/{pid}/exe")
    except OSError:
        return None


# --- starting and stopping -----------------------------------------------------------------------

def test_the_first_pptp_starts_the_manager_through_its_socket(machine, server):
    assert not machine.active(MANAGER)
    start(machine, "work")
    assert machine.active(MANAGER)
    status = proc_status(machine.manager_pid())
    assert int(status["Uid"].split()[0]) == pwd.getpwnam("pptp").pw_uid
    assert int(status["CapBnd"], 16) == int(status["CapEff"], 16) == 1 << 12  # CAP_NET_ADMIN
    assert MPPE_ENABLED in machine.journal("-u", unit("work"), "-b")
    ping(machine, "work")


def test_systemctl_status_shows_server_address_and_state(machine, server):
    start(machine, "work")
    device = interface_of("work")
    text = wait_until(lambda: machine.show(unit("work"), "StatusText"), 5 * SLOW)
    for word in ("up", device, far_end(machine, device), server.address):
        assert word in text, text


def test_the_journal_knows_server_call_ids_and_reason(machine, server):
    start(machine, "work")
    machine.systemctl("stop", unit("work"))
    said = machine.journal("-u", MANAGER, "-b", "-o", "json")
    for field in ("PPTP_SERVER", "PPTP_CALL_ID", "PPTP_PEER_CALL_ID", "PPTP_REASON"):
        assert f'"{field}"' in said


def test_stopping_a_tunnel_clears_its_call_and_leaves_nothing(machine, server):
    start(machine, "work")
    machine.systemctl("stop", unit("work"))
    server.wait_log(r"CTRL: Received CALL CLR request")
    wait_until(lambda: not machine.leftovers(), 5 * SLOW, "nothing left")
    assert machine.active(MANAGER)
    assert "failed" not in machine.systemctl("list-units", "--failed", "--plain", "--no-legend")


def test_stopping_the_manager_clears_the_calls(machine, server):
    start(machine, "work")
    machine.systemctl("stop", MANAGER)
    server.wait_log(r"CTRL: Received CALL CLR request")


def test_nothing_fails_and_nothing_is_left_after_many_rounds(machine, server):
    descriptors = None
    for _ in range(ROUNDS):
        start(machine, "work")
        machine.systemctl("stop", unit("work"))
        held = len(os.listdir(f"/proc/{machine.manager_pid()}/fd"))
        descriptors = descriptors or held
    wait_until(lambda: not machine.leftovers(), 5 * SLOW, "nothing left")
    assert not machine.systemctl("list-units", "--failed", "--plain", "--no-legend").strip()
    assert len(os.listdir(f"/proc/{machine.manager_pid()}/fd")) <= descriptors


# --- the manager's restart and death -------------------------------------------------------------

def test_a_restart_of_the_manager_is_not_noticed_by_three_tunnels(machine, server):
    start(machine, *TUNNELS)
    before, manager = gateways(), machine.manager_pid()
    devices = [interface_of(name) for name in TUNNELS]
    loads = [start_pings(device, far_end(machine, device)) for device in devices]
    for _ in range(3):
        machine.systemctl("restart", MANAGER)
    assert machine.manager_pid() != manager
    for load in loads:
        sent, received = finish_pings(load)
        assert sent == received > 20, (sent, received)
    assert gateways() == before
    assert [interface_of(name) for name in TUNNELS] == devices
    assert machine.pptpctl("status").count(" established ") == len(TUNNELS)
    assert not machine.journal("-u", MANAGER, "-b", "-p", "warning").strip().replace("-- No entries --", "")
    machine.systemctl("stop", unit("work"))
    server.wait_log(r"CTRL: Received CALL CLR request")
    ping(machine, "home")


def start_pings(device, address):
    return subprocess.Popen(["ping", "-n", "-q", "-I", device, "-i", "0.05", address],
                            stdout=subprocess.PIPE, text=True)


def finish_pings(ping_process):
    ping_process.send_signal(signal.SIGINT)
    said, _ = ping_process.communicate(timeout=10 * SLOW)
    return tuple(map(int, re.search(r"(\d+) packets transmitted, (\d+) received", said).groups()))


def wait_up_again(machine, name):
    """RestartSec=10 of the tunnel, then all of the dialling."""
    wait_until(lambda: machine.show(unit(name), "NRestarts") != "0" and machine.active(unit(name)),
               (10 + 30) * SLOW, "the tunnel is up again")


def test_tunnels_come_back_after_the_manager_was_killed(machine, server):
    start(machine, "work")
    [gateway] = gateways()
    killed = machine.manager_pid()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: gateway not in gateways(), 2 * SLOW, "the gateway has ended")
    assert "call manager" in machine.journal("-u", unit("work"), "-b", "-g", "call manager")
    wait_up_again(machine, "work")
    ping(machine, "work")
    assert machine.manager_pid() not in (0, killed)


def test_the_watchdog_replaces_a_manager_that_hangs(machine, server):
    soon = machine.drop_in(MANAGER, "soon", "WatchdogSec=3")
    machine.systemctl("daemon-reload")
    try:
        start(machine, "work")
        hung = machine.manager_pid()
        time_of_health = time.monotonic()
        wait_until(lambda: time.monotonic() - time_of_health > 5, 8)  # longer than WatchdogSec
        assert machine.manager_pid() == hung
        os.kill(hung, signal.SIGSTOP)
        wait_until(lambda: machine.manager_pid() not in (0, hung), 20 * SLOW, "another manager")
        wait_up_again(machine, "work")
    finally:
        soon.unlink()
        machine.systemctl("daemon-reload")


# --- hardening -----------------------------------------------------------------------------------

@pytest.mark.parametrize("name", EXPOSURE)
def test_the_unit_is_as_closed_as_it_can_be(machine, name):
    path = f"/run/systemd/system/{name}"
    machine.run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE[name]}", path)
