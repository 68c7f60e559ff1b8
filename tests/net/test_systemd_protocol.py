# SPDX-License-Identifier: GPL-2.0-or-later
"""What the programs tell systemd, with a socket in the place of systemd."""
import os
import signal
import socket

import pytest

from lab import programs
from lab.tunnel import SLOW

NOTIFY = "/run/lab/notify"
LIMIT = 1.0 * SLOW  # s, the manager's watchdog


@pytest.fixture
def systemd(net):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listener:
        listener.bind(net.client.path(NOTIFY))
        os.chmod(net.client.path(NOTIFY), 0o666)
        listener.settimeout(5 * SLOW)
        yield listener


def manager(net):
    return net.client.start(programs.installed().callmgr, "--foreground",
                            env={**net.environment(), "NOTIFY_SOCKET": NOTIFY,
                                 "WATCHDOG_USEC": str(int(LIMIT * 1e6))})


def test_the_manager_is_ready_then_says_within_every_limit_that_it_lives(net, systemd):
    manager(net)
    assert systemd.recv(1000) == b"READY=1"
    systemd.settimeout(LIMIT)
    for _ in range(4):
        assert systemd.recv(1000) == b"WATCHDOG=1\nSTATUS=0 calls on 0 connections"


def test_a_manager_that_is_stuck_is_silent(net, systemd):
    stuck = manager(net)
    assert systemd.recv(1000) == b"READY=1"
    stuck.signal(signal.SIGSTOP)
    systemd.settimeout(LIMIT)
    with pytest.raises(TimeoutError):
        for _ in range(3):  # what was on its way
            systemd.recv(1000)
    stuck.signal(signal.SIGCONT)


def test_the_manager_says_what_it_holds_and_when_it_ends(net, systemd, server):
    running = manager(net)
    assert systemd.recv(1000) == b"READY=1"
    net.dial()
    server.take_call()
    text = b""
    while text != b"WATCHDOG=1\nSTATUS=1 calls on 1 connections":
        text = systemd.recv(1000)
    running.signal(signal.SIGTERM)
    while text != b"STOPPING=1":
        text = systemd.recv(1000)


def test_a_gateway_in_a_unit_names_its_server_in_the_status(net, systemd, server):
    net.dial(env={"NOTIFY_SOCKET": NOTIFY})
    server.take_call()
    assert systemd.recv(1000) == f"STATUS=GRE to {net.server.address} is up".encode()
