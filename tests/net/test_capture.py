# SPDX-License-Identifier: GPL-2.0-or-later
"""pptpctl capture: what passes in a call, octet for octet, and the call never notices."""
import inspect
import os
import re
import signal
import socket
import struct
import time

import pytest

import users
from lab import local_client as lc
from lab import pcap, programs
from lab.lines import wait_until
from lab.scripted_server import ScriptedServer
from lab.tunnel import SLOW
from lab.wire import (CallClearRequest, CallDisconnectNotify, EchoReply, EchoRequest, Gre, OutgoingCallRequest,
                      StopControlConnectionReply, StopControlConnectionRequest, WanErrorNotify)
from ppp_frames import data
from traffic import expect_traffic

FILE = "/run/lab/call.pcap"
WARNING = "Do not give it to others"


def start(net, call, *options, file=FILE, up=True, **more):
    """A capture that runs: what passes from here on is in it."""
    log = net.client.syslog
    before = len(log.all)
    capture = net.client.start(programs.installed().pptpctl, "capture", str(call.client_call_id),
                               file, *options, **more)
    capture.wait_line(WARNING)
    if up:
        log.wait("a capture of this call has begun", start=before)  # the gateway has heard of it
    return capture


def stored(net, file=FILE):
    with open(net.client.path(file), "rb") as capture:
        return pcap.read(capture.read())


def end(capture, number=signal.SIGINT):
    """What it says at the end: packets, and how many were dropped."""
    capture.signal(number)
    assert capture.wait_exit(5 * SLOW) == 0
    return counts(capture)


def counts(capture):
    said = re.search(r"(\d+) packets? captured, (\d+) dropped", capture.stderr.text)
    return int(said[1]), int(said[2])


def tcpdump(net, file=FILE):
    """Of a copy that any user may read: tcpdump becomes one."""
    with open(net.client.path(file), "rb") as capture, open(net.client.path(file + ".copy"), "wb") as copy:
        copy.write(capture.read())
    return net.client.run("tcpdump", "-nvr", file + ".copy").stdout


def test_a_call_is_in_the_file_octet_for_octet_and_in_order(net, up):
    tunnel, call = up
    capture = start(net, call)
    sent, received = [], []
    for number in range(1, 4):
        tunnel.pty.send(data(number))
        sent.append(call.data.recv_data().octets)
        call.data.send(data(number), seq=number - 1, ack=number)
        received.append(Gre(call.client_call_id, data(number), number - 1, number).build())
        tunnel.pty.recv()
        acknowledgement = call.data.recv_ack(number - 1)
        if not acknowledgement.gre.payload:
            sent.append(acknowledgement.octets)
        call.connection.send(EchoRequest(identifier=number))
        call.connection.expect(EchoReply)
    assert end(capture) == (len(sent) + len(received) + 6, 0)

    packets = stored(net)
    client, server = net.client.address, net.server.address
    assert [p.payload for p in pcap.gre(packets) if p.source == client] == sent
    assert [p.payload for p in pcap.gre(packets) if p.source == server] == received
    assert {(p.source, p.destination) for p in packets} == {(client, server), (server, client)}
    assert [s.message for s in pcap.control(packets)] == \
        [kind(identifier=n) for n in (1, 2, 3) for kind in (EchoRequest, EchoReply)]
    assert [p.time for p in packets] == sorted(p.time for p in packets)
    assert all(abs(p.time / 1e9 - time.time()) < 60 for p in packets)


def test_control_messages_are_one_tcp_stream(net, up):
    _, call = up
    capture = start(net, call)
    for number in range(3):
        call.connection.send(EchoRequest(identifier=number))
        call.connection.expect(EchoReply)
    end(capture)
    expected = {1723: 1, call.connection.client_port: 1}
    for segment in pcap.control(stored(net)):
        assert {segment.source_port, segment.destination_port} == set(expected)
        assert segment.sequence == expected[segment.source_port]
        assert segment.acknowledgement == expected[segment.destination_port]
        expected[segment.source_port] += len(segment.message.build())


def test_tcpdump_reads_it(net, up):
    tunnel, call = up
    capture = start(net, call)
    expect_traffic(tunnel, call, 7)
    call.connection.send(EchoRequest(identifier=0x1234))
    call.connection.expect(EchoReply)
    end(capture)
    shown = tcpdump(net)
    assert "CTRL_MSGTYPE=ECHORQ ID(4660)" in shown and "CTRL_MSGTYPE=ECHORP" in shown
    assert re.search(rf"GREv1, Flags .*call {call.call_id}, seq 1\b", shown)
    assert "incorrect" not in shown and "bad" not in shown and "truncated" not in shown


def test_the_end_of_the_call_ends_it_with_the_reason(net, up):
    tunnel, call = up
    capture = start(net, call)
    expect_traffic(tunnel, call, 1)
    tunnel.pty.close()
    call.expect_hang_up()
    assert capture.wait_exit(5 * SLOW) == 0
    assert "the call has ended: " in capture.stderr.text
    kinds = [type(s.message) for s in pcap.control(stored(net))]
    assert kinds == [CallClearRequest, CallDisconnectNotify, StopControlConnectionRequest,
                     StopControlConnectionReply]
    assert data(1) in {Gre.parse(p.payload).payload for p in pcap.gre(stored(net))}


def test_the_server_s_end_of_it_is_there_too(net, up):
    _, call = up
    capture = start(net, call)
    call.disconnect(result=3)
    assert capture.wait_exit(8 * SLOW) == 0
    assert re.search(r"the call has ended: .*administrative", capture.stderr.text, re.IGNORECASE)
    assert pcap.control(stored(net))[0].message.result == 3


def test_a_call_that_is_not_up_yet_is_there_from_its_reply_on(net, server):
    tunnel = net.dial()
    connection = server.establish()
    call = server.call_from(connection, connection.expect(OutgoingCallRequest))
    capture = start(net, call, up=False)
    connection.send(call.reply())
    net.client.syslog.wait("a capture of this call has begun")
    expect_traffic(tunnel, call, 1)
    end(capture)
    packets = stored(net)
    assert pcap.segment(packets[0]).message == call.reply()
    assert data(1) in {Gre.parse(p.payload).payload for p in pcap.gre(packets)}


def test_a_gateway_that_ends_just_before_the_reply_does_not_end_the_manager(net, server, manager):
    tunnel = net.dial()
    connection = server.establish()
    call = server.call_from(connection, connection.expect(OutgoingCallRequest))
    capture = start(net, call, up=False)
    manager.signal(signal.SIGSTOP)
    connection.send(call.reply())  # the manager reads this first
    tunnel.process.signal(signal.SIGKILL)
    manager.signal(signal.SIGCONT)
    assert capture.wait_exit(8 * SLOW) == 0
    assert "the call has ended: " in capture.stderr.text
    assert manager.running


def test_over_ipv6(net):
    net.client.ip("-6", "address", "add", "fd00:9::1/64", "dev", "eth0", "nodad")
    net.server.ip("-6", "address", "add", "fd00:9::2/64", "dev", "eth0", "nodad")
    with ScriptedServer(net.server, "fd00:9::2") as server:
        tunnel = net.dial(server="fd00:9::2")
        call = net.wait_up(server.take_call())
        capture = start(net, call)
        expect_traffic(tunnel, call, 1)
        call.connection.send(EchoRequest(identifier=1))
        call.connection.expect(EchoReply)
        end(capture)
    packets = stored(net)
    assert {p.source for p in packets} == {"fd00:9::1", "fd00:9::2"}
    assert [type(s.message) for s in pcap.control(packets)] == [EchoRequest, EchoReply]
    assert {Gre.parse(p.payload).payload for p in pcap.gre(packets)} >= {data(1), data(2)}
    assert "GREv1" in tcpdump(net)


def test_a_shared_connection_shows_the_messages_about_one_call(net, server):
    net.dial("--share-control")
    connection = server.establish(maximum_channels=2)
    first = net.wait_up(server.answer_call(connection))
    capture = start(net, first)
    net.dial("--share-control", "--phone", "5550123")
    second = net.wait_up(server.answer_call(connection))
    for call in (first, second):
        connection.send(WanErrorNotify(peer_call_id=call.client_call_id, crc_errors=1))
    connection.send(EchoRequest(identifier=1))
    connection.expect(EchoReply)
    end(capture)
    messages = [s.message for s in pcap.control(stored(net))]
    assert [type(message) for message in messages] == [WanErrorNotify, EchoRequest, EchoReply]
    assert messages[0].peer_call_id == first.client_call_id


@pytest.mark.parametrize("limit, packets", [(("--packets", "3"), 3), (("--seconds=1",), None)])
def test_it_ends_by_itself(net, up, limit, packets):
    _, call = up
    capture = start(net, call, *limit)
    for number in range(5):
        call.connection.send(EchoRequest(identifier=number))
        call.connection.expect(EchoReply)
    assert capture.wait_exit(5 * SLOW) == 0
    assert len(stored(net)) == (packets or 10)


def test_standard_output_goes_into_a_reader(net, up):
    _, call = up
    reader = net.client.start("sh", "-c", f"{programs.installed().pptpctl} capture {call.client_call_id} -"
                              " --packets 2 | tcpdump -nr -")
    reader.wait_line(WARNING)
    call.connection.send(EchoRequest(identifier=1))
    call.connection.expect(EchoReply)
    reader.wait_line("ECHORP", stream="stdout")
    assert reader.wait_exit(5 * SLOW) == 0


def test_an_existing_file_is_left_alone_and_a_new_one_is_private(net, up):
    _, call = up
    net.client.write_file("/run/lab/mine", "mine")
    net.client.run("ln", "-s", "/run/lab/elsewhere", "/run/lab/link")
    for file in ("/run/lab/mine", "/run/lab/link"):
        refused = net.client.run(programs.installed().pptpctl, "capture", str(call.client_call_id), file,
                                 check=False)
        assert refused.returncode == 1 and f"cannot write the capture to {file}: File exists" in refused.stderr
    assert net.client.run("cat", "/run/lab/mine").stdout == "mine"
    assert not os.path.lexists(net.client.path("/run/lab/elsewhere"))
    end(start(net, call))
    assert os.stat(net.client.path(FILE)).st_mode & 0o7777 == 0o600


# --- who may --------------------------------------------------------------------------------------

def test_another_user_s_call_is_seen_and_not_captured(net, up):
    _, call = up
    directory = net.client.path("/run/lab/theirs")
    os.mkdir(directory)
    os.chmod(directory, 0o777)
    said = []
    for number in (call.client_call_id, call.client_call_id ^ 1):
        refused = net.client.start(programs.installed().pptpctl, "capture", str(number),
                                   "/run/lab/theirs/x.pcap", **users.IN_GROUP)
        assert refused.wait_exit(5 * SLOW) == 1
        said.append(refused.stderr.text.split(": ", 2)[2])
    assert "only this user and root may capture it" in said[0] and "you have no such call" in said[1]
    assert os.listdir(directory) == []


def test_a_call_is_captured_once_at_a_time(net, up):
    _, call = up
    first = start(net, call)
    refused = net.client.run(programs.installed().pptpctl, "capture", str(call.client_call_id),
                             "/run/lab/second", check=False)
    assert refused.returncode == 1 and "it is being captured already" in refused.stderr
    end(first)
    end(start(net, call, file="/run/lab/third"))


# --- the call comes first ---------------------------------------------------------------------------

def fill(tunnel, call, count):
    """The server sends so many frames; all reach pppd."""
    for number in range(count):
        call.data.send(data(number, 1400))
        if number % 50 == 49:
            wait_until(lambda: tunnel.pty.recv_all(0.02 * SLOW) or True)


def test_what_nobody_reads_is_dropped_and_counted_and_the_call_loses_nothing(net, up):
    tunnel, call = up
    before = tunnel.statistics()
    capture = start(net, call)
    capture.signal(signal.SIGSTOP)
    frames = 1500
    fill(tunnel, call, frames)
    counted = tunnel.statistics()
    assert counted["rx accepted"] - before["rx accepted"] == frames
    assert counted["rx lost"] == counted["pty dropped"] == 0
    expect_traffic(tunnel, call, 3)
    capture.signal(signal.SIGCONT)
    captured, dropped = end(capture)
    packets = stored(net)
    assert len(packets) == captured and dropped > 0
    sent = tunnel.statistics()
    assert captured + dropped >= frames + sent["tx acks"] - before["tx acks"]
    assert f"{dropped} dropped: they came faster than they could be taken" in capture.stderr.text


def descriptors(tunnel):
    return len(os.listdir(f"/proc/{tunnel.process.pid}/fd"))


def test_a_killed_pptpctl_ends_the_copying(net, up):
    tunnel, call = up
    before = descriptors(tunnel)
    capture = start(net, call)
    expect_traffic(tunnel, call, 1)
    assert descriptors(tunnel) == before + 1
    capture.kill()
    net.client.syslog.wait("the capture of this call has ended")
    wait_until(lambda: descriptors(tunnel) == before, what="the descriptor is closed")
    expect_traffic(tunnel, call, 2)


# --- the socket that is passed ------------------------------------------------------------------

def capture_request(call):
    return lc.record(lc.CAPTURE_REQUEST, struct.pack("!HH", lc.VERSION, call.client_call_id))


def pipe_end():
    read_end, write_end = os.pipe()
    os.close(read_end)
    return write_end


def stream_end():
    return socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)[0].detach()


def to_the_manager(net):
    return net.client.call(lc.connected).detach()


def internet_socket(net):
    return net.client.call(lambda: socket.socket(socket.AF_INET, socket.SOCK_DGRAM)).detach()


@pytest.mark.parametrize("other", [None, pipe_end, stream_end, to_the_manager, internet_socket])
def test_a_descriptor_that_is_no_socket_pair_of_the_client_s_is_refused(net, up, other):
    tunnel, call = up
    [manager] = net.managers()
    before = len(os.listdir(f"/proc/{manager}/fd"))
    client = lc.LocalClient(net.client, 0, 0)
    passed = [other(*[net] * len(inspect.signature(other).parameters))] if other else []
    client.send(capture_request(call), passed)
    assert b"no socket that it has made itself" in client.expect(lc.CALL_ENDED)
    client.close()
    for fd in passed:
        os.close(fd)
    wait_until(lambda: len(os.listdir(f"/proc/{manager}/fd")) == before, what="all are closed")
    expect_traffic(tunnel, call, 1)


def test_a_socket_that_blocks_and_that_nobody_reads_stops_neither_gateway_nor_manager(net, up):
    tunnel, call = up
    mine, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    theirs.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 1)
    client = lc.LocalClient(net.client, 0, 0)
    client.send(capture_request(call), [theirs.fileno()])
    client.expect(lc.CAPTURE_STARTED)
    net.client.syslog.wait("a capture of this call has begun")
    theirs.setblocking(True)
    for number in range(20):
        expect_traffic(tunnel, call, number)
        call.connection.send(EchoRequest(identifier=number))
        call.connection.expect(EchoReply)
    client.send(lc.SAMPLES[lc.CAPTURE_STOP])
    ended = client.expect(lc.CAPTURE_ENDED)
    assert struct.unpack("!IQ", ended[:12])[1] > 20
    for thing in (mine, theirs, client):
        thing.close()


def test_a_manager_that_is_told_to_end_tells_who_watches(net, server, manager):
    net.dial()
    call = net.wait_up(server.take_call())
    capture = start(net, call)
    manager.signal(signal.SIGTERM)
    call.expect_hang_up()
    assert capture.wait_exit(5 * SLOW) == 0
    assert "the call has ended: " in capture.stderr.text
    assert CallClearRequest in [type(s.message) for s in pcap.control(stored(net))]


def test_a_manager_that_goes_ends_it_and_the_call_goes_on(net, server, manager):
    tunnel = net.dial()
    call = net.wait_up(server.take_call())
    capture = start(net, call)
    new = net.manager("--take-over")
    new.wait_line("took over")
    assert capture.wait_exit(5 * SLOW) == 0
    expect_traffic(tunnel, call, 1)
    second = start(net, call, file="/run/lab/second")
    expect_traffic(tunnel, call, 2)
    captured, _ = end(second)
    assert captured == len(stored(net, "/run/lab/second")) >= 2
