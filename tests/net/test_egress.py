# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels with their own routing tables: which packets enter which tunnel, and that nothing is left of them."""
import os
import signal

import pytest

from lab.egress import BEYOND, Exits
from lab.engine import EngineServer
from lab.lines import wait_until
from lab.process import proc_status

PERSIST = ("persist", "holdoff", "1", "maxfail", "0")
UNREACHABLE = "[Errno 101] Network is unreachable"


class Before:
    def __init__(self, host):
        self.host = host
        self.state = self.now()

    def now(self):
        return [self.host.ip("-4", "rule"), self.host.ip("-4", "route", "show", "table", "all"), self.host.ip("-6", "rule")]

    def again(self):
        wait_until(lambda: self.now() == self.state, what=f"as before: {self.state}, not {self.now()}")


def family(tunnel):
    """The pids of a tunnel's processes: the tunnel process comes first."""
    top = tunnel.process.pid
    with open(f"/proc/{top}/task/{top}/children", encoding="ascii") as children:
        return [top, *map(int, children.read().split())]


def gateway(tunnel):
    [found] = [pid for pid in family(tunnel)[1:] if proc_status(pid)["Name"] == "pptp"]
    return found


def kill_all(pids):
    for pid in pids:
        os.kill(pid, signal.SIGKILL)


@pytest.fixture
def exits(net):
    exits = Exits(net.client, net.server)
    exits.server_process = EngineServer(net.server, "--restart", "0.5")
    return exits


def test_each_mark_user_and_source_leaves_by_its_own_tunnel(exits):
    client = exits.client
    client.ip("address", "add", "198.51.100.7/32", "dev", "lo")
    exits.configure("one", "table 101", "mark 17")
    exits.configure("two", "table 102", "user 65534", "from 198.51.100.7")
    exits.server.ip("route", "add", "198.51.100.0/24", "dev", "eth0")
    main = client.ip("-4", "route", "show", "table", "main")
    one, two = exits.dial("one"), exits.dial("two")
    assert exits.seen_from(mark=17) == one.local_ip
    assert exits.seen_from(user=65534) == two.local_ip
    assert exits.seen_from(source=one.local_ip) == one.local_ip
    assert exits.seen_from(source=two.local_ip) == two.local_ip
    assert f"dev {two.device} table 102" in client.ip("route", "get", BEYOND, "from", "198.51.100.7")
    assert exits.seen_from() == UNREACHABLE
    hosts = [line for line in client.ip("-4", "route", "show", "table", "main").splitlines(keepends=True) if "proto 47" not in line]
    assert "".join(hosts) == main


def test_a_table_has_the_networks_of_the_tunnel_alone(exits):
    exits.configure("one", "table 101", "mark 1", routes=["203.0.113.0/24", "10.20.0.0/16"])
    one = exits.dial("one")
    table = exits.client.ip("-4", "route", "show", "table", "101")
    assert sorted(line.split()[0] for line in table.splitlines()) == ["10.20.0.0/16", "203.0.113.0/24"]
    assert exits.seen_from(mark=1) == one.local_ip


def test_the_tunnel_s_own_packets_never_enter_it(exits):
    """The rule is for the address from which this host sends GRE and the control connection."""
    exits.configure("one", "table 101", f"from {exits.client.address}")
    one = exits.dial("one", *PERSIST)
    one.ping(BEYOND)
    kill_all([gateway(one)])
    one.log.wait("the gateway has died")
    wait_until(lambda: len(exits.client.syslog.find("one: 1 networks go through")) == 2, what="the second time")
    one.ping(BEYOND)


ENDS = {"ordinary end": lambda exits, tunnel: tunnel.hang_up(),
        "the gateway killed": lambda exits, tunnel: kill_all([gateway(tunnel)]),
        "the tunnel process killed": lambda exits, tunnel: kill_all([tunnel.process.pid]),
        "all of its processes killed": lambda exits, tunnel: kill_all(family(tunnel))}


@pytest.mark.parametrize("end", ENDS)
def test_everything_is_as_before_after(exits, end):
    before = Before(exits.client)
    exits.configure("one", "table 101", "mark 1", "from 192.0.2.0/24")
    tunnel = exits.dial("one")
    assert len(exits.rules()) == 6
    ENDS[end](exits, tunnel)
    before.again()


def test_another_tunnel_s_rules_stay_and_a_redial_sets_them_again(exits):
    exits.configure("one", "table 101", "mark 1")
    exits.configure("two", "table 102", "mark 2")
    one, two = exits.dial("one", *PERSIST), exits.dial("two")
    kill_all(family(one))
    wait_until(lambda: not any("lookup 101" in rule for rule in exits.rules()), what="the rules of one are gone")
    assert exits.seen_from(mark=2) == two.local_ip
    one = exits.dial("one")
    assert exits.seen_from(mark=1) == one.local_ip


def test_a_name_of_the_interface_is_the_same_after_a_redial_and_refused_if_taken(exits):
    exits.configure("one", "table 101", "mark 1")
    one = exits.dial("one", *PERSIST, "ifname", "exit1")
    assert one.device == "exit1"
    kill_all([gateway(one)])
    wait_until(lambda: len(one.log.find("Using interface exit1")) == 2, what="it has the same name again")
    two = exits.start("two", "ifname", "exit1")
    assert two.process.wait_exit(60) == 4
    assert "exit1: an interface of this name exists" in two.log.text


def test_what_cannot_be_set_ends_the_tunnel(exits):
    exits.configure("one", "table 101", "from not-an-address")
    before = Before(exits.client)
    tunnel = exits.start("one")
    tunnel.process.wait_exit(60)
    exits.client.syslog.wait("one: cannot send its packets through .* by table 101, so it ends: .*not-an-address")
    before.again()
