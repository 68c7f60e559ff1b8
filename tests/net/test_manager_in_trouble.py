# SPDX-License-Identifier: GPL-2.0-or-later
"""The call manager when a server floods it, its route keeper dies, or clients leave at a bad moment."""
import fcntl
import os
import signal

import pytest

from lab import own_time
from lab.lines import wait_until
from lab.process import proc_status, proc_statuses
from lab.tunnel import SLOW, expect_clean
from lab.wire import (CallClearRequest, EchoReply, EchoRequest, OutgoingCallReply, OutgoingCallRequest,
                      StartControlConnectionReply, StartControlConnectionRequest,
                      StopControlConnectionRequest, WanErrorNotify)
from ppp_frames import data

LOGGED = 300  # lines, at most: LogBudget::kAtOnce, one in each second, and those of a call's life
LOCK_PATIENCE = 5  # s


# --- a server that floods ----------------------------------------------------------------------------------------------

def test_a_server_cannot_fill_the_log(net, server):
    manager = net.manager()
    manager.wait_line("listens on")
    tunnel = net.dial()
    call = server.take_call()
    flood = WanErrorNotify(peer_call_id=call.client_call_id).build() * 100
    for _ in range(15):
        call.connection.send(flood)
    call.connection.send(EchoRequest(identifier=5))
    call.connection.expect(EchoReply)
    assert 100 < manager.stderr.text.count("Received WAN-Error-Notify") < LOGGED
    assert net.status()["connections"][0]["wan_errors"] == 1500
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)


# --- its end at every stage --------------------------------------------------------------------------------------------

def until_dialled(server):
    return server.accept()


def until_start_request(server):
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    return connection


def until_call_request(server):
    connection = server.establish()
    connection.expect(OutgoingCallRequest)
    return connection


@pytest.mark.parametrize("until", [until_dialled, until_start_request, until_call_request])
def test_a_manager_ends_in_good_order_while_a_call_is_made(net, server, until):
    manager = net.manager()
    manager.wait_line("listens on")
    tunnel = net.dial()
    connection = until(server)
    manager.signal(signal.SIGTERM)
    assert tunnel.wait_exit(1.0 * SLOW) == 10
    assert manager.wait_exit(5 * SLOW) == 0
    connection.expect_end(passing_over=(StartControlConnectionRequest, CallClearRequest,
                                        StopControlConnectionRequest))
    expect_clean(net.client)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_manager_in_good_order(net, server, number):
    manager = net.manager()
    manager.wait_line("listens on")
    tunnel = net.dial()
    call = server.take_call()
    manager.signal(number)
    call.connection.expect(CallClearRequest)
    call.connection.close()
    assert tunnel.wait_exit(1.0 * SLOW) == 10
    assert manager.wait_exit(2 * SLOW) == 0
    expect_clean(net.client)


def test_a_lock_that_somebody_holds_does_not_keep_the_manager(net, server):
    """Who can read a directory can lock it."""
    manager = net.manager()
    manager.wait_line("listens on")
    directory = os.open(net.client.path("/run/pptp"), os.O_RDONLY)
    fcntl.flock(directory, fcntl.LOCK_EX)
    manager.signal(signal.SIGTERM)
    assert manager.wait_exit((LOCK_PATIENCE + 3) * SLOW) == 0
    assert "lock /run/pptp" in manager.stderr.text
    os.close(directory)


def test_a_second_signal_ends_the_manager_at_once(net, server):
    manager = net.manager()
    manager.wait_line("listens on")
    net.dial()
    call = server.take_call()
    manager.signal(signal.SIGTERM)
    call.connection.expect(CallClearRequest)  # and never an answer
    manager.signal(signal.SIGTERM)
    assert manager.wait_exit(1.0 * SLOW) == 0


def test_a_server_that_answers_nothing_does_not_keep_the_manager(net, server):
    manager = net.manager()
    manager.wait_line("listens on")
    net.dial()
    server.take_call()
    start = own_time.now()
    manager.signal(signal.SIGTERM)
    assert manager.wait_exit(6 * SLOW) == 0
    assert own_time.now() - start < 5 * SLOW


# --- its route keeper --------------------------------------------------------------------------------------------------

def keepers(net):
    return [pid for pid, status in proc_statuses(net.client.running()).items()
            if status["Name"] == "pptp-routes"]


def test_a_route_keeper_that_dies_is_replaced(net, server):
    manager = net.manager()
    manager.wait_line("listens on")
    [first] = wait_until(lambda: keepers(net), what="the route keeper has its name")
    os.kill(first, signal.SIGKILL)
    [second] = wait_until(lambda: [pid for pid in keepers(net) if pid != first])
    assert int(proc_status(second)["CapEff"], 16) == 1 << 12
    tunnel = net.dial()
    call = server.take_call()
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)


def test_the_route_keeper_ends_with_its_manager(net, server):
    manager = net.manager()
    manager.wait_line("listens on")
    manager.signal(signal.SIGTERM)
    assert manager.wait_exit(2 * SLOW) == 0
    wait_until(lambda: not keepers(net), 2 * SLOW)


# --- shared connections ------------------------------------------------------------------------------------------------

def test_clients_that_were_too_many_for_a_connection_in_the_making_get_others(net, server):
    """All three join before the server has said that it takes one call on a connection."""
    tunnels = [net.dial("--share-control")]
    first = server.accept()
    first.expect(StartControlConnectionRequest)
    tunnels += [net.dial("--share-control"), net.dial("--share-control")]
    wait_until(lambda: sum(len(c["calls"]) for c in net.status()["connections"]) == 3)
    first.send(StartControlConnectionReply(maximum_channels=1))
    calls = [server.answer_call(first)]
    for _ in range(2):
        calls.append(server.answer_call(server.establish(maximum_channels=1)))
    first.expect_nothing(0.2)
    assert len({call.client_call_id for call in calls}) == 3
    for number, call in enumerate(calls):
        call.data.send(data(number))
    assert {tunnel.pty.recv() for tunnel in tunnels} == {data(number) for number in range(3)}


def test_a_refused_call_leaves_the_others_on_its_connection(net, server):
    first = net.dial("--share-control")
    connection = server.establish(maximum_channels=0)
    call = server.answer_call(connection)
    second = net.dial("--share-control")
    request = connection.expect(OutgoingCallRequest)
    connection.send(OutgoingCallReply(peer_call_id=request.call_id, result=4))
    second.expect_failure(6, "busy", within=1)
    connection.expect_nothing(0.2)
    first.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)


def test_a_client_that_leaves_a_shared_connection_in_the_making_leaves_it_to_the_other(net, server):
    leaving = net.dial("--share-control")
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    staying = net.dial("--share-control")
    wait_until(lambda: sum(len(c["calls"]) for c in net.status()["connections"]) == 2)
    leaving.pty.close()
    assert leaving.wait_exit(1.0 * SLOW) == 0
    connection.send(StartControlConnectionReply(maximum_channels=0))
    call = server.answer_call(connection)
    connection.expect_nothing(0.2)
    staying.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)
    staying.pty.close()
    call.expect_hang_up()
    expect_clean(net.client)
