# SPDX-License-Identifier: GPL-2.0-or-later
"""Failures of the control connection, of the machine and of tunnels that were up, made on purpose.

The diagnosis names the cause. It also recognises a tunnel that works.
"""
import signal

import pytest

from lab.diagnosis import DROP, SOON, Attempt, changed, diagnosis, expect
from lab.ppp import CALLS, LOCAL_NET, PPTPD_CONF, SERVER_PPP_OPTIONS
from lab.scripted_server import ScriptedServer
from lab.wire import (OutgoingCallReply, OutgoingCallRequest, StartControlConnectionReply,
                      StartControlConnectionRequest)

NO_MPPE = ("require-mppe-128", "nomppe")
ECHO_AT_ONCE = ("debug", "debug lcp-echo-interval 1 lcp-echo-failure 4")


# --- the control connection ----------------------------------------------------------------------

def closes(connection):
    connection.close()


def speaks_http(connection):
    connection.expect(StartControlConnectionRequest)
    connection.send(b"HTTP/1.1 400 Bad Request\r\nServer: nginx\r\nConnection: close\r\n\r\n" * 3)


def refuses(connection):
    connection.expect(StartControlConnectionRequest)
    connection.send(StartControlConnectionReply(result=4))


def is_busy(connection):
    connection.expect(StartControlConnectionRequest)
    connection.send(StartControlConnectionReply())
    request = connection.expect(OutgoingCallRequest)
    connection.send(OutgoingCallReply(peer_call_id=request.call_id, call_id=1, result=4))


SERVERS = {"closed-at-once": (closes, "control-closed-at-once"),
           "web-server": (speaks_http, "control-not-pptp"),
           "not-authorised": (refuses, "control-refused"),
           "busy": (is_busy, "call-refused")}


@pytest.mark.parametrize("case", SERVERS)
def test_a_server_that_does_not_want_it(bare, case):
    client, server = bare
    answer, rule = SERVERS[case]
    with ScriptedServer(server, gre=False) as scripted:
        attempt = Attempt(client, server.address)
        answer(scripted.accept())
        expect(client, case, attempt.end().logs(), rule)


def test_a_server_that_accepts_and_is_silent(bare):
    client, server = bare
    with ScriptedServer(server, gre=False):
        logs = Attempt(client, server.address, (SOON,)).end(20).logs()
        expect(client, "silent", {"syslog": logs["syslog"]}, "control-not-answered")
        expect(client, "silent", {"terminal": logs["terminal"]}, "control-not-made")


UNREACHABLE = {"refused": ("", "tcp-refused"),
               "no-route": ("203.0.113.1", "tcp-network-unreachable"),
               "no-neighbour": ("192.0.2.77", "tcp-no-route-to-host"),
               "no-name": ("vpn.invalid", "server-name-unknown")}


@pytest.mark.parametrize("case", UNREACHABLE)
def test_no_tcp_connection(bare, case):
    client, server = bare
    address, rule = UNREACHABLE[case]
    expect(client, case, Attempt(client, address or server.address).end(20).logs(), rule)


def test_tcp_packets_are_dropped(bare):
    client, server = bare
    server.nft(DROP.format("input", "tcp dport 1723"))
    attempt = Attempt(client, server.address, pptp_options="--connect-timeout 2").end(20)
    expect(client, "tcp-dropped", attempt.logs(), "tcp-timed-out")


# --- the machine ---------------------------------------------------------------------------------

def test_no_device(client, server):
    client.run("rm", "/dev/ppp")
    try:
        expect(client, "no-device", Attempt(client, server.address).end().logs(), "no-ppp-device")
    finally:
        client.run("mknod", "-m", "600", "/dev/ppp", "c", "108", "0")


def test_no_ppp_async(client, server, no_module):
    no_module(client, "ppp_async")
    expect(client, "no-ppp-async", Attempt(client, server.address).end().logs(), "no-ppp-async")


def test_no_mppe(client, server, no_module):
    server.write_file("/etc/ppp/options.pptpd", changed(SERVER_PPP_OPTIONS, (NO_MPPE,)))
    no_module(client, "ppp_mppe")
    attempt = Attempt(client, server.address).end()
    expect(client, "no-mppe", attempt.logs(), "mppe-no-kernel-support")


def test_pptp_is_not_there(client, server):
    attempt = Attempt(client, server.address, (("exec ", ""),), pptp="/usr/sbin/nowhere/pptp").end()
    expect(client, "pptp-missing", {"terminal": attempt.logs()["terminal"]}, "pptp-not-found")


# --- once it is up -------------------------------------------------------------------------------

def test_a_working_tunnel_is_called_one(client, server):
    attempt = Attempt(client, server.address).wait_up().hang_up()
    for kind, lines in attempt.logs().items():
        found = diagnosis(client, f"healthy-{kind}", lines)
        assert found["verdict"] == "healthy", (found, lines)


def test_the_server_is_gone(client, server):
    attempt = Attempt(client, server.address, pptp_options="--idle-wait 1 --max-echo-wait 1")
    attempt.wait_up()
    server.unplug()
    expect(client, "server-gone", attempt.end().logs(), "control-echo-lost")


def test_ppp_alone_notices_that_the_server_is_gone(client, server):
    attempt = Attempt(client, server.address, (ECHO_AT_ONCE,)).wait_up()
    server.unplug()
    expect(client, "peer-gone", attempt.end().logs(), "peer-echo-lost")


def test_the_server_hangs_up(client, server):
    attempt = Attempt(client, server.address).wait_up()
    server.signal_all("pptpctrl", signal.SIGTERM)
    expect(client, "server-hangs-up", attempt.end().logs(), "server-hung-up")


def test_the_route_to_the_server_leads_into_the_tunnel(client, server):
    server.write_file("/etc/ppp/options.pptpd", changed(SERVER_PPP_OPTIONS, (ECHO_AT_ONCE,))
                      .replace("failure 4", "failure 20"))
    attempt = Attempt(client, server.address, (ECHO_AT_ONCE,)).wait_up()
    client.ip("route", "replace", server.address, "dev", "ppp0")
    expect(client, "route-loop", attempt.end().logs(), "route-loop-counters")


def test_the_server_gives_its_own_address_to_its_end(bare):
    """It works, because the host route to the server is older than the tunnel's."""
    client, server = bare
    server.start_pptpd(changed(PPTPD_CONF, ((f"localip {LOCAL_NET}.1-{CALLS}",
                                             f"localip {server.address}"),)))
    attempt = Attempt(client, server.address).wait_up().hang_up()
    expect(client, "address-conflict", attempt.logs(), "peer-is-server", "healthy")
