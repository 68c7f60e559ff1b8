# SPDX-License-Identifier: GPL-2.0-or-later
"""SIGUSR1 prints pptp-linux's lines, with the same names, and with correct numbers.

Three of pptp-linux's numbers are wrong (defect 11): "rx acks" stays 0, "rx lost" is wrong with
--nobuffer, and the round trip has another unit than its manual says.
"""
import re
import signal
import time

import pytest

from lab.lines import wait_until
from lab.process import proc_status
from lab.tunnel import SLOW
from lab.wire import OutgoingCallRequest
from ppp_frames import data

NAMES = ["rx accepted", "rx lost", "rx under win", "rx over  win", "rx buffered", "rx OS errors",
         "rx truncated", "rx invalid", "rx acks", "tx sent", "tx failed", "tx short", "tx acks",
         "tx oversize", "round trip"]


@pytest.fixture
def up(net, server):
    tunnel = net.dial()
    return tunnel, net.wait_up(server.take_call())


def receive(tunnel, call, *sequence_numbers, quiet=0.5):
    for number in sequence_numbers:
        call.data.send(data(number), seq=number)
    tunnel.pty.recv_all(quiet * SLOW)


def expect(tunnel, **counts):
    """These counters have these values, and of pptp-linux's every other "rx" one is 0."""
    seen = tunnel.statistics()
    zero = {re.sub(" +", "_", name): 0 for name in NAMES if name.startswith("rx")}
    wanted = {**zero, **counts}
    assert {name: seen[name.replace("_", " ")] for name in wanted} == wanted


def test_the_lines_are_pptp_linux_s_in_its_order(net, up):
    tunnel, _ = up
    tunnel.process.signal(signal.SIGUSR1)
    net.client.syslog.wait("round trip")
    lines = [line.split(": ", 1)[1] for line in net.client.syslog.all]
    at = lines.index("GRE statistics:")
    for name, line in zip(NAMES, lines[at + 1:]):
        assert re.fullmatch(rf"{name} *= \d+( usecs)?", line) and line[13] == "="
    assert lines[at + 15].endswith(" usecs")


def test_asked_for_before_the_call_is_up_they_come_when_it_is(net, server):
    tunnel = net.dial("--loglevel", "2")
    connection = server.establish()
    call = server.call_from(connection, connection.expect(OutgoingCallRequest, 3 * SLOW))
    tunnel.process.signal(signal.SIGUSR1)
    wait_until(lambda: int(proc_status(tunnel.process.pid)["ShdPnd"], 16) == 0)
    assert not net.client.syslog.find("GRE statistics")
    connection.send(call.reply())
    net.client.syslog.wait("GRE statistics")


def test_lost_late_and_early_packets_are_told_apart(up):
    tunnel, call = up
    receive(tunnel, call, 0, 1, 4, 3, 6, 5)  # 2 is lost; 4, 3, 6 and 5 wait for it
    receive(tunnel, call, 2, 5)  # late, and a duplicate
    expect(tunnel, rx_accepted=6, rx_lost=1, rx_buffered=4, rx_under_win=2)


def test_without_a_buffer_what_is_missing_counts_as_lost(net, server):
    tunnel = net.dial("--nobuffer")
    call = server.take_call()
    receive(tunnel, call, 0, 1, 5, 3, 6, quiet=0.2)
    counts = tunnel.statistics()
    assert (counts["rx accepted"], counts["rx lost"], counts["rx under win"]) == (4, 3, 1)


def test_a_packet_too_far_ahead_counts_as_over_the_window(up):
    tunnel, call = up
    receive(tunnel, call, 0, 50_000, 1, quiet=0.2)
    expect(tunnel, rx_accepted=2, rx_over_win=1)


def test_packets_that_are_not_whole_or_not_ours_are_counted_apart(up):
    tunnel, call = up
    call.data.send(data(0), seq=0, length=200)
    call.data.send(data(0), seq=0, flags=0x3009)
    call.data.send(data(0), seq=0, flags=0x3801)
    receive(tunnel, call, 0, quiet=0.2)
    expect(tunnel, rx_accepted=1, rx_truncated=1, rx_invalid=2)


def test_acknowledgements_count_when_they_come_alone(up):
    tunnel, call = up
    tunnel.pty.send(data(0))
    call.data.recv_data()
    for _ in range(3):
        call.data.send_ack(0)
    call.data.send(data(0), ack=0)
    tunnel.pty.recv()
    expect(tunnel, rx_accepted=1, rx_acks=3, tx_sent=1)


def test_what_could_not_be_sent_is_counted(net, up):
    tunnel, call = up
    tunnel.pty.send(data(0))
    call.data.recv_data()
    net.client.nft("table ip own { chain out { type filter hook output priority 0\n"
                   "meta l4proto gre drop\n }\n }\n")
    for number in range(3):
        tunnel.pty.send(data(number))
    tunnel.pty.write(b"\x7e" + b"A" * 5000 + b"\x7e")
    wait_until(lambda: tunnel.statistics()["tx failed"] == 3)
    expect(tunnel, tx_sent=1, tx_failed=3, tx_oversize=1)


def test_bare_acknowledgements_of_ours_are_counted(up):
    tunnel, call = up
    for number in range(3):
        call.data.send(data(number))
        call.data.recv_ack(number)
    expect(tunnel, rx_accepted=3, tx_acks=3, tx_sent=0)


def test_the_round_trip_is_in_microseconds(up):
    tunnel, call = up
    assert tunnel.statistics()["round trip"] == 0  # not measured
    sent = time.monotonic()
    tunnel.pty.send(data(0))
    call.data.recv_data()
    time.sleep(0.1)  # what is measured
    call.data.send_ack(0)
    took = wait_until(lambda: tunnel.statistics()["round trip"])
    assert 100_000 <= took <= 1e6 * (time.monotonic() - sent)
