# SPDX-License-Identifier: GPL-2.0-or-later
"""Many tunnels of one host to one server, each with its own table and mark.

Twenty of them, or two hundred with scripts/test --long.
"""
import os
import re

import pytest

from lab.egress import Before, Exits, gateway, kill_all
from lab.engine import LOCAL, EngineServer
from lab.own_time import EVENT

COUNT = 200 if "CALLGATE_LONG" in os.environ else 20
DYING = COUNT // 10
PERSIST = ("persist", "holdoff", "1", "maxfail", "0")
PINGS = 30  # through each tunnel
WITH_LONG = 3  # times as long as a single tunnel


def numbered(number):
    return f"exit{number}"


@pytest.fixture
def farm(net):
    exits = Exits(net.client, net.server)
    exits.server_process = EngineServer(net.server, "--restart", "0.5")
    exits.before = Before(net.client)
    for number in range(COUNT):
        exits.configure(numbered(number), f"table {1000 + number}", f"mark {1 + number}")
    exits.tunnels = [exits.start(numbered(number), *PERSIST) for number in range(COUNT)]
    for number in range(COUNT):
        net.client.syslog.wait(f"{numbered(number)}: 1 networks go through", EVENT * WITH_LONG)
    for tunnel in exits.tunnels:
        tunnel.wait_up()
    return exits


def start_pings(exits, number):
    return exits.client.start("ping", "-n", "-q", "-i", "0.2", "-c", PINGS, "-W", "10", "-m", 1 + number, LOCAL)


def test_each_source_leaves_by_its_own_tunnel_and_some_that_die_disturb_no_other(farm):
    seen = [farm.seen_from(mark=1 + number) for number in range(0, COUNT, max(1, COUNT // 20))]
    assert seen == [tunnel.local_ip for tunnel in farm.tunnels[::max(1, COUNT // 20)]]
    assert len({tunnel.local_ip for tunnel in farm.tunnels}) == COUNT
    routes = [farm.client.ip("route", "get", LOCAL, "mark", 1 + number) for number in range(COUNT)]
    assert all(f"dev {tunnel.device} table {1000 + number}" in routes[number] for number, tunnel in enumerate(farm.tunnels))
    pings = [start_pings(farm, number) for number in range(DYING, COUNT)]
    already = len(farm.client.syslog.all)
    kill_all(map(gateway, farm.tunnels[:DYING]))
    for number in range(DYING):
        farm.client.syslog.wait(f"{numbered(number)}: 1 networks go through", EVENT * WITH_LONG, already)
    for number, ping in zip(range(DYING, COUNT), pings):
        ping.wait_exit(EVENT * WITH_LONG)
        assert re.search(rf"{PINGS} received", ping.stdout.text), f"{numbered(number)}: {ping.stdout.text}"
    again = [farm.seen_from(mark=1 + number) for number in range(DYING)]
    assert again == [current_ip(tunnel) for tunnel in farm.tunnels[:DYING]]
    for tunnel in farm.tunnels:
        tunnel.process.signal(15)
    for tunnel in farm.tunnels:
        tunnel.process.wait_exit(EVENT * WITH_LONG)
    farm.before.again()


def current_ip(tunnel):
    return tunnel.log.find("local  IP address")[-1].split()[-1]
