# SPDX-License-Identifier: GPL-2.0-or-later
"""The end of a call from either side: what is on the wire, what the user is told, what is left."""
import signal
import time

import pytest

from fake_manager import FakeManager
from lab.lines import wait_until
from lab.own_time import Stopwatch
from lab.tunnel import SLOW, expect_clean, leftovers
from lab.wire import (CallClearRequest, EchoReply, EchoRequest, OutgoingCallRequest,
                      StartControlConnectionRequest, StopControlConnectionReply,
                      StopControlConnectionRequest)
from ppp_frames import data

AT_ONCE = 1.0  # s, from the news to the exit
SERVER = r"10\.9\.0\.2"


@pytest.fixture
def up(net, server):
    """A tunnel that has carried a frame each way."""
    tunnel = net.dial()
    call = server.take_call()
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)
    call.data.send(data(2))
    assert tunnel.pty.recv() == data(2)
    return tunnel, call


# --- ended here -----------------------------------------------------------------------------------

LOCAL_ENDS = {
    "sigterm": lambda tunnel: tunnel.process.signal(signal.SIGTERM),
    "sigint": lambda tunnel: tunnel.process.signal(signal.SIGINT),
    "sighup": lambda tunnel: tunnel.process.signal(signal.SIGHUP),
    "pty-closed": lambda tunnel: tunnel.pty.close(),
}


@pytest.mark.parametrize("end", LOCAL_ENDS)
def test_a_local_hang_up_is_orderly_on_the_wire_and_exits_0(net, up, end):
    """Call-Clear, the server's notice, Stop, its reply, FIN: in that order."""
    tunnel, call = up
    LOCAL_ENDS[end](tunnel)
    assert tunnel.wait_exit(AT_ONCE) == 0
    call.expect_hang_up(AT_ONCE * SLOW)
    assert len(tunnel.errors) <= 1
    expect_clean(net.client)


def test_the_server_s_packets_meet_our_socket_until_the_call_is_cleared(net, server):
    """ICMP in its place is an error to pptpd, which then never reads Call-Clear-Request."""
    with FakeManager(net, server) as manager:
        tunnel = manager.dial()
        tunnel.pty.close()
        assert manager.channel.recv(9000) == b""  # where a manager clears the call
        assert net.client.sockets("raw"), "it is deaf already"
        manager.channel.close()
        assert tunnel.wait_exit(AT_ONCE) == 0
    assert not net.client.sockets("raw")


def test_a_manager_that_is_stuck_does_not_hold_up_a_hang_up(net, server):
    with FakeManager(net, server) as manager:
        tunnel = manager.dial()
        tunnel.pty.close()
        assert tunnel.wait_exit(AT_ONCE) == 0


@pytest.mark.drop_in
def test_the_server_is_told_of_a_hang_up_before_the_connection_closes(net, up):
    tunnel, call = up
    tunnel.pty.close()
    clear = call.connection.expect(CallClearRequest)
    assert clear.call_id == call.client_call_id
    call.disconnect()
    assert tunnel.wait_exit(AT_ONCE) == 0


def test_a_gateway_that_is_killed_is_hung_up_in_order_by_the_manager(net, up):
    tunnel, call = up
    tunnel.process.kill()
    call.expect_hang_up(AT_ONCE * SLOW)
    expect_clean(net.client)


def test_a_server_that_never_confirms_the_hang_up_does_not_hold_us(net, up):
    tunnel, call = up
    tunnel.pty.close()
    assert tunnel.wait_exit(AT_ONCE) == 0
    call.connection.expect(CallClearRequest)
    call.connection.expect_end(10 * SLOW, passing_over=(StopControlConnectionRequest,))
    expect_clean(net.client)


def test_a_server_that_never_answers_stop_does_not_hold_us(net, up):
    tunnel, call = up
    tunnel.pty.close()
    call.connection.expect(CallClearRequest)
    call.disconnect()
    call.connection.expect(StopControlConnectionRequest)
    call.connection.expect_end(10 * SLOW)
    expect_clean(net.client)


@pytest.mark.parametrize("end", LOCAL_ENDS)
def test_a_hang_up_before_the_server_has_answered_ends_at_once(net, server, end):
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    LOCAL_ENDS[end](tunnel)
    assert tunnel.wait_exit(AT_ONCE) == 0
    assert "no call was up yet: the server has not answered on TCP port 1723" in tunnel.process.stderr.text
    connection.expect_end(5 * SLOW, passing_over=(StopControlConnectionRequest,))
    expect_clean(net.client)


@pytest.mark.parametrize("end", LOCAL_ENDS)
def test_a_hang_up_before_the_call_is_answered_clears_the_call(net, server, end):
    tunnel = net.dial()
    connection = server.establish()
    request = connection.expect(OutgoingCallRequest)
    LOCAL_ENDS[end](tunnel)
    assert tunnel.wait_exit(AT_ONCE) == 0
    assert "has not answered Outgoing-Call-Request" in tunnel.process.stderr.text
    assert connection.expect(CallClearRequest).call_id == request.call_id
    server.call_from(connection, request).disconnect()
    connection.expect_stop(5 * SLOW)
    expect_clean(net.client)


def test_the_call_manager_ends_when_it_has_been_idle(net, up):
    tunnel, call = up
    assert any("pptp-callmgr" in line for line in net.client.running().values())
    tunnel.pty.close()
    call.expect_hang_up()
    expect_clean(net.client, within=15, manager=True)
    assert net.client.run("sh", "-c", "find /run/pptp -type s").stdout == ""


# --- ended by the server --------------------------------------------------------------------------

def hung_up_by_server(tunnel, *words):
    tunnel.expect_failure(9, SERVER, "hung up|disconnect", *words, within=AT_ONCE)


@pytest.mark.parametrize("result, words",
                         [(0, ()), (1, ("carrier",)), (2, ("error",)), (3, ("admin",)), (4, ())])
def test_a_call_that_the_server_disconnects_ends_at_once(net, up, result, words):
    tunnel, call = up
    call.disconnect(result)
    hung_up_by_server(tunnel, *words)
    call.connection.expect_stop()
    expect_clean(net.client)


@pytest.mark.parametrize("reason, words",
                         [(1, ()), (2, ("version|protocol",)), (3, ("shut",)), (0, ())])
def test_a_server_that_stops_gets_its_reply_and_the_call_ends_at_once(net, up, reason, words):
    """RFC 2637 section 3.1.1: reply, then close."""
    tunnel, call = up
    call.connection.send(StopControlConnectionRequest(reason=reason))
    call.connection.expect(StopControlConnectionReply)
    call.connection.expect_end(AT_ONCE * SLOW, how=("fin",))
    hung_up_by_server(tunnel, *words)
    expect_clean(net.client)


# --- lost -----------------------------------------------------------------------------------------

def test_a_connection_that_the_server_closes_ends_the_call_at_once(net, up):
    tunnel, call = up
    call.connection.close()
    tunnel.expect_failure(8, SERVER, "lost", "closed", within=AT_ONCE)
    expect_clean(net.client)


def test_a_half_closed_connection_ends_the_call_at_once(net, up):
    tunnel, call = up
    call.connection.finish()
    tunnel.expect_failure(8, SERVER, "lost", "closed", within=AT_ONCE)
    call.connection.expect_end(passing_over=(CallClearRequest, StopControlConnectionRequest))
    expect_clean(net.client)


def test_a_connection_that_the_server_resets_ends_the_call_at_once(net, up):
    tunnel, call = up
    call.connection.reset()
    tunnel.expect_failure(8, SERVER, "lost", "reset", within=AT_ONCE)
    expect_clean(net.client)


@pytest.mark.parametrize("rubbish", [
    b"x" * 32, EchoRequest().build(magic=0x1A2B3C4E), EchoRequest().build(length=12),
    EchoRequest().build(length=17) + b"\0", EchoRequest().build(length=0),
    EchoRequest().build(length=0xFFFF),
    EchoRequest().build(pptp_type=2), EchoRequest().build(type=99, length=221), EchoRequest().build(length=1)],
    ids=["text", "cookie", "short", "long", "zero-length", "65535", "management-message",
         "unknown-type-too-long", "length-1"])
def test_loss_of_framing_closes_the_connection_at_once(net, up, rubbish):
    """RFC 2637 section 1.4: no resynchronisation, a good message behind the rubbish is ignored."""
    tunnel, call = up
    call.connection.send(rubbish, EchoRequest(identifier=5))
    call.connection.expect_end(AT_ONCE * SLOW)
    tunnel.expect_failure(8, SERVER, "protocol|malformed|RFC", within=AT_ONCE)
    expect_clean(net.client)


def test_a_flood_of_garbage_in_mid_call_ends_at_its_first_octets(net, up):
    tunnel, call = up
    assert call.connection.flood(b"\xa5" * 1000, seconds=3)
    tunnel.expect_failure(8, SERVER, "protocol", within=AT_ONCE)
    expect_clean(net.client)


def test_a_message_cut_off_by_the_end_of_the_connection_is_not_used(net, up):
    tunnel, call = up
    call.connection.send(EchoRequest(identifier=5).build()[:-1])
    call.connection.finish()
    tunnel.expect_failure(8, SERVER, "closed", within=AT_ONCE)
    call.connection.expect_end()


# --- echoes ---------------------------------------------------------------------------------------

def test_an_echo_request_is_answered_with_its_identifier(net, up):
    _, call = up
    for identifier in (0, 1, 0xDEADBEEF, 0xFFFFFFFF):
        call.connection.send(EchoRequest(identifier=identifier))
        assert call.connection.expect(EchoReply) == EchoReply(identifier=identifier, result=1)


def test_echo_requests_before_the_call_is_up_are_answered(net, server):
    net.dial()
    connection = server.establish()
    connection.expect(OutgoingCallRequest)
    connection.send(EchoRequest(identifier=42))
    assert connection.expect(EchoReply).identifier == 42


def test_no_echo_request_is_sent_before_the_connection_is_established(net, server):
    net.dial("--idle-wait", "0.3", "--max-echo-wait", "0.3")
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.answer_echoes = False
    connection.expect_nothing(1.5)


def test_an_echo_request_is_sent_after_idle_wait_and_again(net, server):
    tunnel = net.dial("--idle-wait", "0.5", "--max-echo-wait", "5")
    call = server.take_call()
    connection = call.connection
    connection.answer_echoes = False
    heard = Stopwatch()
    identifiers = []
    for _ in range(3):
        identifiers.append(connection.expect(EchoRequest).identifier)
        assert heard.seconds >= 0.4 and heard.own_seconds <= 0.5 + 0.5 * SLOW
        connection.send(EchoReply(identifier=identifiers[-1]))
        heard = Stopwatch()
    assert len(set(identifiers)) == 3
    assert tunnel.process.running


def test_any_message_of_the_server_puts_the_echo_request_off(net, server):
    net.dial("--idle-wait", "1", "--max-echo-wait", "1")
    connection = server.take_call().connection
    connection.answer_echoes = False
    for _ in range(5):
        time.sleep(0.5)  # twice within each idle-wait
        connection.send(EchoRequest(identifier=3))
        connection.expect(EchoReply)


def test_idle_wait_0_sends_no_echo_request(net, server):
    net.dial("--idle-wait", "0")
    connection = server.take_call().connection
    connection.answer_echoes = False
    connection.expect_nothing(1.5)


@pytest.mark.parametrize("idle, echo", [(1, 1), (0.5, 2.5), (2.5, 0.5)])
def test_a_silent_server_is_given_up_after_idle_wait_and_max_echo_wait(net, server, idle, echo):
    tunnel = net.dial("--idle-wait", str(idle), "--max-echo-wait", str(echo))
    call = server.take_call()
    call.connection.answer_echoes = False
    start = Stopwatch()
    call.connection.expect(EchoRequest)
    assert start.seconds >= idle * 0.9 and start.own_seconds <= idle + 0.5 * SLOW
    tunnel.expect_failure(8, SERVER, "echo", within=echo + 0.5)
    assert start.seconds >= (idle + echo) * 0.9
    expect_clean(net.client)


def test_an_echo_reply_with_a_wrong_identifier_does_not_count(net, server):
    tunnel = net.dial("--idle-wait", "0.5", "--max-echo-wait", "0.5")
    connection = server.take_call().connection
    connection.answer_echoes = False
    request = connection.expect(EchoRequest)
    connection.send(EchoReply(identifier=request.identifier ^ 1))
    tunnel.expect_failure(8, SERVER, "echo", within=1.0)


def test_a_server_that_vanishes_is_noticed_by_the_echo(net, server):
    """No FIN, no RST: the cable is cut."""
    tunnel = net.dial("--idle-wait", "0.5", "--max-echo-wait", "0.5")
    server.take_call()
    net.server.link_down("eth0")
    tunnel.expect_failure(8, SERVER, "echo", within=2.0)
    wait_until(lambda: not [left for left in leftovers(net.client)
                            if getattr(left, "kind", "") != "tcp"], 2 * SLOW)
