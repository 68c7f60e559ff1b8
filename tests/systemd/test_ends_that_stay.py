# SPDX-License-Identifier: GPL-2.0-or-later
"""Units that must not dial again by themselves, or whose tunnels must not go on: what the status then says."""
import shutil
from pathlib import Path

import pytest

from lab import ppp, programs
from lab.lines import wait_until
from lab.units import TunnelUnit, unit

PREFIX = Path(programs.installed().pptp).parents[1]
SECRETS = Path("/etc/ppp/chap-secrets")
PEERS = Path("/etc/ppp/peers/work")
ROUTES_SCRIPT = Path("/etc/ppp/ip-up.d/callgate-routes")
ROUTES = Path("/etc/ppp/callgate/work.routes")
EGRESS = Path("/etc/ppp/callgate/work.egress")
RESTART = 5  # s: RestartSec of the unit
# An ordinary user claims again and again to be the script that ends tunnels.
CLAIMS = """while logger -t callgate-routes -p daemon.err -- "work: cannot send everything through this tunnel, so it ends: a lie"
do sleep 0.2; done"""


def status_text(machine, name):
    return machine.show(unit(name), "StatusText")


@pytest.fixture(autouse=True)
def time_for_the_diagnosis(machine):
    """An emulated processor may need more than the unit's 20 s."""
    longer = machine.drop_in("pptp@.service", "patient", "TimeoutStopSec=120")
    machine.systemctl("daemon-reload")
    yield
    longer.unlink()
    machine.systemctl("daemon-reload")


@pytest.fixture
def kept(request):
    """A function that puts a file back, as it was, after the test."""
    def keep(path):
        before = path.read_text(encoding="ascii") if path.exists() else None
        request.addfinalizer(lambda: path.unlink() if before is None else path.write_text(before, encoding="ascii"))
        return before
    return keep


def test_a_refused_password_is_sent_once_and_the_right_one_later_works(machine, server, kept):
    before = kept(SECRETS)
    SECRETS.write_text(before.replace(ppp.USERS["alice"], "wrong"), encoding="ascii")
    machine.systemctl("start", unit("work"), check=False)
    wait_until(lambda: machine.show(unit("work"), "ActiveState") == "failed", what="the unit has failed")
    for words in "does not accept user name and password", "no further attempt is made", "systemctl start":
        assert words in status_text(machine, "work")
    machine.run("sleep", 2 * RESTART)
    assert machine.show(unit("work"), "NRestarts") == "0"
    assert len([line for line in server.log if "failed CHAP authentication" in line]) == 1

    SECRETS.write_text(before, encoding="ascii")
    machine.start_tunnels("work")
    TunnelUnit(machine, server, "work").ping()


def test_what_another_user_logs_does_not_make_the_unit_send_a_refused_password_again(machine, server, kept):
    SECRETS.write_text(kept(SECRETS).replace(ppp.USERS["alice"], "wrong"), encoding="ascii")
    machine.start("runuser", "-u", "nobody", "--", "sh", "-c", CLAIMS)
    wait_until(lambda: "a lie" in machine.journal("-t", "callgate-routes"), what="the line is in the journal")
    machine.systemctl("start", unit("work"), check=False)
    wait_until(lambda: machine.show(unit("work"), "ActiveState") == "failed", what="the unit has failed")
    machine.run("sleep", 2 * RESTART)
    assert machine.show(unit("work"), "NRestarts") == "0"
    assert "does not accept user name and password" in status_text(machine, "work")


def test_a_tunnel_that_cannot_carry_everything_ends_and_the_status_says_why(machine, server, kept):
    for path in PEERS, ROUTES, ROUTES_SCRIPT:
        kept(path)
    PEERS.write_text(PEERS.read_text(encoding="ascii").replace("--nolaunchpppd", "--nolaunchpppd --nohostroute")
                     + "ipparam work\n", encoding="ascii")
    ROUTES.parent.mkdir(exist_ok=True)
    ROUTES.write_text(f"default\n{server.address}/32\n", encoding="ascii")
    shutil.copy(PREFIX / "etc/ppp/ip-up.d/callgate-routes", ROUTES_SCRIPT)
    machine.systemctl("start", unit("work"), check=False)
    wait_until(lambda: "failed: " in status_text(machine, "work"), what="the status says why")
    for words in "cannot send everything", f"PPTP server {server.address} into the tunnel itself", "--nohostroute":
        assert words in status_text(machine, "work")
    assert not machine.interfaces()


def test_a_tunnel_that_cannot_use_its_table_ends_and_the_status_says_why(machine, kept, request):
    for path in PEERS, EGRESS, ROUTES_SCRIPT:
        kept(path)
    PEERS.write_text(PEERS.read_text(encoding="ascii") + "ipparam work\n", encoding="ascii")
    EGRESS.parent.mkdir(exist_ok=True)
    EGRESS.write_text("table 401\nvrf exits\n", encoding="ascii")
    shutil.copy(PREFIX / "etc/ppp/ip-up.d/callgate-routes", ROUTES_SCRIPT)
    machine.ip("link", "add", "exits", "type", "dummy")
    request.addfinalizer(lambda: machine.ip("link", "del", "exits"))
    machine.systemctl("start", unit("work"), check=False)
    wait_until(lambda: "failed: " in status_text(machine, "work"), what="the status says why")
    for words in "cannot send its packets through ppp", "so it ends", "exits is no VRF of table 401":
        assert words in status_text(machine, "work")
    assert not machine.interfaces()
