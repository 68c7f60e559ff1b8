# SPDX-License-Identifier: GPL-2.0-or-later
"""One user, or one server, costs the others no memory of the call manager and no lines of its log."""
import struct
import time

import pytest

import users
from lab import local_client as lc
from lab.lines import wait_until
from lab.process import proc_status
from lab.tunnel import SLOW
from lab.wire import EchoReply, EchoRequest, OutgoingCallReply, OutgoingCallRequest, WanErrorNotify
from traffic import expect_traffic

CALLS = 64  # of one user, as callmgr/manager/quotas.hh says
LINES = 400  # of a flood, at most: LogBudget::kAtOnce, one in each second, and what else a call says
REFUSING = "127.7.7.7"  # calls to it end at once
SECONDS = 4


def resident(pid):
    return int(proc_status(pid)["VmRSS"].split()[0])  # kB


@pytest.fixture
def silence(net):
    """The server's host answers no connection to 1723: calls to it wait."""
    net.server.nft("table ip silent { chain in { type filter hook input priority 0\n"
                   "tcp dport 1723 drop\n }\n }\n")


def waiting_call(net, uid=users.NOBODY):
    client = lc.LocalClient(net.client, uid, users.DIP)
    client.send(lc.call_request(client.network_namespace, net.server.address))
    return client


def ask_and_leave(net):
    """For the log levels of all calls of the user. The answer would come when the gateways have answered."""
    client = lc.LocalClient(net.client, users.NOBODY, users.DIP)
    client.send(lc.SAMPLES[lc.LOG_LEVEL_REQUEST])
    client.close()


def test_one_user_cannot_come_as_many_by_a_user_namespace(net, server):
    net.client.mask_file("/etc/subuid", "alice:100000:65536\n")
    net.manager().wait_line("listens on")
    with pytest.raises(AssertionError):  # no welcome
        lc.LocalClient(net.client, 100000, users.DIP)
    lc.LocalClient(net.client, 99999, users.DIP).close()
    net.client.syslog.wait("refused a client: uid 100000 is one that /etc/subuid lends for user namespaces")


# --- memory --------------------------------------------------------------------------------------

def test_questions_to_gateways_that_do_not_read_take_no_memory(net, manager, silence):
    gateways = [waiting_call(net) for _ in range(CALLS)]
    lc.LocalClient(net.client, 0, 0).close()  # by now the manager has read the requests
    before = resident(manager.pid)
    begun, asked = time.monotonic(), 0
    while time.monotonic() - begun < SECONDS or asked <= 100:
        ask_and_leave(net)
        asked += 1
        time.sleep(max(0, begun + asked / 150 - time.monotonic()))
    print(f"{asked} requests; {before} kB, then {resident(manager.pid)} kB")
    assert resident(manager.pid) - before < 4096
    new = net.manager("--take-over")
    new.wait_line(f"took over {CALLS} control connections")
    for gateway in gateways:
        gateway.close()


def test_a_gateway_that_does_not_read_keeps_its_call_whatever_others_ask(net, server, manager):
    client, call = lc.call_up(net.client, users.NOBODY, users.DIP, server)
    for _ in range(100):
        ask_and_leave(net)
    call.connection.send(EchoRequest(identifier=3))
    assert call.connection.expect(EchoReply).identifier == 3
    assert len(net.status()["connections"]) == 1
    client.close()


def test_a_long_list_reaches_a_reader_that_is_slow(net, manager, silence):
    gateways = [waiting_call(net, uid) for uid in range(5000, 5006) for _ in range(CALLS)]
    reader = lc.LocalClient(net.client, 0, 0)
    reader.send(lc.SAMPLES[lc.STATUS_REQUEST])
    time.sleep(0.2)  # the socket is full by now
    tags = []
    while not tags or tags[-1] != lc.LIST_END:
        tag, body = reader.receive()
        tags.append(tag)
    assert struct.unpack("!I", body) == (len(gateways),)
    assert tags.count(lc.CALL_INFO) == tags.count(lc.CONNECTION_INFO) == len(gateways)
    for client in (reader, *gateways):
        client.close()


def test_a_reader_of_a_long_list_may_stay_while_the_manager_is_replaced(net, manager, silence):
    gateways = [waiting_call(net) for _ in range(CALLS)]
    reader = lc.LocalClient(net.client, 0, 0)
    reader.send(lc.SAMPLES[lc.STATUS_REQUEST])
    net.status()
    net.manager("--take-over").wait_line("took over")
    tags = []
    while not tags or tags[-1] != lc.LIST_END:
        tags.append(reader.receive()[0])
    assert tags.count(lc.CALL_INFO) == CALLS
    for client in (reader, *gateways):
        client.close()


# --- the log -------------------------------------------------------------------------------------

def many_addresses(client, count=32):
    """A request for a call to a name with so many addresses, which all refuse."""
    single = lc.call_request(client.network_namespace, REFUSING)
    one = b"\x01" + lc.address(REFUSING)
    return single.replace(one, bytes([count]) + lc.address(REFUSING) * count, 1)


def test_a_user_whose_calls_fail_all_the_time_leaves_room_in_the_log(net, server, manager):
    client = lc.LocalClient(net.client, users.NOBODY, users.DIP)
    for _ in range(30):
        client.send(many_addresses(client))
        client.expect(lc.CALL_ENDED)
    tunnel = net.dial()
    expect_traffic(tunnel, server.take_call(), 1)
    lines = [line for line in manager.stderr.all if REFUSING in line]
    assert 50 < len(lines) < LINES
    manager.stderr.wait("Outgoing call established")
    time.sleep(1.1)  # until there is another line
    client.send(many_addresses(client))
    client.expect(lc.CALL_ENDED)
    manager.wait_line(rf"more lines about uid {users.NOBODY} were left out")
    client.close()


def flood(call):
    for _ in range(20):
        call.connection.send(WanErrorNotify(peer_call_id=call.client_call_id).build() * 50
                             + OutgoingCallReply(peer_call_id=9, call_id=9).build() * 50)
    call.connection.send(EchoRequest(identifier=5))
    call.connection.expect(EchoReply)


def test_a_server_that_floods_again_on_each_connection_leaves_room_in_the_log(net, server, manager):
    for _ in range(3):
        tunnel = net.dial()
        call = server.take_call()
        flood(call)
        tunnel.pty.close()
        tunnel.wait_exit(5 * SLOW)
    assert len(manager.stderr.all) < LINES + 3 * 50
    tunnel = net.dial()
    expect_traffic(tunnel, server.take_call(), 1)
    wait_until(lambda: len(manager.stderr.find("Outgoing call established")) == 4, what="a line about each call")


def test_a_reserved_field_is_remarked_on_once(net, server, manager):
    net.dial()
    call = server.take_call()
    message = bytearray(WanErrorNotify(peer_call_id=call.client_call_id).build())
    message[10:12] = b"\x12\x34"  # reserved0
    call.connection.send(bytes(message) * 20)
    call.connection.send(EchoRequest(identifier=5))
    call.connection.expect(EchoReply)
    manager.wait_line("reserved0 field is not zero")
    call.connection.send(EchoRequest(identifier=6))
    call.connection.expect(EchoReply)
    assert len(manager.stderr.find("reserved0 field is not zero")) == 1


# --- shared connections --------------------------------------------------------------------------

def ask_to_share(net, server, uid):
    client = lc.LocalClient(net.client, uid, users.DIP)
    request = bytearray(lc.call_request(client.network_namespace, server.address))
    request[request.index(struct.pack("!III", 60_000, 60_000, 30_000)) - 1] = True
    client.send(bytes(request))
    return client


def test_calls_of_one_user_share_a_control_connection_and_those_of_two_users_do_not(net, server, manager):
    """One user's call that the server does not answer would end the other's."""
    clients = [ask_to_share(net, server, users.NOBODY)]
    connection = server.establish(maximum_channels=0)
    clients.append(ask_to_share(net, server, users.NOBODY))
    for client in clients:
        client.expect(lc.CALL_ASSIGNED)
        client.send(lc.SAMPLES[lc.GATEWAY_READY])
        connection.expect(OutgoingCallRequest)
    clients.append(ask_to_share(net, server, users.NOBODY - 1))
    server.establish()
    clients[-1].expect(lc.CALL_ASSIGNED)
    for client in clients:
        client.close()
