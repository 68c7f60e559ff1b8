# SPDX-License-Identifier: GPL-2.0-or-later
"""A call manager continues the work of another one, and no call notices."""
import os
import signal

import pytest

import users
from lab import local_client as lc
from lab import own_time
from lab import programs
from lab.lines import wait_until
from lab.scripted_server import ScriptedServer
from lab.tunnel import SLOW, expect_clean
from lab.wire import (CallDisconnectNotify, EchoReply, EchoRequest, OutgoingCallRequest,
                      StartControlConnectionReply, StartControlConnectionRequest)
from traffic import expect_traffic

CLIENTS, CALLS = 256, 64  # of one user, as callmgr/manager/quotas.hh says


def take_over(net, old):
    """Another manager in the place of `old`, which ends by itself."""
    new = net.manager("--take-over")
    new.wait_line("took over")
    assert old.wait_exit(2 * SLOW) == 0
    return new


def expect_orderly_end(tunnel, call):
    tunnel.pty.close()
    call.expect_hang_up()
    assert tunnel.wait_exit(1.0) == 0


def without_age(connection):
    aging = ("age_seconds", "up_milliseconds", "statistics")
    calls = [{k: v for k, v in call.items() if k not in aging} for call in connection["calls"]]
    return {**{k: v for k, v in connection.items() if k != "age_seconds"}, "calls": calls}


def test_tunnels_live_on_under_another_manager(net, server, manager):
    tunnels = [net.dial() for _ in range(3)]
    calls = {call.client_call_id: call for call in (server.take_call() for _ in tunnels)}
    before = net.status()
    new = take_over(net, manager)
    assert [without_age(c) for c in net.status()["connections"]] == \
        [without_age(c) for c in before["connections"]]
    for number, call in enumerate(calls.values()):
        call.connection.send(EchoRequest(identifier=number))
        assert call.connection.expect(EchoReply).identifier == number
    by_id = {c["pid"]: c["call_id"] for connection in before["connections"]
             for c in connection["calls"]}
    for number, tunnel in enumerate(tunnels):
        call = calls[by_id[tunnel.process.inner_pid]]
        expect_traffic(tunnel, call, number)
        expect_orderly_end(tunnel, call)
    new.signal(signal.SIGTERM)
    assert new.wait_exit(2 * SLOW) == 0
    expect_clean(net.client, manager=True)


def test_a_third_manager_takes_over_from_the_second(net, server, manager):
    tunnel = net.dial()
    call = server.take_call()
    second = take_over(net, manager)
    take_over(net, second)
    expect_traffic(tunnel, call, 1)
    expect_orderly_end(tunnel, call)


def test_a_call_id_of_before_is_still_in_use(net, server, manager):
    net.dial()
    call = server.take_call()
    take_over(net, manager)
    second = net.dial("--call-id", str(call.client_call_id))
    second.expect_failure(6, f"call ID {call.client_call_id} is in use", within=5 * SLOW)


@pytest.mark.parametrize("octets", [1, 11, 20])
def test_a_message_of_the_server_may_be_cut_in_two_by_the_restart(net, server, manager, octets):
    net.dial()
    call = server.take_call()
    message = EchoRequest(identifier=77).build()
    message = message * 2 if octets > len(message) else message
    call.connection.send(message[:octets])
    call.connection.send(b"")
    take_over(net, manager)
    call.connection.send(message[octets:])
    for _ in range(len(message) // 16):
        assert call.connection.expect(EchoReply).identifier == 77


def test_a_call_that_waits_for_its_reply_comes_up_under_the_next_manager(net, server, manager):
    tunnel = net.dial()
    connection = server.establish()
    call = server.call_from(connection, connection.expect(OutgoingCallRequest))
    take_over(net, manager)
    connection.send(call.reply())
    expect_traffic(tunnel, call, 1)


def test_a_connection_that_waits_for_its_reply_comes_up_under_the_next_manager(net, server, manager):
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    take_over(net, manager)
    connection.send(StartControlConnectionReply())
    call = server.answer_call(connection)
    expect_traffic(tunnel, call, 1)


def test_a_call_that_is_being_dialled_is_dialled_by_the_next_manager(net, manager):
    net.server.nft("table ip silent { chain in { type filter hook input priority 0\n"
                   "tcp dport 1723 drop\n }\n }\n")
    tunnel = net.dial()
    net.status()
    new = take_over(net, manager)
    with ScriptedServer(net.server) as server:  # it listens before the first packet can arrive
        net.server.run("nft", "delete", "table", "ip", "silent")
        call = server.take_call()  # TCP's own pauses between two tries grow to 16 s
        expect_traffic(tunnel, call, 1)
    assert new.running


def test_a_server_that_hung_up_meanwhile_is_noticed(net, server, manager):
    tunnel = net.dial()
    call = server.take_call()
    manager.signal(signal.SIGSTOP)
    call.connection.send(CallDisconnectNotify(call_id=call.call_id, result=2))
    new = net.manager("--take-over")
    manager.signal(signal.SIGCONT)
    new.wait_line("took over")
    assert tunnel.wait_exit(2.0) == 9


def test_a_gateway_that_ended_meanwhile_is_cleared(net, server, manager):
    tunnel = net.dial()
    call = server.take_call()
    manager.signal(signal.SIGSTOP)
    tunnel.process.kill()
    new = net.manager("--take-over")
    manager.signal(signal.SIGCONT)
    new.wait_line("took over")
    call.expect_hang_up()


def test_echo_goes_on_where_it_was(net, server, manager):
    net.dial("--idle-wait", "1")
    call = server.take_call()
    call.connection.answer_echoes = False
    first = call.connection.expect(EchoRequest, 3 * SLOW)
    take_over(net, manager)
    call.connection.send(EchoReply(identifier=first.identifier))
    assert call.connection.expect(EchoRequest, 3 * SLOW).identifier == first.identifier + 1


def test_a_taker_that_reads_nothing_holds_nobody_up(net, server, manager):
    tunnel = net.dial()
    call = net.wait_up(server.take_call())
    taker = lc.LocalClient(net.client, 0, 0)
    for _ in range(60):  # the answers to these leave no room in its socket
        taker.send(lc.hang_up_request())
    taker.send(lc.SAMPLES[lc.TAKE_OVER])
    for number in range(3):
        asked = own_time.now()
        assert len(net.status()["connections"]) == 1
        assert own_time.now() - asked < 1.0 * SLOW
        call.connection.send(EchoRequest(identifier=number))
        assert call.connection.expect(EchoReply).identifier == number
    assert not net.client.syslog.find("take over")
    taker.close()
    expect_traffic(tunnel, call, 1)
    take_over(net, manager)
    expect_traffic(tunnel, call, 2)


def test_a_manager_takes_over_while_another_taker_reads_nothing(net, server, manager):
    tunnel = net.dial()
    call = net.wait_up(server.take_call())
    taker = lc.LocalClient(net.client, 0, 0)
    for _ in range(60):
        taker.send(lc.hang_up_request())
    taker.send(lc.SAMPLES[lc.TAKE_OVER])
    take_over(net, manager)
    expect_traffic(tunnel, call, 1)
    taker.close()


def test_an_ordinary_user_cannot_take_over(net, server, manager):
    tunnel = net.dial()
    call = server.take_call()
    os.chmod(net.client.path("/run/pptp/callmgr.sock"), 0o666)
    thief = net.client.start("setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups",
                             programs.installed().callmgr, "--take-over", "--foreground",
                             env=net.environment())
    assert thief.wait_exit(5 * SLOW) == 1
    assert "only root and the user who started it may take over" in thief.stderr.text or \
        "Permission denied" in thief.stderr.text
    expect_traffic(tunnel, call, 1)


def test_an_ordinary_user_s_clients_still_count_under_the_next_manager(net, server, manager):
    """And each of them once: who leaves makes room for one more."""
    host = net.client
    clients = lc.as_user(host, users.NOBODY, users.DIP, lambda: [lc.connected() for _ in range(CLIENTS)])
    for client in clients:
        assert client.recv(9000)[0] == lc.WELCOME
    take_over(net, manager)

    def connect():
        clients.append(lc.as_user(host, users.NOBODY, users.DIP, lc.connected))
        return clients[-1].recv(9000)[0]
    assert connect() == lc.CALL_ENDED
    clients[0].close()
    wait_until(lambda: connect() == lc.WELCOME, what="there is room for one more")
    assert connect() == lc.CALL_ENDED
    other = lc.LocalClient(host, users.NOBODY + 1, users.DIP)
    for client in (*clients, other):
        client.close()


def test_an_ordinary_user_s_calls_still_count_under_the_next_manager(net, manager):
    def ask():
        client = lc.LocalClient(net.client, users.NOBODY, users.DIP)
        client.send(lc.call_request(client.network_namespace, "10.9.0.3"))  # where nobody is: they wait
        return client
    clients = [ask() for _ in range(CALLS)]
    take_over(net, manager)
    refused = ask()
    assert f"you have {CALLS}".encode() in refused.expect(lc.CALL_ENDED)
    for client in (*clients, refused):
        client.close()


def test_without_a_manager_there_is_nothing_to_take_over(net):
    lonely = net.manager("--take-over")
    assert lonely.wait_exit(5 * SLOW) == 1
    assert "connect to /run/pptp/callmgr.sock" in lonely.stderr.text
