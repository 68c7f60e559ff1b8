# SPDX-License-Identifier: GPL-2.0-or-later
"""What the client sends on the control connection, field by field and in which order."""
import pytest

from lab.lines import wait_until
from lab.tunnel import SLOW
from lab.wire import (CallDisconnectNotify, EchoReply, EchoRequest, IncomingCallConnected,
                      IncomingCallReply, IncomingCallRequest, OutgoingCallReply,
                      OutgoingCallRequest, SetLinkInfo, StartControlConnectionReply,
                      StartControlConnectionRequest, WanErrorNotify)
from ppp_frames import CONFIGURE_ACK, CONFIGURE_REQUEST, asyncmap, data, lcp


@pytest.mark.drop_in
def test_start_request_comes_first_and_the_call_request_only_after_its_reply(net, server):
    net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.expect_nothing(0.5)
    connection.send(StartControlConnectionReply())
    connection.expect(OutgoingCallRequest)
    connection.expect_nothing(0.5)


def test_start_request_has_every_field_as_the_rfc_wants_it(net, server):
    net.dial("--client-hostname", "laptop.example")
    request = server.accept().expect(StartControlConnectionRequest)
    assert request.version == 0x0100
    assert request.framing == 3 and request.bearer == 3
    assert request.maximum_channels == 0  # section 2.1: SHOULD be 0 from a PNS
    assert request.host_name == b"laptop.example"
    assert request.vendor.startswith(b"Callgate") and request.vendor.isascii()


@pytest.mark.drop_in
def test_call_request_has_every_field_as_the_rfc_wants_it(net, server):
    net.dial("--phone", "0123456789")
    request = server.take_call().request
    assert 0 < request.minimum_bps <= request.maximum_bps
    assert request.bearer_type == 3 and request.framing_type == 3
    assert request.receive_window > 0
    assert request.processing_delay <= 10  # tenths of a second
    assert request.phone_number == b"0123456789" and request.phone_number_length == 10
    assert request.subaddress == b""


def test_a_call_without_a_phone_number_has_none_on_the_wire(net, server):
    net.dial()
    request = server.take_call().request
    assert request.phone_number == b"" and request.phone_number_length == 0


@pytest.mark.drop_in
def test_gre_is_bound_before_the_server_can_send_its_first_packet(net, server):
    net.dial()
    connection = server.establish()
    request = connection.expect(OutgoingCallRequest)
    assert server.address in [s.remote for s in net.client.sockets("raw") if s.local_port == 47]
    call = server.call_from(connection, request)
    for _ in range(3):
        call.data.send(data(0))
    connection.send(call.reply())
    connection.expect_nothing(0.2)
    assert net.client.snmp("Icmp", "OutDestUnreachs") == 0


def test_nobody_learns_the_call_ids_and_serial_numbers_of_other_calls_from_their_own(net, server):
    requests = []
    for _ in range(5):
        tunnel = net.dial()
        call = server.take_call()
        requests.append(call.request)
        tunnel.pty.close()
        call.expect_hang_up()
        assert tunnel.wait_exit(2) == 0
    for chosen in ([request.call_id for request in requests], [request.serial_number for request in requests]):
        assert len(set(chosen)) == 5 and 0 not in chosen
        steps = {(after - before) & 0xFFFF for before, after in zip(chosen, chosen[1:])}
        assert len(steps) > 1 and max(steps) > 100, chosen


@pytest.mark.drop_in
def test_replies_that_arrive_an_octet_at_a_time_are_understood(net, server):
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send_bytewise(StartControlConnectionReply())
    request = connection.expect(OutgoingCallRequest)
    connection.send_bytewise(OutgoingCallReply(call_id=7, peer_call_id=request.call_id))
    tunnel.pty.send(data(1))
    assert server.call_from(connection, request, 7).data.recv_data().gre.payload == data(1)


def test_two_messages_in_one_segment_are_both_understood(net, server):
    net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(StartControlConnectionReply(), EchoRequest(identifier=0x01020304))
    replies = [connection.next(), connection.next()]
    assert EchoReply(identifier=0x01020304) in replies
    assert any(isinstance(reply, OutgoingCallRequest) for reply in replies)


def test_reserved_fields_that_are_not_zero_are_ignored(net, server):
    """Some servers send rubbish there: RFC 2637 section 1.4 wants them ignored on receipt."""
    tunnel = net.dial()
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(StartControlConnectionReply().build(reserved0=0xBEEF))
    call = server.answer_call(connection)
    connection.send(EchoRequest(identifier=9).build(reserved0=1))
    assert connection.expect(EchoReply).identifier == 9
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)


@pytest.mark.parametrize("reply", [
    dict(result=0), dict(framing=0, bearer=0), dict(maximum_channels=0), dict(firmware=0xFFFF),
    dict(host_name=b"\xff" * 64, vendor=b"")], ids=lambda reply: "-".join(reply))
def test_odd_but_harmless_start_replies_are_taken(net, server, reply):
    tunnel = net.dial()
    call = server.answer_call(server.establish(**reply))
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)


@pytest.mark.parametrize("reply", [
    dict(connect_speed=0),
    dict(receive_window=0), dict(receive_window=1), dict(receive_window=0xFFFF),
    dict(processing_delay=0xFFFF), dict(call_id=0), dict(call_id=0xFFFF)],
    ids=lambda reply: "-".join(f"{k}-{v}" for k, v in reply.items()))
def test_odd_but_harmless_call_replies_are_taken(net, server, reply):
    tunnel = net.dial()
    call = server.answer_call(server.establish(), **reply)
    for number in range(5):
        tunnel.pty.send(data(number))
        assert call.data.recv_data().gre.payload == data(number)


# --- messages in mid-call -------------------------------------------------------------------------

def still_alive(tunnel, call):
    tunnel.pty.send(data(77))
    assert call.data.recv_data().gre.payload == data(77)
    call.connection.send(EchoRequest(identifier=77))
    assert call.connection.expect(EchoReply).identifier == 77


def test_an_incoming_call_is_refused_and_ours_goes_on(net, server):
    tunnel = net.dial()
    call = server.take_call()
    call.connection.send(IncomingCallRequest(call_id=4711, serial_number=1))
    refusal = call.connection.expect(IncomingCallReply)
    assert refusal.peer_call_id == 4711
    assert refusal.result in (2, 3)  # section 2.10: general error, do not accept
    still_alive(tunnel, call)


def test_wan_errors_and_link_info_of_the_server_are_taken_in_silence(net, server):
    tunnel = net.dial()
    call = server.take_call()
    call.connection.send(WanErrorNotify(peer_call_id=call.client_call_id, crc_errors=5,
                                        alignment_errors=7),
                         SetLinkInfo(peer_call_id=call.client_call_id, send_accm=0, receive_accm=0))
    call.connection.expect_nothing(0.3)
    still_alive(tunnel, call)


def test_messages_that_concern_no_call_of_ours_are_taken_in_silence(net, server):
    tunnel = net.dial()
    call = server.take_call()
    call.connection.send(CallDisconnectNotify(call_id=call.call_id + 1),
                         OutgoingCallReply(call_id=call.call_id,
                                           peer_call_id=call.client_call_id ^ 0x5555),
                         WanErrorNotify(peer_call_id=call.client_call_id ^ 0x5555),
                         SetLinkInfo(peer_call_id=call.client_call_id ^ 0x5555),
                         EchoReply(identifier=123),
                         IncomingCallConnected(peer_call_id=1))
    call.connection.expect_nothing(0.3)
    still_alive(tunnel, call)


def test_a_second_call_reply_does_not_change_the_call(net, server):
    tunnel = net.dial()
    call = server.take_call()
    call.connection.send(OutgoingCallReply(call_id=call.call_id + 1,
                                           peer_call_id=call.client_call_id))
    call.connection.expect_nothing(0.2)
    still_alive(tunnel, call)


def negotiate_asyncmap(tunnel, call, ours, theirs):
    """LCP both ways, as far as a snooper can see it."""
    tunnel.pty.send(lcp(CONFIGURE_REQUEST, 1, asyncmap(ours)))
    assert call.data.recv_data().gre.payload == lcp(CONFIGURE_REQUEST, 1, asyncmap(ours))
    call.data.send(lcp(CONFIGURE_ACK, 1, asyncmap(ours)))
    call.data.send(lcp(CONFIGURE_REQUEST, 2, asyncmap(theirs)))
    assert tunnel.pty.recv() == lcp(CONFIGURE_ACK, 1, asyncmap(ours))
    assert tunnel.pty.recv() == lcp(CONFIGURE_REQUEST, 2, asyncmap(theirs))
    tunnel.pty.send(lcp(CONFIGURE_ACK, 2, asyncmap(theirs)))
    assert call.data.recv_data().gre.payload == lcp(CONFIGURE_ACK, 2, asyncmap(theirs))


def test_link_info_is_sent_once_lcp_has_agreed_on_the_control_character_maps(net, server):
    tunnel = net.dial()
    call = server.take_call()
    call.connection.expect_nothing(0.2)
    negotiate_asyncmap(tunnel, call, ours=0, theirs=0)
    info = call.connection.expect(SetLinkInfo)
    assert info == SetLinkInfo(peer_call_id=call.call_id, send_accm=0, receive_accm=0)


def test_control_characters_are_escaped_until_lcp_agrees_that_they_need_not_be(net, server):
    """RFC 1662 section 7.1: the default map escapes all."""
    tunnel = net.dial()
    call = server.take_call()
    call.data.send(data(1, size=300))
    assert tunnel.pty.recv() == data(1, size=300)
    assert min(tunnel.pty.decoder.raw) >= 0x20
    negotiate_asyncmap(tunnel, call, ours=0, theirs=0)
    call.connection.expect(SetLinkInfo)

    def unescaped():
        call.data.send(data(2, size=300))
        assert tunnel.pty.recv() == data(2, size=300)
        return min(tunnel.pty.decoder.raw) < 0x20
    wait_until(unescaped, 2 * SLOW, "control characters sent as they are")
