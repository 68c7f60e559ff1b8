# SPDX-License-Identifier: GPL-2.0-or-later
"""A bad path with MPPE: 20 ms each way, 1 % lost, 5 % out of order, some duplicated.

Stateless MPPE changes its key with every packet. It forgives a gap. A packet that comes late or twice
costs the receiver thousands of key changes, and everything after it is garbage.
"""
import re

import pytest

from lab import pppdump
from lab.ppp_tunnel import GreetingLost, iperf_result

PATH = "delay 20ms reorder 5% 50% loss 1% duplicate 1%"
PINGS, PINGS_BACK = 100, 85
MOST_LOST = 15  # per cent of the datagrams, on a slow processor too
DATAGRAMS = ("--udp", "--bitrate", "400K", "--length", "500")
RECORD = "/run/lab/record-netem"  # a file of its own: pppd appends
MOST_LOST_AT_ONCE = 300  # the window: a longer gap is none, but a number behind the last one
SECONDS = 5
LEAST_MOVED = 100_000  # bytes by TCP in that time, on a slow processor too


@pytest.fixture
def spoil_path(client, server):
    """Makes the path bad, once a tunnel is up: on this path pppd does not always come up."""
    def spoil():
        for host in (client, server):
            host.run("tc", "qdisc", "add", "dev", "eth0", "root", "netem", *PATH.split())
    yield spoil
    for host in (client, server):
        host.run("tc", "qdisc", "del", "dev", "eth0", "root", check=False)


def test_a_bad_path_costs_what_it_loses_and_pppd_sees_no_packet_late_or_twice(
        client, server, spoil_path):
    tunnel = client.dial(server, "alice", pppd_options=f"record {RECORD}").wait_up(60)
    spoil_path()
    done = client.run("ping", "-n", "-q", "-I", tunnel.device, "-c", PINGS, "-i", 0.05, "-W", 2,
                      tunnel.peer_ip, check=False)
    assert int(re.search(r"(\d+) received", done.stdout)[1]) >= PINGS_BACK, done.stdout
    assert "+" not in done.stdout, f"duplicates, errors: {done.stdout}"
    for direction in ((), ("--reverse",)):
        moved = send_datagrams(tunnel, *direction)
        assert moved["packets"] > 100 and moved["lost_percent"] < MOST_LOST, moved

    counted = tunnel.statistics()
    print(counted)
    assert counted["rx buffered"] > 0, "the path has kept the order"
    late = counted["rx under win"] + counted["rx duplicate"]
    assert counted["rx lost"] + late > 0, "the path has lost and doubled nothing"

    tunnel.hang_up()
    expect_none_late(client.path(RECORD), least=PINGS_BACK)
    expect_no_storm(tunnel, server)


def send_datagrams(tunnel, *direction):
    for last in (False, False, True):
        try:
            run = tunnel.start_iperf(SECONDS, *DATAGRAMS, *direction)
            return iperf_result(run, SECONDS)["end"]["sum"]
        except GreetingLost:
            if last:
                raise


def test_tcp_over_a_bad_path_brings_no_packet_late_to_pppd(client, server, spoil_path):
    """The wait for a missing packet is short here, and follows the path: not too short."""
    tunnel = client.dial(server, "alice", pppd_options=f"record {RECORD}-tcp").wait_up(60)
    spoil_path()
    for direction in ((), ("--reverse",)):
        run = tunnel.start_iperf(SECONDS, *direction)
        assert iperf_result(run, SECONDS)["end"]["sum_received"]["bytes"] > LEAST_MOVED
    counted = tunnel.statistics()
    print(counted)
    assert counted["rx buffered"] > 0 and counted["rx patience"] <= 300_000
    # A slow processor answers after our pause, and so has more of them than the one in a hundred of
    # net/test_acknowledgements.py.
    assert counted["tx acks"] * 2 < counted["rx accepted"]
    tunnel.hang_up()
    expect_none_late(client.path(f"{RECORD}-tcp"), least=100)
    expect_no_storm(tunnel, server)


def expect_none_late(record, least):
    """By MPPE's numbers, of which there must be so many."""
    runs = pppdump.coherency_counts(pppdump.received(record))
    steps = [(after - before) & 0xFFF for run in runs for before, after in zip(run, run[1:])]
    assert len(steps) > least
    assert all(1 <= step <= MOST_LOST_AT_ONCE for step in steps), steps


def expect_no_storm(tunnel, server):
    """What a decryption that has lost its place makes pppd say at either end."""
    storm = "[Pp]rotocol-?[Rr]ej|Unsupported protocol|MPPE.*(sanity|resync)|CCP Reset"
    assert not tunnel.log.find(storm)
    assert not [line for line in server.log if re.search(storm, line)]
