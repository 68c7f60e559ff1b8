# SPDX-License-Identifier: GPL-2.0-or-later
"""A member of the group sends each message at a wrong time, and unexpected descriptors.

They gain nothing and delay nobody, and the log reports them once.
"""
import os

import pytest

import users
from lab import process_holdings
from lab import local_client as lc
from lab.lines import wait_until
from lab.wire import OutgoingCallRequest, StartControlConnectionReply, StartControlConnectionRequest
from traffic import expect_served

ATTACKER = 4321

# What becomes of the sender.
HUNG_UP, IGNORED, REFUSED = "hung up on", "ignored", "refused"


def welcomed(client, server):
    pass


def waiting_connection(client, server):
    client.send(lc.call_request(client.network_namespace, server.host.address))
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    return connection


def waiting_gateway(client, server):
    connection = waiting_connection(client, server)
    connection.send(StartControlConnectionReply())
    client.expect(lc.CALL_ASSIGNED)
    return connection


def waiting_reply(client, server):
    connection = waiting_gateway(client, server)
    client.send(lc.SAMPLES[lc.GATEWAY_READY])
    return server.call_from(connection, connection.expect(OutgoingCallRequest))


def established(client, server):
    call = waiting_reply(client, server)
    call.connection.send(call.reply())
    client.expect(lc.CALL_CONNECTED)


PHASES = (welcomed, waiting_connection, waiting_gateway, waiting_reply, established)
IN_ORDER = {(lc.CALL_REQUEST, welcomed), (lc.GATEWAY_READY, waiting_gateway)}
NOT_HUNG_UP = {lc.LINK_INFO: IGNORED, lc.LOGIN_VERDICT: IGNORED, lc.STATUS_REQUEST: IGNORED, lc.HANG_UP_REQUEST: REFUSED,
               lc.TAKE_OVER: REFUSED, lc.EARLY_TAKE_OVER: REFUSED, lc.LOG_LEVEL_REQUEST: IGNORED,
               lc.CAPTURE_STOP: IGNORED}
# Answers that nobody has asked for: they may come late, from a gateway.
LATE = (lc.CALL_STATISTICS, lc.GATEWAY_LOG_LEVEL, lc.CAPTURE_ENDED)


def expected(tag, phase):
    if tag in LATE and phase is not welcomed:
        return IGNORED
    if tag == lc.CAPTURE_REQUEST and phase is welcomed:  # there is no such call
        return REFUSED
    return NOT_HUNG_UP.get(tag, HUNG_UP)


def reaction(client, octets):
    """What becomes of who sends this: seen by whether a request for the status is still answered."""
    try:
        client.send(octets)
        client.send(lc.SAMPLES[lc.STATUS_REQUEST])
    except (BrokenPipeError, ConnectionResetError):
        return HUNG_UP
    tags = []
    while tags[-1:] != [lc.LIST_END]:
        tags.append(client.receive()[0])
        if tags[-1] is None:
            return HUNG_UP
    return REFUSED if lc.CALL_ENDED in tags else IGNORED


def complaints(net):
    return net.client.syslog.find(rf"hung up on pid \d+ \(uid {ATTACKER}\)")


@pytest.fixture
def attacker(net, server, up):
    """Makes clients of one user, and looks afterwards what the manager still has of them."""
    [manager] = net.managers()
    before = process_holdings.descriptors(manager)
    made = []

    def make():
        made.append(lc.LocalClient(net.client, ATTACKER, users.DIP))
        return made[-1]
    yield make
    for client in made:
        client.close()
    for connection in server.connections:  # nobody has to wait for it to answer
        if connection is not up[1].connection:
            connection.close()
    assert net.managers() == [manager]
    wait_until(lambda: process_holdings.descriptors(manager) == before, what="nothing is left of the attacker")
    assert len(complaints(net)) == 1


@pytest.mark.parametrize("phase", PHASES)
def test_a_message_out_of_order_gains_nothing_whatever_it_is(net, server, up, attacker, phase):
    samples = {**lc.SAMPLES, lc.CALL_REQUEST: lc.call_request(0, server.address),
               lc.HANG_UP_REQUEST: lc.hang_up_request(up[1].client_call_id)}
    for tag, octets in samples.items():
        if (tag, phase) in IN_ORDER:
            continue
        client = attacker()
        phase(client, server)
        assert reaction(client, octets) == expected(tag, phase), f"message {tag}"
        client.close()
    expect_served(net, server, up)


@pytest.mark.parametrize("phase", PHASES)
def test_descriptors_passed_unasked_are_closed(net, server, up, attacker, phase):
    """Also with a message that would be in order."""
    client = attacker()
    phase(client, server)
    write_end = lc.pipe_for(lambda fd: client.send(lc.SAMPLES[lc.LINK_INFO], [fd] * 100))
    while client.receive()[0] is not None:
        pass
    assert not lc.has_reader_left(write_end)
    os.close(write_end)
    expect_served(net, server, up)
