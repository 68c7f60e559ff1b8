# SPDX-License-Identifier: GPL-2.0-or-later
"""After two hundred calls nothing is left over, with one manager for all of them or one for each."""
import os
import signal

import pytest

from lab import programs
from lab.footprint import Footprint, has_grown_from
from lab.lines import wait_until
from lab.tunnel import SLOW, expect_clean
from ppp_frames import data

AT_ONCE, BATCHES = 5, 40
WARM_UP = 5  # batches, after which the manager has all the memory that it needs
MEMORY = 256  # KiB; the manager may grow by this much in all other batches


def one_batch(net, server):
    """Makes some calls at the same time, sends a frame each way in each of them, and hangs them up."""
    tunnels = [net.dial() for _ in range(AT_ONCE)]
    calls = {}
    for connection in [server.establish() for _ in range(AT_ONCE)]:
        call = server.answer_call(connection)
        call.data.send(data(call.call_id & 0xFF))
        calls[data(call.call_id & 0xFF)] = call
    for tunnel in tunnels:
        frame = tunnel.pty.recv(10 * SLOW)
        call = calls.pop(frame)
        tunnel.pty.send(frame)
        assert call.data.recv_data(5 * SLOW).gre.payload == frame
        tunnel.pty.close()
        call.expect_hang_up(5 * SLOW)
        assert tunnel.wait_exit(5) == 0
    net.tunnels.clear()


def files(net):
    return sorted(os.listdir(net.client.path("/run/pptp")))


@pytest.fixture
def patient_manager(net):
    """A call manager as an init system starts it. A sanitizer keeps no freed memory in it."""
    environment = net.environment()
    environment["ASAN_OPTIONS"] += ":quarantine_size_mb=0:thread_local_quarantine_size_kb=0"
    manager = net.client.start(programs.installed().callmgr, "--foreground", env=environment)
    wait_until(lambda: os.path.exists(net.client.path("/run/pptp/callmgr.sock")))
    return manager


def test_two_hundred_rounds_leave_one_manager_as_it_was(net, server, patient_manager):
    for number in range(BATCHES):
        one_batch(net, server)
        if number == WARM_UP:
            expect_clean(net.client)
            before, present = Footprint.of(patient_manager.pid), files(net)
    expect_clean(net.client)
    after = Footprint.of(patient_manager.pid)
    print(f"{before} -> {after}")  # pytest -rP shows it
    assert not has_grown_from(before, after, MEMORY * SLOW)
    assert files(net) == present
    assert net.managers() == [patient_manager.pid]


def test_two_hundred_rounds_with_managers_that_come_and_go_leave_nothing(net, server):
    """Each batch starts a manager on demand. Without its end an idle manager would stay for the next batch."""
    for _ in range(BATCHES):
        one_batch(net, server)
        manager, = net.managers()
        os.kill(manager, signal.SIGTERM)
        wait_until(lambda: not net.managers(), what="the manager is gone")
    expect_clean(net.client, manager=True)
    assert set(files(net)) <= {"lock", "callmgr.sock"}
