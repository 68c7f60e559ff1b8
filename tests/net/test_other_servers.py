# SPDX-License-Identifier: GPL-2.0-or-later
"""What real servers do and RFC 2637 does not say: each named server in a few lines, and its oddities."""
import re

import pytest

from lab.server_profiles import NOTICE_IDS, PROFILES
from lab.tunnel import SLOW, expect_clean
from lab.wire import (CallClearRequest, CallDisconnectNotify, EchoReply, EchoRequest, OutgoingCallReply,
                      OutgoingCallRequest, StartControlConnectionReply, StartControlConnectionRequest,
                      StopControlConnectionReply, StopControlConnectionRequest)
from ppp_frames import TERMINATE_ACK, TERMINATE_REQUEST, data, lcp
from traffic import expect_traffic

AT_ONCE = 1.0  # s, from the news to the exit
SERVER = r"10\.9\.0\.2"


def hung_up_by_server(tunnel, *words):
    tunnel.expect_failure(9, SERVER, "hung up", *words, within=AT_ONCE)


# --- named servers ----------------------------------------------------------------------------------

@pytest.mark.parametrize("profile", PROFILES.values(), ids=PROFILES.keys())
def test_a_call_with_a_named_server_comes_up_carries_data_both_ways_and_goes_down(net, server, profile):
    tunnel = net.dial()
    call = net.wait_up(profile.play(server))
    for number in range(4):
        tunnel.pty.send(data(number))
        if profile.loses_first and number == 0:
            call.data.recv_data()
            continue
        assert profile.receive(call) == data(number)
        profile.send(call, data(number + 100), last_received=number)
        assert tunnel.pty.recv() == data(number + 100)
    [connection] = net.status()["connections"]
    assert connection["peer_vendor"] == profile.start.get("vendor", b"test bench").decode()
    call.connection.send(EchoRequest(identifier=7))
    assert call.connection.expect(EchoReply).identifier == 7
    tunnel.pty.close()
    profile.end(call)
    assert tunnel.wait_exit(AT_ONCE) == 0
    assert tunnel.errors == []
    expect_clean(net.client, within=AT_ONCE)
    assert re.search(r"received 4 packets \(\d+ bytes, 0 lost, 0 late", net.client.syslog.text) or profile.loses_first


# --- the id in a notice -----------------------------------------------------------------------------

@pytest.fixture(params=NOTICE_IDS)
def notice(request, up):
    _, call = up
    return CallDisconnectNotify(call_id=NOTICE_IDS[request.param](call), result=3)


def test_a_notice_ends_the_call_at_once_whichever_id_it_has(net, up, notice):
    tunnel, call = up
    call.connection.send(notice)
    hung_up_by_server(tunnel, "administrative shutdown")
    call.connection.expect_stop()
    expect_clean(net.client)


def test_a_notice_and_stop_in_one_segment_end_the_call_for_the_reason_of_the_notice(net, up, notice):
    tunnel, call = up
    call.connection.send(notice, StopControlConnectionRequest())
    hung_up_by_server(tunnel, "administrative shutdown")
    call.connection.expect(StopControlConnectionReply)
    expect_clean(net.client)


def test_a_hang_up_does_not_wait_if_the_notice_has_another_id(net, up, notice):
    tunnel, call = up
    tunnel.pty.close()
    call.connection.expect(CallClearRequest)
    call.connection.send(notice)
    call.connection.expect(StopControlConnectionRequest, AT_ONCE * SLOW)


@pytest.mark.parametrize("which", NOTICE_IDS)
def test_a_server_that_clears_the_call_gets_our_notice_and_the_call_ends_at_once(net, up, which):
    tunnel, call = up
    call.connection.send(CallClearRequest(call_id=NOTICE_IDS[which](call)))
    assert call.connection.expect(CallDisconnectNotify).call_id == call.client_call_id
    hung_up_by_server(tunnel, "Call-Clear-Request")
    call.connection.expect_stop()
    expect_clean(net.client)


# --- what means nothing to a call -----------------------------------------------------------------

def test_messages_of_unknown_types_are_skipped_and_logged_once(net, server):
    unknown = EchoRequest().build(type=99), StartControlConnectionReply().build(type=0x7777)
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(*unknown, StartControlConnectionReply())
    call = net.wait_up(server.answer_call(connection))
    connection.send(*unknown, EchoRequest(identifier=5))
    assert connection.expect(EchoReply).identifier == 5
    expect_traffic(tunnel, call)
    assert len(re.findall("unknown type", net.client.syslog.text)) == 1


def test_a_reply_to_a_call_that_nobody_asked_for_is_skipped(net, server):
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    unasked = OutgoingCallReply(call_id=7, peer_call_id=1)
    connection.send(unasked, StartControlConnectionReply(), unasked)
    request = connection.expect(OutgoingCallRequest)
    call = server.call_from(connection, request)
    connection.send(OutgoingCallReply(call_id=7, peer_call_id=request.call_id ^ 1), call.reply(), unasked)
    expect_traffic(tunnel, net.wait_up(call))
    assert "Outgoing-Call-Reply makes no sense now: ignored" in net.client.syslog.text


def test_a_server_that_wants_to_start_a_connection_too_is_answered(net, server):
    """RFC 2637 section 3.1.1: a collision."""
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(StartControlConnectionRequest())
    assert connection.expect(StartControlConnectionReply).result == 1
    connection.send(StartControlConnectionReply())
    call = server.answer_call(connection)
    connection.send(StartControlConnectionRequest())
    assert connection.expect(StartControlConnectionReply).result == 3  # there is one already
    expect_traffic(tunnel, call)


def test_an_ordinary_hang_up_that_the_server_completes_first_is_no_error(net, up):
    """accel-ppp answers pppd's Terminate-Request by all of this before we clear the call."""
    tunnel, call = up
    tunnel.pty.send(lcp(TERMINATE_REQUEST, 9, b"User request"))
    assert call.data.recv_data().gre.payload == lcp(TERMINATE_REQUEST, 9, b"User request")
    call.data.send(lcp(TERMINATE_ACK, 9))
    call.connection.send(CallDisconnectNotify(call_id=call.client_call_id, result=4),
                         StopControlConnectionRequest(reason=0))
    assert tunnel.wait_exit(AT_ONCE) == 0
    assert tunnel.errors == []
    assert "hung up: pppd has ended the connection, and the server has closed it" in net.client.syslog.text
    expect_clean(net.client)


def test_a_server_that_ends_the_link_itself_has_hung_up(net, up):
    tunnel, call = up
    call.data.send(lcp(TERMINATE_REQUEST, 9))
    assert tunnel.pty.recv() == lcp(TERMINATE_REQUEST, 9)
    tunnel.pty.send(lcp(TERMINATE_ACK, 9))
    assert call.data.recv_data().gre.payload == lcp(TERMINATE_ACK, 9)
    call.disconnect(1)
    hung_up_by_server(tunnel, "carrier")
