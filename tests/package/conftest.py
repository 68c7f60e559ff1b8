# SPDX-License-Identifier: GPL-2.0-or-later
"""A Debian machine with systemd, a PPTP server beside it, and the package to install."""
import os
import shutil
from pathlib import Path

import pytest

from lab import ppp
from lab.fixtures import server  # noqa: F401  (a fixture)
from lab.host import connect
from lab.packages import CALLGATE, Packages, hasten_dpkg
from lab.reports import on_failure
from lab.units import UNITS, Machine


@pytest.fixture(scope="session")
def hosts():
    if "CALLGATE_IN_VM" not in os.environ or not UNITS.is_dir():
        pytest.skip("these want systemd as process 1: scripts/vm --systemd")
    # A container's image has it so that nothing is started; this is not that container.
    Path("/usr/sbin/policy-rc.d").unlink(missing_ok=True)
    machine = Machine()
    hasten_dpkg()
    with ppp.PptpServer("server") as server:
        connect("192.0.2.0/24", machine, server)
        yield machine, server


@pytest.fixture
def machine(hosts):
    return hosts[0]


@pytest.fixture
def packages(machine):
    """dpkg, and the package files that were brought along."""
    packages = Packages(machine, Path(os.environ["CALLGATE_PACKAGES"]))
    shutil.rmtree("/etc/ppp/peers", ignore_errors=True)
    os.mkdir("/etc/ppp/peers")
    yield packages
    packages.purge(CALLGATE)


def what_was_said(item):
    if "hosts" not in item.funcargs:
        return []
    machine, server = item.funcargs["hosts"]
    return [("journal", machine.journal("-n", "200", "-o", "short-monotonic")),
            ("server's log", "\n".join(server.concise_log[-60:]))]


pytest_runtest_makereport = on_failure(what_was_said)
