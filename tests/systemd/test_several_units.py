# SPDX-License-Identifier: GPL-2.0-or-later
"""Units that are not ours run pppd, and one of them starts the call manager. The end of one leaves the others alone."""
import pytest

from lab.lines import wait_until
from lab.units import MANAGER, TunnelUnit

SOCKET = "pptp-callmgr.socket"
OTHERS = "work", "home"


@pytest.fixture
def without_our_socket(machine):
    """As on a host where nobody has enabled it."""
    machine.systemctl("stop", MANAGER, SOCKET)
    yield
    machine.systemctl("stop", *(f"other-{name}.service" for name in OTHERS), check=False)
    machine.systemctl("start", SOCKET)


def test_the_end_of_the_unit_that_came_first_ends_no_other_s_tunnel(machine, server, without_our_socket):
    for name in OTHERS:
        machine.run("systemd-run", f"--unit=other-{name}", "--service-type=notify", "--property=NotifyAccess=all",
                    "pppd", "call", name, "up_sdnotify", "linkname", f"pptp-{name}")
    tunnel = TunnelUnit(machine, server, "home")
    manager, gateways = machine.manager_pid(), machine.gateways()
    machine.systemctl("stop", "other-work.service")
    wait_until(lambda: len(machine.gateways()) == 1, what="one gateway is left")
    assert machine.gateways() < gateways
    assert machine.manager_pid() == manager != 0
    tunnel.ping()
