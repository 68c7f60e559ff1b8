# SPDX-License-Identifier: GPL-2.0-or-later
"""Signals to pppd, pptp-gre and pptp-callmgr at each stage of a call.

The others notice at once, the server is told as long as one of our processes still lives, nothing is
left, and the next call works at once. A process that holds pppd's pty takes pppd's place.
"""
import os
import signal
import time

import pytest

from lab.lines import wait_until
from lab.process import proc_status
from lab.pty import Pty
from lab.tunnel import SLOW, expect_clean
from lab.wire import (CallClearRequest, EchoReply, EchoRequest, OutgoingCallRequest,
                      StartControlConnectionReply, StartControlConnectionRequest,
                      StopControlConnectionReply, StopControlConnectionRequest)
from ppp_frames import data

AT_ONCE = 1.0  # s
ENDING = [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGKILL]
DROP_1723 = ("table ip hole { chain in { type filter hook input priority 0\n"
             "tcp dport 1723 drop\n}\n}\n")


class Cast:
    """The three processes of one call, and the server's end of it as far as it has come."""

    def __init__(self, net, server):
        self.net, self.server = net, server
        self.tunnel = net.dial()
        os.set_blocking(self.tunnel.pty.slave, True)
        self.pppd = net.client.start("cat", stdin=self.tunnel.pty.slave, stdout=None)
        os.close(self.tunnel.pty.slave)
        self.tunnel.pty.slave = None
        self.connection = self.call = None

    @property
    def gateway(self):
        return self.tunnel.process

    def manager_pid(self):
        return wait_until(self.net.managers)[0]

    def signal(self, actor, number):
        os.kill({"pppd": lambda: self.pppd.pid, "pptp-gre": lambda: self.gateway.pid,
                 "pptp-callmgr": self.manager_pid}[actor](), number)


# --- the stages: each brings a call so far, and says what the server must see of its end ----------

def dialling(cast):
    """No answer to SYN: see no_answer_to()."""
    wait_until(lambda: [s for s in cast.net.client.sockets("tcp") if s.state == "SYN_SENT"])


def start_pending(cast):
    cast.connection = cast.server.accept()
    cast.connection.expect(StartControlConnectionRequest)


def call_pending(cast):
    cast.connection = cast.server.establish()
    cast.request = cast.connection.expect(OutgoingCallRequest)
    cast.call = cast.server.call_from(cast.connection, cast.request)


def up(cast):
    cast.connection = cast.server.establish()
    cast.call = cast.net.wait_up(cast.server.answer_call(cast.connection))


def hanging_up(cast):
    """The server has been asked to clear the call, and has not answered yet."""
    up(cast)
    cast.gateway.signal(signal.SIGTERM)
    cast.connection.expect(CallClearRequest)


def no_answer_to(net, stage):
    if stage is dialling:
        net.server.nft(DROP_1723)


STAGES = [dialling, start_pending, call_pending, up, hanging_up]


def server_is_told(cast, stage, manager_is_killed):
    """As the stage wants it; a killed manager's sockets are closed by the kernel."""
    if stage is dialling:
        cast.net.server.nft("delete table ip hole\n")
    elif manager_is_killed:
        cast.connection.expect_end(AT_ONCE * SLOW)
    elif stage is start_pending:
        cast.connection.expect_end(AT_ONCE * SLOW, passing_over=(StopControlConnectionRequest,))
    elif stage is hanging_up:
        cast.call.disconnect()
        cast.connection.expect_stop(AT_ONCE * SLOW)
    else:
        cast.call.expect_hang_up(AT_ONCE * SLOW)


def the_next_connect_works(net, server):
    tunnel = net.dial()
    call = server.take_call()
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)
    tunnel.pty.close()
    call.expect_hang_up()
    assert tunnel.wait_exit(AT_ONCE) == 0


EXITS = {"pppd": 0, "pptp-gre": 0, "pptp-callmgr": 10}  # of pptp


@pytest.mark.parametrize("stage", STAGES, ids=lambda stage: stage.__name__)
@pytest.mark.parametrize("actor", EXITS)
def test_who_ends_by_a_signal_ends_the_call_and_nothing_else(net, server, actor, stage):
    for number in ENDING:
        no_answer_to(net, stage)
        cast = Cast(net, server)
        stage(cast)
        cast.signal(actor, number)
        killed = number == signal.SIGKILL
        expected = 0 if stage is hanging_up else EXITS[actor]
        if actor == "pptp-gre" and killed and stage is not hanging_up:
            expected = -signal.SIGKILL
        status = cast.tunnel.wait_exit(AT_ONCE)
        if status == -signal.SIGKILL and stage is hanging_up:
            status = 0  # killed while it was ending
        assert status == expected, (number, cast.tunnel.errors)
        assert len(cast.tunnel.errors) <= 1
        server_is_told(cast, stage, killed and actor == "pptp-callmgr")
        cast.pppd.stop()
        expect_clean(net.client)
        if number is ENDING[-1]:
            the_next_connect_works(net, server)


# --- stopped, and continued -----------------------------------------------------------------------

def stop(cast, actor):
    """The process is stopped; its pid."""
    pid = {"pppd": cast.pppd.pid, "pptp-gre": cast.gateway.pid}.get(actor) or cast.manager_pid()
    os.kill(pid, signal.SIGSTOP)
    wait_until(lambda: proc_status(pid)["State"][0] == "T", 2 * SLOW)
    return pid


def answer_what_is_pending(cast, stage):
    """The server goes on from that stage until the call is up."""
    if stage is dialling:
        cast.net.server.nft("delete table ip hole\n")
        cast.connection = cast.server.accept()  # TCP tries again after 1 and 3 s
        cast.connection.expect(StartControlConnectionRequest, 10 * SLOW)
    if stage in (dialling, start_pending):
        cast.connection.send(StartControlConnectionReply())
        cast.call = cast.server.answer_call(cast.connection)
    elif stage is call_pending:
        cast.connection.send(cast.call.reply())


@pytest.mark.parametrize("stage", [dialling, start_pending, call_pending, up],
                         ids=lambda stage: stage.__name__)
@pytest.mark.parametrize("actor", EXITS)
def test_who_is_stopped_goes_on_where_it_was(net, server, actor, stage):
    """However far the server has gone on in the meantime."""
    no_answer_to(net, stage)
    cast = Cast(net, server)
    stage(cast)
    pid = stop(cast, actor)
    if actor == "pppd":
        answer_what_is_pending(cast, stage)
        os.kill(pid, signal.SIGCONT)
    else:
        os.kill(pid, signal.SIGCONT)
        answer_what_is_pending(cast, stage)
    cast.call.data.send(data(1))
    cast.call.data.recv_ack(0)
    cast.gateway.signal(signal.SIGTERM)
    cast.call.expect_hang_up()
    assert cast.tunnel.wait_exit(AT_ONCE) == 0


def test_a_stopped_gateway_does_not_keep_the_manager_from_its_echoes(net, server):
    cast = Cast(net, server)
    up(cast)
    stop(cast, "pptp-gre")
    cast.connection.send(EchoRequest(identifier=4))
    assert cast.connection.expect(EchoReply).identifier == 4
    cast.call.disconnect()
    cast.connection.expect_stop()
    cast.signal("pptp-gre", signal.SIGCONT)
    assert cast.tunnel.wait_exit(AT_ONCE) == 9
    expect_clean(net.client)


def test_a_stopped_gateway_that_is_killed_is_hung_up_in_order(net, server):
    cast = Cast(net, server)
    up(cast)
    stop(cast, "pptp-gre")
    cast.signal("pptp-gre", signal.SIGKILL)
    cast.call.expect_hang_up(AT_ONCE * SLOW)
    cast.tunnel.process.wait_exit()
    expect_clean(net.client)
    the_next_connect_works(net, server)


def test_a_stopped_manager_stops_no_data_and_no_hang_up(net, server):
    cast = Cast(net, server)
    up(cast)
    stop(cast, "pptp-callmgr")
    for number in range(5):
        cast.call.data.send(data(number))
        cast.call.data.recv_ack(number)
    cast.signal("pppd", signal.SIGTERM)
    assert cast.tunnel.wait_exit(AT_ONCE) == 0
    cast.connection.expect_nothing(0.2)
    cast.signal("pptp-callmgr", signal.SIGCONT)
    cast.call.expect_hang_up(AT_ONCE * SLOW)
    expect_clean(net.client)


@pytest.mark.parametrize("actor", ["pptp-gre", "pptp-callmgr"])
def test_a_server_that_hangs_up_on_who_is_stopped_is_noticed_when_it_goes_on(net, server, actor):
    cast = Cast(net, server)
    up(cast)
    pid = stop(cast, actor)
    cast.connection.send(StopControlConnectionRequest(reason=3))
    os.kill(pid, signal.SIGCONT)
    cast.connection.expect(StopControlConnectionReply)
    assert cast.tunnel.wait_exit(AT_ONCE) == 9
    cast.connection.expect_end()
    expect_clean(net.client)


# --- before there is a call manager ---------------------------------------------------------------

@pytest.mark.parametrize("number", ENDING, ids=lambda number: number.name)
def test_a_signal_while_the_name_is_looked_up_ends_pptp_and_reaches_nobody(net, server, number):
    """The name server does not answer."""
    net.client.mask_file("/etc/resolv.conf", "nameserver 10.9.0.2\noptions timeout:5 attempts:1\n")
    net.server.nft("table ip hole { chain in { type filter hook input priority 0\n"
                   "udp dport 53 drop\n}\n}\n")
    tunnel = net.dial(server="vpn.example")
    wait_until(lambda: net.client.sockets("udp"))
    tunnel.process.signal(number)
    assert tunnel.wait_exit(AT_ONCE) in (0, -number)
    server.expect_no_connection(0.1)
    assert net.managers() == []
    expect_clean(net.client)


def test_a_pppd_that_goes_while_the_name_is_looked_up_is_noticed_at_once(net, server):
    net.client.mask_file("/etc/resolv.conf", "nameserver 10.9.0.2\noptions timeout:5 attempts:1\n")
    net.server.nft("table ip hole { chain in { type filter hook input priority 0\n"
                   "udp dport 53 drop\n}\n}\n")
    tunnel = net.dial(server="vpn.example")
    wait_until(lambda: net.client.sockets("udp"))
    tunnel.pty.close()
    assert tunnel.wait_exit(AT_ONCE) == 0
    net.client.syslog.wait("while vpn.example was looked up", 1 * SLOW)
    server.expect_no_connection(0.1)
    expect_clean(net.client)


def test_a_storm_of_dials_that_are_ended_at_any_moment_leaves_nothing(net, server):
    """Sixty lives of 0 to 60 ms, by turns ended by each signal."""
    for round_number in range(60):
        tunnel = net.dial()
        deadline = time.monotonic() + 0.001 * round_number
        while time.monotonic() < deadline:
            time.sleep(0.001)
        tunnel.process.signal(ENDING[round_number % len(ENDING)])
        assert tunnel.wait_exit(AT_ONCE) is not None
        tunnel.close()
    server.close()
    expect_clean(net.client, within=6)
    assert len(net.managers()) <= 1


AS_PPPD_DETACHES = "import subprocess, sys, time; subprocess.Popen(sys.argv[1:]); time.sleep(1000)"


def test_whoever_reads_standard_error_sees_its_end_when_pppd_detaches(net, server):
    """With pppd's updetach, the process that started the gateway exits, and another one goes on with the call."""
    pty = Pty()
    starter = pty.start(net.client, "python3", "-c", AS_PPPD_DETACHES, net.pptp, server.address, "--nolaunchpppd",
                        env=net.environment())
    call = net.wait_up(server.take_call())
    starter.signal(signal.SIGKILL)
    starter.stderr.wait_closed()
    pty.send(data(7))
    call.data.recv_data()
    call.connection.send(StopControlConnectionRequest())
    net.client.syslog.wait("hung up: ")
    pty.close()
