# SPDX-License-Identifier: GPL-2.0-or-later
"""Servers that are absent, broken or hostile before the call is up: one clear line, within bounded time."""
import select
import time

import pytest

from lab.lines import wait_until
from lab.process import proc_status
from lab.scripted_server import ScriptedServer
from lab.tunnel import SLOW, expect_clean
from lab.wire import (CallClearRequest, CallDisconnectNotify, EchoReply, EchoRequest,
                      OutgoingCallReply, OutgoingCallRequest, StartControlConnectionReply,
                      StartControlConnectionRequest, StopControlConnectionReply,
                      StopControlConnectionRequest)

SERVER = r"10\.9\.0\.2"
AT_ONCE = 1.5  # s, from the start of pptp; a manager is started on the way
TIME_TO_ANSWER, TOO_LATE = "2", 8.0  # s; a call may be answered in twice the first. Without the option it is 30 and 60.
GOODBYES = (CallClearRequest, StopControlConnectionRequest, StopControlConnectionReply)


# --- no TCP connection: exit status 4, or 3 -------------------------------------------------------

def test_a_server_that_refuses_the_connection(net):
    net.dial().expect_failure(4, SERVER, "1723", "refused", within=AT_ONCE)
    expect_clean(net.client)


def test_a_server_without_a_route_to_it(net):
    net.dial(server="192.0.2.1").expect_failure(4, r"192\.0\.2\.1", "unreachable", within=AT_ONCE)
    expect_clean(net.client)


def test_a_server_that_does_not_exist_on_the_network(net):
    """No answer to ARP: the kernel says so after three seconds."""
    net.dial(server="10.9.0.99").expect_failure(4, r"10\.9\.0\.99", "no route to host|unreachable",
                                                within=5)
    expect_clean(net.client)


def test_a_black_hole_costs_connect_timeout(net):
    net.server.nft("table ip f { chain in { type filter hook input priority 0\n"
                   "tcp dport 1723 drop\n }\n }\n")
    start = time.monotonic()
    net.dial("--connect-timeout", "1").expect_failure(4, SERVER, "no answer|timed out", within=2.5)
    assert time.monotonic() - start >= 0.9
    expect_clean(net.client)


@pytest.mark.parametrize("answer, words", [
    ("icmp type admin-prohibited", "no route to host|unreachable"),
    ("icmp type host-unreachable", "no route to host"),
    ("icmp type net-unreachable", "network is unreachable"),
    ("icmp type port-unreachable", "refused"), ("icmp type prot-unreachable", "protocol"),
    ("tcp reset", "refused")])
def test_a_rejecting_firewall(net, answer, words):
    net.server.nft("table ip f { chain in { type filter hook input priority 0\n"
                   f"tcp dport 1723 reject with {answer}\n }}\n }}\n")
    net.dial().expect_failure(4, SERVER, "1723", words, within=AT_ONCE)
    expect_clean(net.client)


def test_a_name_that_does_not_resolve(net):
    net.client.mask_file("/etc/resolv.conf",
                         f"nameserver {net.server.address}\noptions timeout:1 attempts:1\n")
    net.dial(server="no-such-host.example").expect_failure(3, "no-such-host.example", "resolve",
                                                           within=5)
    expect_clean(net.client)


def test_every_address_of_a_name_is_tried_in_turn(net, server):
    net.client.mask_file("/etc/hosts", f"10.9.0.1 vpn.example\n{server.address} vpn.example\n")
    net.dial(server="vpn.example")
    server.take_call()


# --- TCP, but no control connection: exit status 5 ------------------------------------------------

def rubbish_replies():
    good = StartControlConnectionReply()
    yield "http", b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n" + b" " * 200
    yield "ssh", b"SSH-2.0-OpenSSH_9.2p1 Debian-2+deb12u3\r\n"
    yield "random", bytes((i * 37 + 11) & 0xFF for i in range(300))
    yield "wrong-cookie", good.build(magic=0x4D3C2B1A)
    yield "management-message", good.build(pptp_type=2)
    yield "wrong-length-for-the-type", good.build(length=148)
    yield "too-long-for-the-type", good.build(length=160) + bytes(4)
    yield "zero-length", good.build(length=0)
    yield "length-65535", good.build(length=0xFFFF)
    yield "length-below-the-header", good.build(length=8)
    yield "too-long-for-an-unknown-type", good.build(type=0x7777, length=221) + bytes(65)


@pytest.mark.parametrize("reply",
                         [pytest.param(octets, id=name) for name, octets in rubbish_replies()])
def test_a_server_that_does_not_speak_pptp(net, server, reply):
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(reply)
    tunnel.expect_failure(5, SERVER, "PPTP", within=AT_ONCE)
    connection.expect_end()
    expect_clean(net.client)


@pytest.mark.parametrize("result, error, words", [
    (2, 4, ("error", "resources?")), (2, 6, ("error",)), (3, 0, ("exists",)),
    (4, 0, ("authori[sz]ed",)),
    (5, 0, ("version",)), (77, 0, ("77",))])
def test_a_start_reply_that_refuses(net, server, result, error, words):
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(StartControlConnectionReply(result=result, error=error))
    tunnel.expect_failure(5, SERVER, "refused", *words, within=AT_ONCE)
    connection.expect_end(passing_over=GOODBYES)
    server.expect_no_connection(0.5)  # no second try: that is pppd's or systemd's to decide
    expect_clean(net.client)


@pytest.mark.parametrize("version", [0x0000, 0x0001, 0x0200], ids=hex)
def test_a_start_reply_of_another_version_is_answered_by_stop(net, server, version):
    """RFC 2637 section 3.1.1: Stop-Control-Connection-Request, then wait for its reply."""
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(StartControlConnectionReply(version=version))
    stop = connection.expect(StopControlConnectionRequest)
    assert stop.reason == 2  # protocol
    connection.send(StopControlConnectionReply())
    connection.expect_end()
    tunnel.expect_failure(5, SERVER, "version", within=AT_ONCE)
    expect_clean(net.client)


def test_a_server_that_accepts_and_says_nothing(net, server):
    tunnel = net.dial("--connect-timeout", TIME_TO_ANSWER)
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    tunnel.expect_failure(5, SERVER, "no .*reply|silent|answer", within=TOO_LATE)
    connection.expect_end(passing_over=GOODBYES)
    server.expect_no_connection(0.5)  # the peer's defect 3: it came again and again
    expect_clean(net.client)


def test_a_server_that_closes_at_once(net, server):
    tunnel = net.dial()
    server.accept().close()
    tunnel.expect_failure(5, SERVER, "closed|ended|reset", within=AT_ONCE)
    expect_clean(net.client)


def test_a_server_that_resets_at_once(net, server):
    """The reset meets us when we connect, write or read: several times, to meet it everywhere."""
    for _ in range(20):
        tunnel = net.dial()
        server.accept().reset()
        tunnel.expect_failure(5, SERVER, "reset", within=AT_ONCE)
    expect_clean(net.client)


def test_a_start_reply_that_comes_before_our_request_is_taken(net, server):
    """It crossed the request: whoever talks first, the connection is the same."""
    tunnel = net.dial()
    connection = server.accept()
    connection.send(StartControlConnectionReply())
    connection.expect(StartControlConnectionRequest)
    server.answer_call(connection)
    tunnel.pty.close()
    connection.expect(CallClearRequest)


def test_a_call_reply_that_comes_before_our_request_brings_no_call_up(net, server):
    tunnel = net.dial("--connect-timeout", TIME_TO_ANSWER)
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(StartControlConnectionReply(), OutgoingCallReply(call_id=9, peer_call_id=1))
    connection.expect(OutgoingCallRequest)
    tunnel.expect_failure(6, SERVER, "no Outgoing-Call-Reply", within=TOO_LATE)
    connection.expect_end(passing_over=GOODBYES)
    expect_clean(net.client)


def test_a_server_that_closes_after_our_request(net, server):
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.close()
    tunnel.expect_failure(5, SERVER, "closed|ended", within=AT_ONCE)
    expect_clean(net.client)


def test_a_server_that_resets_after_our_request(net, server):
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.reset()
    tunnel.expect_failure(5, SERVER, "reset", within=AT_ONCE)
    expect_clean(net.client)


@pytest.mark.parametrize("size", [1, 11, 12, 155])
def test_a_start_reply_cut_off_by_the_end_of_the_connection(net, server, size):
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(StartControlConnectionReply().build()[:size])
    connection.finish()
    tunnel.expect_failure(5, SERVER, "closed|ended", within=AT_ONCE)
    connection.expect_end()
    expect_clean(net.client)


def test_a_server_that_stops_in_place_of_a_reply(net, server):
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(StopControlConnectionRequest(reason=3))
    connection.expect(StopControlConnectionReply)
    tunnel.expect_failure(5, SERVER, "Stop-Control-Connection-Request", within=AT_ONCE)
    connection.expect_end()
    expect_clean(net.client)


@pytest.mark.parametrize("early", [OutgoingCallReply(), CallDisconnectNotify(), EchoReply()],
                         ids=lambda message: type(message).__name__)
def test_a_message_out_of_order_before_the_start_reply(net, server, early):
    tunnel = net.dial("--connect-timeout", TIME_TO_ANSWER)
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(early)
    tunnel.expect_failure(5, SERVER, within=TOO_LATE)
    connection.expect_end(passing_over=GOODBYES)
    expect_clean(net.client)


def test_a_flood_of_garbage_ends_at_its_first_octets(net, server):
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    assert connection.flood(b"\xa5" * 1000, seconds=3)
    tunnel.expect_failure(5, SERVER, "PPTP", within=AT_ONCE)
    expect_clean(net.client)


# --- a control connection, but no call: exit status 6 ---------------------------------------------

@pytest.mark.parametrize("result, words", [
    (2, ("error",)), (3, ("carrier",)), (4, ("busy",)), (5, ("dial tone",)), (6, ("time",)),
    (7, ("accept|prohibit",)),
    (0, ("0",)), (200, ("200",))])
def test_a_call_reply_that_refuses(net, server, result, words):
    tunnel = net.dial()
    connection = server.establish()
    call = server.call_from(connection, connection.expect(OutgoingCallRequest))
    connection.send(call.reply(result=result, error=6 if result == 2 else 0, cause=17))
    tunnel.expect_failure(6, SERVER, "refused the call|call.*refused", *words, within=AT_ONCE)
    connection.expect_stop()
    server.expect_no_connection(0.3)
    expect_clean(net.client)


def test_a_server_that_does_not_answer_the_call(net, server):
    tunnel = net.dial("--connect-timeout", TIME_TO_ANSWER)
    connection = server.establish()
    connection.expect(OutgoingCallRequest)
    tunnel.expect_failure(6, SERVER, "Outgoing-Call-Reply|call", "no ", within=TOO_LATE)
    connection.expect_end(passing_over=GOODBYES)
    expect_clean(net.client)


def test_a_call_reply_for_somebody_else(net, server):
    tunnel = net.dial("--connect-timeout", TIME_TO_ANSWER)
    connection = server.establish()
    request = connection.expect(OutgoingCallRequest)
    connection.send(OutgoingCallReply(call_id=9, peer_call_id=request.call_id ^ 1))
    tunnel.expect_failure(6, SERVER, "call", within=TOO_LATE)
    connection.expect_end(passing_over=GOODBYES)
    expect_clean(net.client)


def test_a_call_reply_for_call_id_0(net, server):
    """No call has this id, so it can only be the reply to ours."""
    tunnel = net.dial()
    connection = server.establish()
    request = connection.expect(OutgoingCallRequest)
    connection.send(OutgoingCallReply(call_id=9, peer_call_id=0))
    tunnel.expect_failure(6, SERVER, f"for call ID 0, ours is {request.call_id}", "does not follow RFC 2637", within=AT_ONCE)
    connection.expect_end(passing_over=GOODBYES)
    expect_clean(net.client)


@pytest.mark.parametrize("end", ["close", "reset", "finish"])
def test_a_connection_that_ends_before_the_call_reply(net, server, end):
    tunnel = net.dial()
    connection = server.establish()
    connection.expect(OutgoingCallRequest)
    getattr(connection, end)()
    tunnel.expect_failure(6, SERVER, "closed|ended|reset|lost", within=AT_ONCE)
    expect_clean(net.client)


def test_a_server_that_stops_before_the_call_reply(net, server):
    tunnel = net.dial()
    connection = server.establish()
    connection.expect(OutgoingCallRequest)
    connection.send(StopControlConnectionRequest(reason=3))
    connection.expect(StopControlConnectionReply)
    status = tunnel.wait_exit(AT_ONCE)
    assert status in (6, 9)  # the call was not made, because the server hung up
    connection.expect_end()
    expect_clean(net.client)


def test_a_server_that_disconnects_before_the_call_reply(net, server):
    tunnel = net.dial()
    connection = server.establish()
    connection.expect(OutgoingCallRequest)
    connection.send(CallDisconnectNotify(call_id=55, result=3))
    assert tunnel.wait_exit(AT_ONCE) in (6, 9)
    connection.expect_end(passing_over=GOODBYES)
    expect_clean(net.client)


@pytest.mark.parametrize("rubbish", [b"\0" * 40, OutgoingCallReply().build(length=31)],
                         ids=["zeros", "wrong-length"])
def test_garbage_in_place_of_the_call_reply(net, server, rubbish):
    tunnel = net.dial()
    connection = server.establish()
    connection.expect(OutgoingCallRequest)
    connection.send(rubbish)
    tunnel.expect_failure(6, SERVER, "PPTP|protocol|malformed", within=AT_ONCE)
    connection.expect_end()
    expect_clean(net.client)


# --- floods in mid-call ---------------------------------------------------------------------------

def test_a_flood_of_echo_requests_by_a_server_that_never_reads_costs_no_memory(net, server):
    """Each wants an Echo-Reply, and none of the replies can be sent."""
    # What the address sanitizer keeps of freed memory is not the manager's.
    net.dial(env={"ASAN_OPTIONS": net.environment()["ASAN_OPTIONS"] + ":quarantine_size_mb=1"})
    call = server.take_call()
    [manager] = net.managers()
    before = resident(manager)
    block = EchoRequest(identifier=1).build() * 4096
    deadline = time.monotonic() + 3
    while time.monotonic() < deadline and server_sends(call.connection, block):
        pass
    assert resident(manager) - before < 32 << 20
    other = net.dial()
    server.take_call()  # the manager still serves others
    assert other.process.running


def resident(pid):
    return int(proc_status(pid)["VmRSS"].split()[0]) << 10


def server_sends(connection, block):
    """Sends without ever reading; False when the client takes no more or has closed."""
    if not select.select([], [connection.socket], [], 0.5)[1]:
        return False
    try:
        connection.socket.send(block)
    except (ConnectionResetError, BrokenPipeError):
        return False
    return True


def test_a_server_that_refuses_is_not_hammered(net):
    """Ten dials, ten connections: no retries of our own."""
    with ScriptedServer(net.server) as server:
        for _ in range(10):
            tunnel = net.dial()
            connection = server.accept()
            connection.expect(StartControlConnectionRequest)
            connection.send(StartControlConnectionReply(result=4))
            assert tunnel.wait_exit(AT_ONCE) == 5
        server.expect_no_connection(0.5)
        expect_clean(net.client)
    wait_until(lambda: net.status()["connections"] == [], 2 * SLOW)
