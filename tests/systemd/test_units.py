# SPDX-License-Identifier: GPL-2.0-or-later
"""The units under a real systemd: socket activation, tunnels as services, restarts, and what is left."""
import json
import os
import pwd
import re
import shutil
import signal
import time
from pathlib import Path

import pytest

from lab import programs
from lab.lines import wait_until
from lab.ppp_tunnel import MPPE_ENABLED, SLOW
from lab.process import proc_status
from lab.units import MANAGER, TunnelUnit, unit

TUNNELS = ("work", "home", "lab")
ROUNDS = 20 if "CALLGATE_LONG" in os.environ else 6
UNIT_FILES = Path(programs.installed().pptp).parents[1] / "lib/systemd/system"
EXPOSURE = {"pptp-callmgr.service": 15, "pptp@.service": 50}  # at most; systemd-analyze's scale x 10


# --- starting and stopping -----------------------------------------------------------------------

def test_the_first_pptp_starts_the_manager_through_its_socket(machine, server):
    assert not machine.active(MANAGER)
    machine.start_tunnels("work")
    assert machine.active(MANAGER)
    status = proc_status(machine.manager_pid())
    assert int(status["Uid"].split()[0]) == pwd.getpwnam("pptp").pw_uid
    assert int(status["CapBnd"], 16) == int(status["CapEff"], 16) == 1 << 12  # CAP_NET_ADMIN
    for name, limit in ("MemoryMax", 512 << 20), ("TasksMax", 16), ("FileDescriptorStoreMax", 8448):
        assert machine.show(MANAGER, name) == str(limit)
    assert int(Path(f"/proc/{machine.manager_pid()}/oom_score_adj").read_text(encoding="ascii")) < 0
    assert MPPE_ENABLED in machine.journal("-u", unit("work"), "-b")
    TunnelUnit(machine, server, "work").ping()


def test_systemctl_status_shows_server_address_and_state(machine, server):
    machine.start_tunnels("work")
    tunnel = TunnelUnit(machine, server, "work")
    text = wait_until(lambda: machine.show(unit("work"), "StatusText"))
    for word in ("up", tunnel.device, tunnel.peer_ip, server.address):
        assert word in text, text
    [connection] = json.loads(machine.pptpctl("status", "--json"))["connections"]
    [call] = connection["calls"]
    assert (call["tunnel"], call["interface"]) == ("work", tunnel.device)


def test_systemctl_status_shows_why_a_tunnel_failed(machine, server):
    """The unit's own start is what is diagnosed, not whatever else the journal holds."""
    server.stop_pptpd()
    wait_until(lambda: not server.running())
    machine.systemctl("start", unit("work"), check=False)
    status = wait_until(lambda: "failed: " in machine.show(unit("work"), "StatusText")
                        and machine.show(unit("work"), "StatusText"))
    assert "[tcp-refused, S08]" in status
    said = machine.journal("-u", unit("work"), "-b")
    assert "pptpctl diagnose --tunnel work" in said
    assert f"[S08] to find out more: pptpctl diagnose {server.address}" in said


def forge(machine, name, message):
    """Anybody may write an entry that says it is about the unit, as systemd's are."""
    script = f"printf 'UNIT={name}\nSYSLOG_IDENTIFIER=pppd\nMESSAGE={message}\n' | logger --journald"
    machine.run("setpriv", "--reuid=nobody", "--clear-groups", "sh", "-c", script)
    wait_until(lambda: message in machine.journal("-b", f"UNIT={name}"), what="the entry is in the journal")


STAGES = ["control", "call", "lcp-heard", "lcp-up", "authenticated", "mppe", "ipcp"]


def test_follow_tells_the_stages_of_a_unit_from_its_journal(machine, server):
    follow = machine.start(programs.installed().pptpctl, "follow", "--json", "work")
    machine.start_tunnels("work")
    up = json.loads(follow.stdout.wait('"event":"up"').string)
    assert (up["tunnel"], up["interface"]) == ("work", TunnelUnit(machine, server, "work").device)
    forge(machine, unit("work"), "CHAP authentication failed")
    machine.systemctl("stop", unit("work"))
    follow.stdout.wait('"event":"down"')
    events = [json.loads(line) for line in follow.stdout.all]
    assert [event["stage"] for event in events if event["event"] == "stage" and event["stage"] in STAGES] == STAGES
    assert not [event for event in events if event["event"] == "finding" and event["finding"]["severity"] == "problem"]
    assert not follow.stderr.text


def test_the_journal_knows_server_call_ids_and_reason(machine, server):
    machine.start_tunnels("work")
    machine.systemctl("stop", unit("work"))
    said = machine.journal("-u", MANAGER, "-b", "-o", "json")
    for field in ("PPTP_SERVER", "PPTP_CALL_ID", "PPTP_PEER_CALL_ID", "PPTP_REASON"):
        assert f'"{field}"' in said


def test_stopping_a_tunnel_clears_its_call_and_leaves_nothing(machine, server):
    machine.start_tunnels("work")
    machine.systemctl("stop", unit("work"))
    server.wait_log(r"CTRL: Received CALL CLR request")
    wait_until(lambda: not machine.leftovers(), what="nothing left")
    assert machine.active(MANAGER)
    assert not machine.failed_units()


def test_stopping_the_manager_clears_the_calls(machine, server):
    machine.start_tunnels("work")
    machine.systemctl("stop", MANAGER)
    server.wait_log(r"CTRL: Received CALL CLR request")


def test_nothing_fails_and_nothing_is_left_after_many_rounds(machine, server):
    descriptors = None
    for _ in range(ROUNDS):
        machine.start_tunnels("work")
        machine.systemctl("stop", unit("work"))
        held = len(os.listdir(f"/proc/{machine.manager_pid()}/fd"))
        descriptors = descriptors or held
    wait_until(lambda: not machine.leftovers(), what="nothing left")
    assert not machine.failed_units()
    assert len(os.listdir(f"/proc/{machine.manager_pid()}/fd")) <= descriptors


def end_the_only_gateway(machine):
    [gateway] = machine.gateways()
    os.kill(gateway, signal.SIGKILL)


def test_a_unit_that_is_stopped_has_not_failed_if_the_server_hangs_up_first(machine, server):
    """pppd then exits as if nobody had asked it to: with 16. If really nobody has, that is a failure."""
    def said_of(invocation):
        return machine.journal(f"INVOCATION_ID={invocation}")

    machine.start_tunnels("work")
    lost = machine.show(unit("work"), "InvocationID")
    end_the_only_gateway(machine)
    wait_up_again(machine, "work")
    stopped = machine.show(unit("work"), "InvocationID")
    server.signal_all("pppd", signal.SIGSTOP)  # it does not answer pppd's Terminate-Request
    machine.systemctl("stop", "--no-block", unit("work"))
    end_the_only_gateway(machine)
    wait_until(lambda: machine.show(unit("work"), "ActiveState") in ("inactive", "failed"), what="the unit's end")
    assert not machine.failed_units()
    assert "status=16" in said_of(lost) and "status=16" in said_of(stopped)
    assert "Failed with result" in said_of(lost)
    assert "Failed with result" not in said_of(stopped)


# --- the manager's restart and death -------------------------------------------------------------

def test_a_restart_of_the_manager_is_not_noticed_by_three_tunnels(machine, server):
    machine.start_tunnels(*TUNNELS)
    tunnels = [TunnelUnit(machine, server, name) for name in TUNNELS]
    before, manager = machine.gateways(), machine.manager_pid()
    loads = [start_pings(machine, tunnel) for tunnel in tunnels]
    for _ in range(3):
        machine.systemctl("restart", MANAGER)
    assert machine.manager_pid() != manager
    for load in loads:
        answered = finish_pings(load)
        # Those after the last answer were on their way when ping was ended.
        assert len(answered) > 20 and answered == list(range(1, answered[-1] + 1)), answered
    assert machine.gateways() == before
    assert [TunnelUnit(machine, server, name).device for name in TUNNELS] == [t.device for t in tunnels]
    assert machine.pptpctl("status").count(" established ") == len(TUNNELS)
    assert not machine.journal("-u", MANAGER, "-b", "-p", "warning").strip().replace("-- No entries --", "")
    machine.systemctl("stop", unit("work"))
    server.wait_log(r"CTRL: Received CALL CLR request")
    tunnels[1].ping()


def start_pings(machine, tunnel):
    return machine.start("ping", "-n", "-I", tunnel.device, "-i", "0.05", tunnel.peer_ip)


def finish_pings(ping):
    """The numbers of those that were answered, in the order of the answers."""
    ping.signal(signal.SIGINT)
    ping.wait_exit(10 * SLOW)
    ping.stdout.wait("packets transmitted")
    return [int(found[1]) for line in ping.stdout.all if (found := re.search(r"icmp_seq=(\d+) ttl", line))]


def wait_up_again(machine, name):
    """RestartSec=10 of the tunnel, then all of the dialling."""
    wait_until(lambda: machine.show(unit(name), "NRestarts") != "0" and machine.active(unit(name)),
               (10 + 30) * SLOW, "the tunnel is up again")


def test_tunnels_come_back_after_the_manager_was_killed(machine, server):
    machine.start_tunnels("work")
    [gateway] = machine.gateways()
    killed = machine.manager_pid()
    os.kill(killed, signal.SIGKILL)
    wait_until(lambda: gateway not in machine.gateways(), 2 * SLOW, "the gateway has ended")
    assert "call manager" in machine.journal("-u", unit("work"), "-b", "-g", "call manager")
    wait_up_again(machine, "work")
    TunnelUnit(machine, server, "work").ping()
    assert machine.manager_pid() not in (0, killed)


def test_the_watchdog_replaces_a_manager_that_hangs(machine, server):
    soon = machine.drop_in(MANAGER, "soon", "WatchdogSec=3")
    machine.systemctl("daemon-reload")
    try:
        machine.start_tunnels("work")
        hung = machine.manager_pid()
        time_of_health = time.monotonic()
        wait_until(lambda: time.monotonic() - time_of_health > 5, 8)  # longer than WatchdogSec
        assert machine.manager_pid() == hung
        os.kill(hung, signal.SIGSTOP)
        wait_until(lambda: machine.manager_pid() not in (0, hung), what="another manager")
        wait_up_again(machine, "work")
    finally:
        soon.unlink()
        machine.systemctl("daemon-reload")


# --- hardening -----------------------------------------------------------------------------------

@pytest.mark.parametrize("name", EXPOSURE)
def test_the_unit_is_as_closed_as_it_can_be(machine, tmp_path, name):
    path = tmp_path / f"copy-of-{name}"  # the drop-in of this test bench belongs to the other name
    shutil.copy(UNIT_FILES / name, path)
    machine.run("systemd-analyze", "security", "--offline=true", f"--threshold={EXPOSURE[name]}", path)
