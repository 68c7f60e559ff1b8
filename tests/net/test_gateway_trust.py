# SPDX-License-Identifier: GPL-2.0-or-later
"""A gateway that has its right by the file capability believes the system's call manager and nobody else.

Otherwise each member of the group would hear and speak in the calls of all others. The attackers here are
members of the group who run pptp-gre with a channel and settings that they have made themselves.
"""
import contextlib
import os
import signal
import socket
import struct

import pytest

import users
from lab import hdlc, programs
from lab import local_client as lc
from lab.lines import wait_until
from lab.process import proc_status
from lab.pty import Pty
from lab.tunnel import SLOW
from ppp_frames import data
from test_privileges import raw_sockets, taken_descriptor
from traffic import expect_traffic

MANAGER_UNREACHABLE = 10  # exit status
SO_MARK = 36
WHAT_TO_DO = ("does not trust", "pptp-callmgr.socket", "group dip")

# Becomes a gateway whose channel is as the first word says. Its child speaks for the manager and reports on stderr.
LIAR = """
import os, socket, sys
kind, gateway, settings, *records = sys.argv[1:]
place = "/run/lab/user/liar.sock"
if kind == "socket pair":
    channel, liar = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
else:
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    listener.bind(place)
    os.chmod(place, 0o777)
    listener.listen()
    if kind == "accepted from root":
        print("listens", file=sys.stderr, flush=True)
        channel, _ = listener.accept()
    else:
        channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        channel.connect(place)
        liar, _ = listener.accept()
if kind != "accepted from root" and os.fork() == 0:
    channel.close()
    os.close(0), os.close(1)
    for record in records:
        liar.send(bytes.fromhex(record))
    while said := liar.recv(9000):
        print("the gateway says", said[0], file=sys.stderr, flush=True)
    sys.exit()
read_end, write_end = os.pipe()
os.write(write_end, bytes.fromhex(settings))
os.dup2(channel.fileno(), 13), os.dup2(read_end, 14)
os.dup2(13, 3), os.dup2(14, 4)
os.closerange(5, 30)
os.execv(gateway, ["pptp-gre", "vpn"])
"""

# Asks the system's manager for a call as pptp does, and gives the gateway other settings than pptp would.
ASKS = """
import os, socket, sys
gateway, settings, request = sys.argv[1:]
channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
channel.connect("/run/pptp/callmgr.sock")
channel.recv(9000)
channel.send(bytes.fromhex(request))
read_end, write_end = os.pipe()
os.write(write_end, bytes.fromhex(settings))
os.dup2(channel.fileno(), 13), os.dup2(read_end, 14)
os.dup2(13, 3), os.dup2(14, 4)
os.closerange(5, 30)
os.execv(gateway, ["pptp-gre", "vpn"])
"""


@pytest.fixture
def capable(net):
    """The gateway as it is installed: with the file capability."""
    users.add_pptp(net.client)
    users.own_socket(net.client)
    users.gateway_with(net.client, "cap_net_raw+p")


def member_runs(net, script, *words, **start):
    return net.client.start("/usr/bin/python3", "-c", script, *words, env=net.environment(),
                            **{**users.IN_GROUP, **start})


def records_of(net, call):
    """What the manager would say to the gateway of this call."""
    return [lc.call_assigned(call.client_call_id, net.server.address, net.client.address).hex(),
            lc.record(lc.CALL_CONNECTED, struct.pack("!HIHH", call.data.own_call_id, 10_000_000, 64, 0)).hex()]


@pytest.mark.parametrize("kind", ("socket pair", "listener", "accepted from root"))
def test_a_member_of_the_group_neither_reads_nor_injects_in_root_s_call(net, server, capable, up, kind):
    tunnel, call = up
    liar = member_runs(net, LIAR, kind, programs.installed().gateway, lc.gateway_settings().hex(),
                       *records_of(net, call), stdin="pipe")
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it may have been refused, and have ended, already
        if kind == "accepted from root":
            liar.wait_line("listens")
            root = net.client.call(lambda: lc.connected("/run/lab/user/liar.sock"))
            for record in records_of(net, call):
                root.send(bytes.fromhex(record))
        liar.write(hdlc.encode(data(66)))
    assert liar.wait_exit(5 * SLOW) == MANAGER_UNREACHABLE, liar.stderr.text
    for words in WHAT_TO_DO:
        assert words in liar.stderr.text
    assert "the gateway says" not in liar.stderr.text
    expect_traffic(tunnel, call, 10)
    assert liar.stdout.all == []
    assert data(66) not in [packet.gre.payload for packet in server.gre.drain()]


def test_a_manager_of_a_user_s_own_gets_no_call_by_the_file_capability(net, server, capable):
    tunnel = net.dial("--nohostroute", env=users.OWN_SOCKET, **users.IN_GROUP)
    tunnel.expect_failure(MANAGER_UNREACHABLE, users.OWN_SOCKET["PPTP_CALLMGR_SOCKET"], f"uid {users.NOBODY}",
                          *WHAT_TO_DO, within=5)
    assert not net.client.sockets("raw")


def test_a_member_of_the_group_calls_by_the_manager_that_root_has_started(net, server, capable, manager):
    tunnel = net.dial(**users.IN_GROUP)
    expect_traffic(tunnel, server.take_call())


def test_the_id_of_a_call_that_is_over_is_taken_until_its_gateway_has_gone(net, server, manager):
    """The gateway may still hold the socket that takes the packets of that id."""
    client, call = lc.call_up(net.client, users.NOBODY, users.DIP, server)
    call.connection.close()
    client.expect(lc.CALL_ENDED)
    wanted = ("--call-id", str(call.client_call_id))
    net.dial(*wanted).expect_failure(6, f"call ID {call.client_call_id} is in use", within=5)
    client.close()
    tunnel = net.dial(*wanted)
    expect_traffic(tunnel, server.take_call())


def test_a_channel_has_one_call_and_not_another_one_after_it(net, server, manager):
    client, call = lc.call_up(net.client, users.NOBODY, users.DIP, server)
    call.connection.close()
    client.expect(lc.CALL_ENDED)
    client.send(lc.call_request(client.network_namespace, server.address))
    assert client.receive() == (None, b"")
    net.client.syslog.wait("it asked for a second call")


def test_a_gateway_that_was_stopped_delivers_nothing_of_the_next_call_with_its_id(net, server, capable, manager):
    """Its user stops it, ends its call behind its back, and waits until somebody else's call has its id."""
    stopped = net.dial(**users.IN_GROUP)
    call = net.wait_up(server.take_call())
    expect_traffic(stopped, call)
    seen = len(stopped.pty.decoder.raw)
    master = taken_descriptor(stopped.process.pid, 1)  # without it the kernel forgets what nobody has read
    stopped.process.signal(signal.SIGSTOP)
    wait_until(lambda: proc_status(stopped.process.pid)["State"].startswith("T"))
    with socket.socket(fileno=taken_descriptor(stopped.process.pid, 3)) as channel:
        channel.shutdown(socket.SHUT_RDWR)
    call.expect_hang_up()
    root_s = net.dial("--call-id", str(call.client_call_id))
    next_call = server.take_call()
    expect_traffic(root_s, next_call, 10)
    expect_traffic(root_s, next_call, 12)  # with the number that the stopped gateway expects
    stopped.process.signal(signal.SIGCONT)
    assert stopped.wait_exit(5) == MANAGER_UNREACHABLE
    stopped.pty.read(0.2)
    os.close(master)
    assert bytes(stopped.pty.decoder.raw[seen:]) == b""


def test_a_mark_that_only_the_gateway_was_told_of_is_not_set(net, server, capable, manager):
    """A mark is for root. The manager, which says so, knows of none here."""
    inode = lc.LocalClient(net.client, users.NOBODY, users.DIP).network_namespace
    pty = Pty()
    attacker = pty.start(net.client, "/usr/bin/python3", "-c", ASKS, programs.installed().gateway,
                         lc.gateway_settings(mark=5).hex(), lc.call_request(inode, net.server.address).hex(),
                         env=net.environment(), **users.IN_GROUP)
    call = server.take_call()
    net.wait_up(call)
    sockets = raw_sockets(net, attacker.pid)
    assert len(sockets) == 2
    for gre in sockets:
        assert gre.getsockopt(socket.SOL_SOCKET, SO_MARK) == 0
        gre.close()
    pty.close()
    wait_until(lambda: not attacker.running)
