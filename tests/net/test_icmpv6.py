# SPDX-License-Identifier: GPL-2.0-or-later
"""ICMPv6 about a call's GRE packets is reported like ICMP over IPv4, and harmless if it is forged."""
import os
import signal
import time

import pytest

from lab.gre_socket import GreSocket
from lab.ip_packets import TOO_BIG, Icmp6Socket, ipv6_packet
from lab.lines import wait_until
from lab.wire import Gre, StartControlConnectionReply, StartControlConnectionRequest
from over_ipv6 import CLIENT, SERVER
from ppp_frames import data, numbers
from traffic import expect_traffic, passes_again

TOO_LONG = "Message too long"  # EMSGSIZE
IGNORED_MTUS = (0, 1, 68, 576, 1279, 1500, 9000, 65535, 0xFFFFFFFF)
ICMP_TYPES = (0, 1, TOO_BIG, 3, 4, 5, 100, 127)  # of errors, RFC 4443 and not
FLOOD = 10_000  # messages; the socket's buffer takes this many:
FLOOD_HEARD = 1000
IDLE_SHARE = 0.1  # of a processor; who turns in a circle takes all of it
WINDOW = 1.0  # s in which that is measured


@pytest.fixture
def up(net6, server6):
    tunnel = net6.dial("--loglevel", "2", server=SERVER)
    return tunnel, net6.wait_up(server6.take_call())


@pytest.fixture
def forger(net6):
    with Icmp6Socket(net6.server, CLIENT) as socket:
        yield socket


def ours(call_id, size=1400):
    """The packet with a frame of that size that a message is about."""
    return ipv6_packet(CLIENT, SERVER, Gre(call_id, bytes(size), seq=0).build())[:200]


def counted(tunnel, messages):
    wait_until(lambda: tunnel.statistics()["rx OS errors"] >= messages, what="all are counted",
               interval=0.2)
    assert tunnel.statistics()["rx OS errors"] == messages


def processor_time(pid):
    with open(f"/proc/{pid}/schedstat", encoding="ascii") as schedstat:
        return int(schedstat.read().split()[0]) / 1e9


# --- forged ---------------------------------------------------------------------------------------

def test_an_mtu_that_cannot_be_is_counted_and_changes_nothing(net6, up, forger):
    """RFC 8201 section 4: none below 1280 counts, and none may grow by such a message."""
    tunnel, call = up
    for mtu in IGNORED_MTUS:
        forger.send(TOO_BIG, 0, ours(call.call_id), rest=mtu)
    counted(tunnel, len(IGNORED_MTUS))
    expect_traffic(tunnel, call, size=1400)
    assert tunnel.statistics()["path MTU"] == 1500
    assert net6.client.syslog.find(TOO_LONG) == []


def test_a_message_about_another_call_is_counted_and_not_said(net6, up, forger):
    """The kernel believes it: packets of ours are sent in fragments then."""
    tunnel, call = up
    other_gre = ipv6_packet(CLIENT, SERVER, Gre(call.call_id, bytes(1400), seq=0).build(protocol=0x0800))
    for about in (ours(call.call_id ^ 1), other_gre[:200]):
        forger.send(TOO_BIG, 0, about, rest=1300)
    forger.send(TOO_BIG, 0, ours(call.call_id)[:47], rest=1300)  # the kernel passes on no less than 48
    counted(tunnel, 2)
    expect_traffic(tunnel, call, size=1400)
    assert tunnel.statistics()["path MTU"] == 1300
    assert net6.client.syslog.find(TOO_LONG) == []


def test_one_that_the_kernel_believes_is_said_once(net6, up, forger):
    tunnel, call = up
    for mtu in (1400, 1300, 1280, 1450):
        forger.send(TOO_BIG, 0, ours(call.call_id), rest=mtu)
    counted(tunnel, 4)
    expect_traffic(tunnel, call, size=1400)
    assert tunnel.statistics()["path MTU"] == 1280
    assert len(net6.client.syslog.find(f"{TOO_LONG}.*set mtu 1(336|236|216) in pppd's options")) == 1


def test_no_icmpv6_error_ends_the_tunnel(up, forger):
    """Every code of every error, about a packet of ours, of another call's, and half of one."""
    tunnel, call = up
    for about in (ours(call.call_id), ours(call.call_id ^ 1), ours(call.call_id)[:52]):
        for kind in ICMP_TYPES:
            for code in (*range(8), 255):
                forger.send(kind, code, about, rest=1400)
                tunnel.pty.send(data(code))
        passes_again(tunnel, call)
    assert tunnel.statistics()["rx OS errors"] > len(ICMP_TYPES)


def test_a_flood_costs_no_frame_and_leaves_the_gateway_idle(net6, up, forger):
    """More than are taken at once. An error queue that is not emptied would keep the gateway awake for
    ever."""
    tunnel, call = up
    os.kill(tunnel.process.pid, signal.SIGSTOP)
    for number in range(10):
        call.data.send(data(number))
        tunnel.pty.send(data(number))
    for _ in range(FLOOD):
        forger.send(TOO_BIG, 0, ours(call.call_id), rest=1400)
    os.kill(tunnel.process.pid, signal.SIGCONT)
    assert numbers(call.data.recv_data().gre.payload for _ in range(10)) == [*range(10)]
    assert numbers(tunnel.pty.recv() for _ in range(10)) == [*range(10)]
    counts = tunnel.statistics()
    assert counts["rx OS errors"] > FLOOD_HEARD and counts["tx failed"] == counts["tx oversize"] == 0
    assert len(net6.client.syslog.find(TOO_LONG)) == 1
    before = processor_time(tunnel.process.pid)
    time.sleep(WINDOW)  # what is measured: it has nothing to do
    assert processor_time(tunnel.process.pid) - before < IDLE_SHARE * WINDOW


def test_what_comes_before_the_call_is_not_the_call_s(net6, server6, forger):
    tunnel = net6.dial(server=SERVER)
    connection = server6.accept()
    connection.expect(StartControlConnectionRequest)
    wait_until(lambda: net6.client.sockets("raw"), what="the gateway's sockets")
    for _ in range(20):
        forger.send(TOO_BIG, 0, ours(1), rest=1400)
    connection.send(StartControlConnectionReply())
    call = net6.wait_up(server6.answer_call(connection))
    expect_traffic(tunnel, call)
    assert tunnel.statistics()["rx OS errors"] == 0


# --- true -----------------------------------------------------------------------------------------

@pytest.mark.parametrize("answer, said", [
    ("admin-prohibited", "No route to host .*a firewall rejects GRE"),
    ("port-unreachable", "Connection refused .*the server does not accept GRE"),
    ("no-route", None), ("addr-unreachable", None)])
def test_what_a_firewall_answers_by_is_said_as_over_ipv4(net6, up, answer, said):
    tunnel, call = up
    net6.server.sysctl("net.ipv6.icmp.ratelimit", 0)
    net6.server.nft("table ip6 fence { chain in { type filter hook input priority 0\n"
                    f"meta l4proto gre reject with icmpv6 type {answer}\n }}\n }}\n")

    def said_of_it():
        tunnel.pty.send(data(1))
        return net6.client.syslog.find(f"GRE to {SERVER}: {said or ''}")
    if said:
        wait_until(said_of_it, what=said)
    else:
        wait_until(lambda: said_of_it() or tunnel.statistics()["rx OS errors"] > 0, interval=0.2)
    net6.server.nft("delete table ip6 fence\n")
    passes_again(tunnel, call)
    assert bool(said) == bool(net6.client.syslog.find(f"GRE to {SERVER}: "))


def test_a_server_that_has_nothing_for_gre_any_more_is_named(net6, server6, up):
    """Its kernel answers "unrecognized next header"."""
    tunnel, call = up
    net6.server.sysctl("net.ipv6.icmp.ratelimit", 0)
    server6.gre.close()

    def said():
        tunnel.pty.send(data(1))
        return net6.client.syslog.find(f"GRE to {SERVER}: Protocol not available .*the server does not accept GRE")
    wait_until(said)
    server6.gre = call.data.gre = GreSocket(net6.server, SERVER)
    passes_again(tunnel, call)


def test_a_call_that_has_lost_its_route_can_be_asked_for_its_figures(net6, server6):
    """The gateway asks the kernel for the path's MTU by connecting anew. The manager would set a host route again."""
    tunnel = net6.dial("--nohostroute", server=SERVER)
    call = net6.wait_up(server6.take_call())
    net6.client.ip("-6", "route", "delete", "fd09::/64", "dev", "eth0")
    tunnel.pty.send(data(1))
    net6.client.syslog.wait("no route to the server")
    assert "path MTU" in tunnel.statistics()
    net6.client.ip("-6", "route", "add", "fd09::/64", "dev", "eth0")
    passes_again(tunnel, call)
    assert tunnel.statistics()["path MTU"] == 1500
