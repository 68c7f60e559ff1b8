# SPDX-License-Identifier: GPL-2.0-or-later
"""The log has pptp-linux's words if the event is the same, so that log readers keep working.

The words come from the message catalogue of pptp-linux 1.10.0. Its message "bad bytes thrown away" is
missing here, because RFC 2637 section 1.4 forbids to continue after bad octets.
"""
import re
import signal

import pytest

from lab.tunnel import SLOW
from lab.wire import (EchoReply, EchoRequest, OutgoingCallRequest, SetLinkInfo,
                      StopControlConnectionRequest)
from ppp_frames import data


def logged(net, *patterns):
    """Each of them has a line, which comes behind that of the one before."""
    lines, at = net.client.syslog, 0
    for pattern in patterns:
        lines.wait(pattern, start=at)
        at = next(n for n, line in enumerate(lines.all) if n >= at and re.search(pattern, line)) + 1


def test_a_call_from_its_begin_to_its_end_by_pppd(net, server):
    tunnel = net.dial()
    call = net.wait_up(server.take_call())
    tunnel.pty.close()
    call.expect_hang_up()
    logged(net, r"Sent control packet type is 1 'Start-Control-Connection-Request'",
           r"Received Start Control Connection Reply", r"Client connection established\.",
           r"Sent control packet type is 7 'Outgoing-Call-Request'",
           r"Received Outgoing Call Reply\.",
           rf"Outgoing call established \(call ID {call.client_call_id}, "
           rf"peer's call ID {call.call_id}\)\.",
           r"The synchronous pptp option is NOT activated",
           r"Closing connection \(unhandled\)",
           r"Sent control packet type is 12 'Call-Clear-Request'",
           rf"Call disconnect notification received \(call id {call.call_id}\)",
           r"Result code is 4 '.+'\. Error code is 0, Cause code is 0",
           r"Sent control packet type is 3 'Stop-Control-Connection-Request'",
           r"Closing PPTP connection")


def test_lines_are_pptp_s_and_have_the_name_that_logstring_gives(net, server):
    net.dial("--logstring", "nm-pptp-service-4711")
    server.take_call()
    line = net.client.syslog.wait(r"GRE to .* is up.*").string
    assert re.match(r"pptp\[\d+\]: nm-pptp-service-4711: ", line)


def test_a_call_that_is_refused(net, server):
    net.dial()
    connection = server.establish()
    call = server.call_from(connection, connection.expect(OutgoingCallRequest))
    connection.send(call.reply(result=4, error=0, cause=17))
    logged(net, r"Received Outgoing Call Reply\.",
           rf"Our outgoing call request \[callid {call.client_call_id}\] has not been accepted\.",
           r"Result code is 4 '.+'\. Error code is 0, Cause code is 17",
           r"Closing connection \(call state\)")


@pytest.mark.parametrize("message, line", [
    (SetLinkInfo(peer_call_id=77), r"PPTP_SET_LINK_INFO received from peer_callid 77"),
    (EchoRequest(identifier=1), r"Echo Request received\."),
    (EchoReply(identifier=1), r"Echo Reply received\."),
    (EchoRequest().build(reserved0=0xBEEF), r"reserved0 field is not zero! \(0xbeef\)")],
    ids=["set-link-info", "echo-request", "echo-reply", "reserved0"])
def test_a_message_in_mid_call(net, server, message, line):
    net.dial()
    server.take_call().connection.send(message)
    logged(net, r"Outgoing call established", line)


def test_echoes_are_logged_ten_times(net, server):
    net.dial()
    connection = server.take_call().connection
    for identifier in range(30):
        connection.send(EchoRequest(identifier=identifier))
        connection.expect(EchoReply)
    logged(net, r"no more Echo Reply/Request packets will be reported\.")
    assert len(net.client.syslog.find("Echo|echo")) <= 12


@pytest.mark.parametrize("end, words", [
    (lambda call: call.connection.finish(), ["read returned zero, peer has closed"]),
    (lambda call: call.disconnect(result=1),
     ["Call disconnect notification received", "Result code is 1 ",
      r"Closing connection \(call state\)"]),
    (lambda call: call.connection.send(StopControlConnectionRequest(reason=3)),
     ["Stop-Control-Connection-Request"])], ids=["close", "disconnect", "stop"])
def test_an_end_by_the_server(net, server, end, words):
    tunnel = net.dial()
    end(server.take_call())
    tunnel.process.wait_exit(3 * SLOW)
    logged(net, *words)
    if words[0].startswith(("read", "Stop")):
        logged(net, "Closing PPTP connection")


def test_an_end_of_the_call_manager(net, server):
    manager = net.manager()
    manager.wait_line("listens on")
    net.dial()
    call = server.take_call()
    manager.signal(signal.SIGTERM)
    call.expect_hang_up()
    logged(net, r"Closing connection \(shutdown\)", "Closing PPTP connection")


def test_packets_that_are_discarded(net, server):
    tunnel = net.dial("--loglevel", "2")
    call = server.take_call()
    for seq in (0, 1, 0, 100_000, 2):
        call.data.send(data(seq), seq=seq)
    call.data.send(data(9), seq=3, length=500)
    call.data.send(data(9), seq=3)
    tunnel.pty.recv_all()
    logged(net, r"discarding duplicate or old packet 0 \(expecting 2\)",
           r"discarding bogus packet 100000 \(expecting 2\)", r"Discarding GRE: 30 1 88 B 1 F4")


@pytest.mark.parametrize("what, words", (("reject with tcp reset", "Connection refused"), ("drop", "timed out")))
def test_programs_that_watch_the_log_find_a_server_that_cannot_be_reached(net, what, words):
    net.server.nft("table ip t { chain in { type filter hook input priority 0\n" f"tcp dport 1723 {what}\n}}\n}}\n")
    assert net.dial("--connect-timeout", "1").wait_exit(10) != 0
    net.client.syslog.wait(f"pptp_callmgr.+Could not open control connection to {net.server.address}.*{words}", 5)


def test_the_names_of_the_processes(net, server):
    """`ps`, `killall` and monitoring look for them, and for the server in the gateway's words."""
    tunnel = net.dial()
    server.take_call()
    [manager] = net.managers()
    for pid, name in ((tunnel.process.pid, "pptp"), (manager, "pptpcm")):
        with open(f"/proc/{pid}/comm", encoding="ascii") as comm:
            assert comm.read().strip() == name
    gateway = str(tunnel.process.inner_pid)
    for find in ("pidof", "pptp"), ("pgrep", "-x", "pptp"), ("pgrep", "-f", server.address):
        assert gateway in net.client.run(*find).stdout.split()
    net.client.run("killall", "pptp")
    assert tunnel.wait_exit(5) == 0
