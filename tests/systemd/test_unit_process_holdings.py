# SPDX-License-Identifier: GPL-2.0-or-later
"""What each process holds under the units is what doc/security.md says."""
import pwd

import pytest

from lab import process_holdings
from lab.lines import wait_until
from lab.process import proc_status
from lab.units import Machine

FINDERS = {"pptp-gre": Machine.gateways,
           "pptp-callmgr": lambda machine: {machine.manager_pid()},
           "route keeper": Machine.keepers}


@pytest.fixture
def known_users(machine):
    pptp = pwd.getpwnam("pptp")
    return {"pptp": (pptp.pw_uid, pptp.pw_gid)}


def test_processes_under_the_units_hold_what_the_document_says(machine, server, known_users):
    machine.start_tunnels("work")
    for key in process_holdings.rows_started_by("unit"):
        [pid] = FINDERS[key[0]](machine)
        wait_until(lambda pid=pid: proc_status(pid)["Seccomp"] == "2")
        process_holdings.expect(key, pid, proc_status(1), known_users)
