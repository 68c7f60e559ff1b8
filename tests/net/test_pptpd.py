# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls to Debian's pptpd, with a program that echoes frames instead of its pppd: no kernel PPP."""
import os
import shutil
import signal

import pytest

from lab.lines import wait_until
from lab.pptpd import PPTPD, start_pptpd
from lab.tunnel import expect_clean
from ppp_frames import data

pytestmark = pytest.mark.skipif(not shutil.which(PPTPD), reason="pptpd is not installed")


@pytest.fixture
def pptpd(net):
    """pptpd in the foreground on the server host; its words are in net.server.syslog."""
    return start_pptpd(net.server)


def echoes(tunnel, number):
    """A frame goes to the server's program and comes back."""
    def back():
        tunnel.pty.send(data(number))
        return data(number) in tunnel.pty.recv_all(0.2)
    return wait_until(back, what="a frame echoed by the server")


@pytest.mark.drop_in
def test_a_call_is_established_and_frames_pass_both_ways(net, pptpd):
    tunnel = net.dial()
    echoes(tunnel, 1)
    for number in range(2, 20):
        tunnel.pty.send(data(number, size=1400))
        assert tunnel.pty.recv() == data(number, size=1400)
    net.server.syslog.wait("CTRL: Client .* control connection started", 1)


@pytest.mark.drop_in
def test_a_hang_up_reaches_pptpd_as_call_clear_request(net, pptpd):
    """pptpd then closes TCP at once, its notice unsent, Stop unread: there is no more to see."""
    tunnel = net.dial()
    echoes(tunnel, 1)
    tunnel.pty.close()
    assert tunnel.wait_exit(1) == 0
    net.server.syslog.wait("Received CALL CLR request", 3)
    net.server.syslog.wait("Client .* control connection finished", 3)
    wait_until(lambda: not [line for line in net.server.running().values() if "echo_ppp" in line],
               5)


def test_nothing_is_left_after_a_hang_up(net, pptpd):
    tunnel = net.dial()
    echoes(tunnel, 1)
    tunnel.pty.close()
    assert tunnel.wait_exit(1) == 0
    expect_clean(net.client)


def test_three_tunnels_at_once_to_one_pptpd(net, pptpd):
    """pptpd takes one call per connection: a second one on the same connection ends the first."""
    tunnels = [net.dial() for _ in range(3)]
    for number, tunnel in enumerate(tunnels):
        echoes(tunnel, 10 * number)
    for number, tunnel in enumerate(tunnels):
        echoes(tunnel, 10 * number + 1)


def test_the_end_of_the_server_s_pppd_ends_the_tunnel_at_once(net, pptpd):
    tunnel = net.dial()
    echoes(tunnel, 1)
    for pid, line in net.server.running().items():
        if "echo_ppp" in line:
            os.kill(pid, signal.SIGKILL)
    assert tunnel.wait_exit(1) in (8, 9)
    assert len(tunnel.errors) == 1
    expect_clean(net.client, within=5)


def test_the_end_of_pptpd_s_control_process_ends_the_tunnel_at_once(net, pptpd):
    tunnel = net.dial()
    echoes(tunnel, 1)
    for pid, line in net.server.running().items():
        if line.startswith("pptpd [") or "pptpctrl" in line:
            os.kill(pid, signal.SIGKILL)
    assert tunnel.wait_exit(1) in (8, 9)
    expect_clean(net.client, within=5)
