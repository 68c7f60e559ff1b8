# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd and pptp with what a container has: capabilities, no gain by exec, with or without /dev/ppp.

doc/containers.md says what follows. tests/net/test_containers.py tests what pptp needs by itself.
"""
import os
import shlex
import shutil
import signal

import pytest

from lab import file_capability, programs
from lab.lines import wait_until
from lab.ppp_tunnel import SLOW
from lab.tunnel import expect_clean

NO_PRIVILEGE, NO_KERNEL_SUPPORT = 3, 4  # exit statuses of pppd
AS_MEMBER = "--reuid=65534 --regid=65534 --groups=dip"
COMMAND = "pppd call work nodetach logfd 2"
PEERS = """pty "{pptp} {server} --nolaunchpppd"
user alice
remotename pptpd
noauth nobsdcomp nodeflate novj nodefaultroute maxfail 1
refuse-eap refuse-pap refuse-chap refuse-mschap require-mppe-128
"""


@pytest.fixture(autouse=True)
def fresh(client):
    """Nothing is left of a manager that had other capabilities."""
    shutil.rmtree(client.path("/run/pptp"), ignore_errors=True)


def container(names, more=""):
    kept = "".join(f",+{name}" for name in names.split())
    return f"setpriv --bounding-set=-all{kept} --inh-caps=-all {more} -- "


def start(client, server, wrapper):
    client.write_file("/etc/ppp/peers/work", PEERS.format(pptp=programs.installed().pptp, server=server.address))
    return client.start_caller(server, *shlex.split(wrapper + COMMAND))


@pytest.mark.parametrize("more", ("", "--no-new-privs"))
def test_root_needs_net_admin_and_net_raw(client, server, more):
    link = start(client, server, container("net_admin net_raw", more)).wait_up()
    link.ping()
    assert server.address in {route.dst for route in client.routes()}
    link.hang_up()
    expect_clean(client)


def test_pppd_may_be_process_1(client, server):
    wrapper = "unshare --pid --fork --kill-child --mount-proc " + container("net_admin net_raw")
    link = start(client, server, wrapper).wait_up()
    link.ping()
    with open(f"/proc/{link.pppd.pid}/task/{link.pppd.pid}/children", encoding="ascii") as children:
        os.kill(int(children.read()), signal.SIGTERM)
    link.pppd.wait_exit(10 * SLOW)
    # With a network namespace of its own this would go, too.
    client.ip("route", "flush", "proto", "47")
    expect_clean(client, manager=True)


def test_without_net_admin_the_device_cannot_be_opened(client, server):
    link = start(client, server, container("net_raw"))
    link.log.wait("/dev/ppp.*Operation not permitted")
    assert link.pppd.wait_exit(10 * SLOW) != 0


def test_without_the_device_pppd_exits_with_4(client, server):
    device = os.stat(client.path("/dev/ppp"))
    os.unlink(client.path("/dev/ppp"))
    try:
        link = start(client, server, container("net_admin net_raw"))
        assert link.pppd.wait_exit(10 * SLOW) == NO_KERNEL_SUPPORT, link.log.text
    finally:
        os.mknod(client.path("/dev/ppp"), device.st_mode, device.st_rdev)


@pytest.mark.parametrize("more", ("", "--no-new-privs"))
def test_a_member_of_dip_needs_the_setuid_bit_of_pppd(client, server, more):
    file_capability.ensure(client)
    client.start(programs.installed().callmgr, "--foreground")
    wait_until(lambda: os.path.exists(client.path("/run/pptp/callmgr.sock")))
    link = start(client, server, container("net_admin net_raw", f"{AS_MEMBER} {more}"))
    if more:
        assert link.pppd.wait_exit(10 * SLOW) == NO_PRIVILEGE, link.log.text
        return
    link.wait_up().ping()
    link.hang_up()
