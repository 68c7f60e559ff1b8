# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine whose process 1 is systemd, and a PPTP server beside it."""
import os
from pathlib import Path

import pytest

from lab import ppp
from lab.fixtures import server  # noqa: F401  (a fixture)
from lab.host import connect
from lab.reports import on_failure
from lab.units import UNITS, Machine


@pytest.fixture(scope="session")
def hosts():
    if "CALLGATE_IN_VM" not in os.environ or not UNITS.is_dir():
        pytest.skip("these want systemd as process 1: scripts/vm --systemd")
    machine = Machine()
    with ppp.PptpServer("server") as server:
        connect("192.0.2.0/24", machine, server)
        machine.install()
        for name, user in ("work", "alice"), ("home", "bob"), ("lab", "carol"):
            machine.add_tunnel(name, user, server.address)
        yield machine, server


@pytest.fixture
def machine(hosts, server):
    machine, _ = hosts
    yield machine
    machine.reset()


def what_the_units_have_said(item):
    if "hosts" not in getattr(item, "funcargs", {}):
        return []
    machine, server = item.funcargs["hosts"]
    return [("journal", machine.journal("-n", "150", "-o", "short-monotonic")),
            ("server's log", "\n".join(server.concise_log[-60:])), *what_the_window_has_said(item.funcargs.get("seat"))]


def what_the_window_has_said(seat):
    if not seat:
        return []
    display, _ = seat
    if results := os.environ.get("CALLGATE_RESULTS"):
        Path(results, "window.png").write_bytes(display.picture())
    log = display.directory / "window.log"
    return [("window", log.read_text() if log.exists() else "")]


pytest_runtest_makereport = on_failure(what_the_units_have_said)
