# SPDX-License-Identifier: GPL-2.0-or-later
"""pptp-linux's command line, option by option, by its effect on the wire and on the host."""
import os

import pytest

from lab.lines import wait_until
from lab.pty import Pty
from lab.tunnel import SLOW, expect_clean
from lab.wire import SetLinkInfo, StartControlConnectionReply, StartControlConnectionRequest
from ppp_frames import data

SERVER = "10.9.0.2"


@pytest.fixture
def pptp(net):
    """Starts pptp with exactly these words, on a pty: (process, pty)."""
    ptys = []

    def start(*words):
        ptys.append(Pty())
        return ptys[-1].start(net.client, net.pptp, *words, env=net.environment()), ptys[-1]
    yield start
    for pty in ptys:
        pty.close()


# --- where options stand --------------------------------------------------------------------------

@pytest.mark.parametrize("words", [
    [SERVER, "--nolaunchpppd", "--phone", "123", "--logstring", "office"],
    ["--nolaunchpppd", "--phone", "123", "--logstring", "office", SERVER],
    ["--phone=123", SERVER, "--logstring=office", "--nolaunchpppd"],
    ["--nol", "--ph", "123", SERVER, "--logs", "office"],
    ["--p=123", "--logs=office", "--nola", "--", SERVER],
    [SERVER, "--phone", "9", "--nolaunchpppd", "--phone", "123", "--logstring", "office"]],
    ids=["after-host", "before-host", "around-host", "abbreviated", "double-dash", "twice"])
def test_options_mean_the_same_wherever_they_stand(net, server, pptp, words):
    process, pty = pptp(*words)
    call = server.take_call()
    assert call.request.phone_number == b"123"
    [connection] = net.status()["connections"]
    assert connection["calls"][0]["name"] == "office"
    pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)
    assert process.stderr.all == []


def test_after_a_double_dash_no_word_is_an_option_of_ours(net, server, pptp):
    process, _ = pptp(SERVER, "--nolaunchpppd", "--", "--phone", "123")
    assert server.take_call().request.phone_number == b""
    assert "--phone" in process.stderr.text  # pppd's, and nobody to tell it


def test_version_and_help_go_to_stdout_and_succeed(net):
    version = net.client.run(net.pptp, "--version")
    assert version.stdout.startswith("pptp version ") and version.stdout.count("\n") == 1
    assert "--nolaunchpppd" in net.client.run(net.pptp, "--help").stdout


@pytest.mark.parametrize("words", [[], ["--no-such-option"], ["-v"], [SERVER, "--no"]],
                         ids=lambda words: " ".join(words) or "nothing")
def test_wrong_usage_is_answered_by_the_usage_text_on_stderr(net, words):
    done = net.client.run(net.pptp, *words, check=False)
    assert done.returncode == 1 and done.stdout == ""
    assert "--nolaunchpppd" in done.stderr


@pytest.mark.parametrize("words, expected", [
    (["--timeout", "11"], "seconds from 0.01 to 10"), (["--idle-wait", "-1"], "seconds from 0"),
    (["--max-echo-wait", "x"], "seconds from 0"), (["--missing-window", "-1"], "packets from 1"),
    (["--localbind", "10.9.0"], "an IPv4 or IPv6 address"), (["--test-type", "4"], "from 0 to 3"),
    (["--phone", "1" * 65], "at most 64 characters"), (["--rtmark", "0x"], "a number from 0"),
    (["--loglevel", "9"], "0, 1 or 2")], ids=lambda value: value[0] if len(value) == 2 else "")
def test_a_bad_value_is_answered_by_the_word_and_the_range(net, words, expected):
    done = net.client.run(net.pptp, SERVER, "--nolaunchpppd", *words, check=False)
    assert done.returncode == 2
    [line] = done.stderr.splitlines()
    assert f"{words[0]} takes " in line and expected in line and f", not '{words[1]}'" in line


# --- what they do to the log ----------------------------------------------------------------------

@pytest.mark.parametrize("level, least, most", [(0, 0, 0), (1, 2, 6), (2, 3, 100)])
def test_loglevel_sets_how_much_the_tunnel_says(net, server, level, least, most):
    tunnel = net.dial("--loglevel", str(level), "--logstring", "mine")
    call = server.take_call()
    for seq in (0, 0, 1):
        call.data.send(data(seq), seq=seq)
    tunnel.pty.recv_all()
    tunnel.pty.close()
    call.expect_hang_up()
    assert tunnel.wait_exit(2) == 0
    net.client.syslog.wait("mine: hung up" if level else "removed the host route")
    assert least <= len(net.client.syslog.find("mine: ")) <= most


# --- what they do to packets ----------------------------------------------------------------------

def test_rtmark_marks_every_packet_of_tcp_and_gre(net, server):
    net.client.nft("table ip marks { chain out { type filter hook output priority 0\n"
                   "ip daddr 10.9.0.2 meta mark != 42 drop\n }\n }\n")
    tunnel = net.dial("--rtmark", "42")
    call = server.take_call()
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)
    tunnel.pty.close()
    call.expect_hang_up()


def test_localbind_is_the_source_of_tcp_and_gre(net, server):
    net.client.ip("address", "add", "10.9.0.33/24", "dev", "eth0")
    tunnel = net.dial("--localbind", "10.9.0.33")
    call = server.take_call()
    assert call.connection.client == "10.9.0.33"
    tunnel.pty.send(data(1))
    assert call.data.recv_data().source == "10.9.0.33"
    call.data.send(data(2))
    assert tunnel.pty.recv() == data(2)


def test_localbind_to_an_address_that_is_not_ours_is_named(net, server):
    tunnel = net.dial("--localbind", "10.77.0.1")
    tunnel.expect_failure(4, SERVER, "assign requested address|10.77.0.1", within=1.5)
    expect_clean(net.client)


def test_device_is_where_tcp_and_gre_go(net, server):
    net.client.ip("link", "add", "wrong", "type", "veth", "peer", "name", "nowhere")
    net.client.ip("address", "add", "10.9.0.200/24", "dev", "wrong")
    net.client.link_up("wrong")
    net.client.link_up("nowhere")
    net.dial("--device", "wrong", "--connect-timeout", "0.5").expect_failure(4, SERVER, within=2.5)
    tunnel = net.dial("--device", "eth0")
    call = server.take_call()
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)


# --- --test-type, --test-rate ---------------------------------------------------------------------

@pytest.mark.parametrize("kind, rate, order", [
    (0, 4, [0, 1, 2, 3, 4, 5, 6, 7]), (1, 4, [0, 1, 3, 2, 4, 5, 7, 6]),
    (2, 12, [11, *range(11), 23, *range(12, 23)]), (3, 12, [*range(11, -1, -1),
                                                            *range(23, 11, -1)])],
    ids=["in-order", "swap", "last-first", "reverse"])
def test_test_type_damages_the_order_of_what_is_sent(net, server, kind, rate, order):
    tunnel = net.dial("--test-type", str(kind), "--test-rate", str(rate))
    call = server.take_call()
    for number in range(len(order)):
        tunnel.pty.send(data(number))
    packets = [call.data.recv_data().gre for _ in order]
    assert [packet.seq for packet in packets] == order
    assert [packet.payload for packet in packets] == [data(number) for number in order]


# --- --quirks -------------------------------------------------------------------------------------

def test_quirks_bezeq_israel_changes_three_messages(net, server):
    """As an Orckit modem wants them: pptp-linux's defaults for it."""
    net.dial("--quirks", "BEZEQ_ISRAEL")
    connection = server.accept()
    start = connection.expect(StartControlConnectionRequest)
    assert (start.framing, start.bearer, start.firmware) == (1, 1, 0x6021)
    assert (start.host_name, start.vendor) == (b"RELAY_PPP1", b"MS Win NT")
    connection.send(StartControlConnectionReply())
    call = server.answer_call(connection)
    assert call.request.bearer_type == 2
    assert (call.request.phone_number, call.request.phone_number_length) == (b"RELAY_PPP1", 10)
    info = connection.expect(SetLinkInfo)
    assert info == SetLinkInfo(peer_call_id=call.call_id, send_accm=0xFFFFFFFF,
                               receive_accm=0xFFFFFFFF)


def test_without_the_quirk_nothing_of_it_is_sent(net, server):
    net.dial()
    call = server.take_call()
    assert b"RELAY" not in call.request.phone_number + call.connection.start_request.host_name
    call.connection.expect_nothing(0.3)


# --- what is left of the caller's process ---------------------------------------------------------

def test_pptp_stays_the_process_that_was_started(net, server):
    """With --nolaunchpppd it never daemonises: pppd waits for its child."""
    tunnel = net.dial("--debug")
    server.take_call()
    assert tunnel.process.running
    name = f"/proc/{tunnel.process.pid}/comm"
    with open(name, encoding="ascii") as comm:
        assert comm.read().strip() == "pptp"
    [manager] = net.managers()
    assert os.getpgid(manager) != os.getpgid(tunnel.process.pid)
    assert wait_until(lambda: os.getsid(manager) != os.getsid(tunnel.process.pid), 2 * SLOW)
