# SPDX-License-Identifier: GPL-2.0-or-later
"""A user who is not root dials through the system's call manager if they are in the group dip."""
import os
import signal

import pytest

from lab import file_capability, programs
from lab.lines import wait_until
from lab.ppp_tunnel import AS_MEMBER_OF_DIP, MPPE_ENABLED, SLOW
from lab.process import proc_status
from lab.units import MANAGER, TunnelUnit

OUTSIDE_DIP = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", "--")
MEMBER = "linkname pptp-member nodetach debug logfd 2 maxfail 1\n"


@pytest.fixture
def member(machine, server):
    """A peers file for AS_MEMBER_OF_DIP."""
    file_capability.ensure(machine)
    machine.add_tunnel("member", "alice", server.address)
    with open("/etc/ppp/peers/member", "a", encoding="ascii") as peers:
        peers.write(MEMBER)


def test_a_member_of_dip_brings_up_a_tunnel_through_the_system_s_manager(machine, server, member):
    assert not machine.active(MANAGER)
    pppd = machine.start(*AS_MEMBER_OF_DIP, "pppd", "call", "member")
    pppd.stderr.wait(MPPE_ENABLED)
    pppd.stderr.wait("remote IP address")
    TunnelUnit(machine, server, "member").ping()
    assert machine.active(MANAGER)
    [gateway] = machine.gateways()
    assert set(proc_status(gateway)["Uid"].split()) == {"65534"}
    assert "65534" not in proc_status(machine.manager_pid())["Uid"].split()
    pppd.signal(signal.SIGTERM)
    pppd.wait_exit(10 * SLOW)
    server.wait_log(r"CTRL: Received CALL CLR request")
    wait_until(lambda: not machine.gateways(), what="the gateway has ended")


def test_a_user_outside_dip_is_told_why_not_and_what_to_do(machine, server):
    master, slave = os.openpty()
    try:
        pptp = machine.start(*OUTSIDE_DIP, programs.installed().pptp, server.address, "--nolaunchpppd",
                             stdin=slave)
        assert pptp.wait_exit(10 * SLOW) == 10
    finally:
        os.close(master)
        os.close(slave)
    [said] = pptp.stderr.all
    for words in "/run/pptp/callmgr.sock", "Permission denied", "in the group dip":
        assert words in said
    assert not machine.active(MANAGER)
    assert not machine.gateways()
