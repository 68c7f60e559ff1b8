# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels with their own routing tables: which packets enter which tunnel, and that nothing is left of them."""
import json
import os

import pytest

from lab import programs
from lab.egress import BEYOND, PREFIX, RUNS_SCRIPTS, Before, Capture, Exits, family, gateway, kill_all
from lab.engine import LOCAL, EngineServer
from lab.lines import wait_until
from lab.own_time import Stopwatch
from lab.tunnel import SLOW

PERSIST = ("persist", "holdoff", "1", "maxfail", "0")
EGRESS, PPTPCTL = PREFIX / "libexec/callgate/pptp-egress", programs.installed().pptpctl
MOST_PROCESSES = 36  # the shell's own ones are among them
INTERVAL = 4  # s; the shortest that --alive-interval takes
UNREACHABLE_HOST = "[Errno 113] No route to host"
UNREACHABLE = "[Errno 101] Network is unreachable"


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


def monitors(host):
    return [pid for pid, command in host.running().items() if "monitor" in command]


ENDS = {"ordinary end": lambda exits, tunnel: tunnel.hang_up(),
        "the gateway killed": lambda exits, tunnel: kill_all([gateway(tunnel)]),
        "the tunnel process killed": lambda exits, tunnel: kill_all([tunnel.process.pid]),
        "all of its processes killed": lambda exits, tunnel: kill_all(family(tunnel)),
        "the monitor of all interfaces killed, and then all of its processes":
            lambda exits, tunnel: kill_all([*monitors(exits.client), *family(tunnel)])}


@pytest.mark.parametrize("end", ENDS)
def test_everything_is_as_before_after(exits, end):
    before = Before(exits.client)
    exits.configure("one", "table 101", "mark 1", "from 192.0.2.0/24")
    tunnel = exits.dial("one")
    assert len(exits.rules()) == 6
    wait_until(lambda: monitors(exits.client), what="the watch over interfaces")
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


def processes_so_far(host):
    """The kernel numbers the processes of a host one by one."""
    return int(host.run("sh", "-c", "echo $$").stdout)


def test_few_processes_are_started_for_a_tunnel_that_is_up(exits):
    """Hundreds of tunnels start at once, and most of the processor's time goes into the processes of ip-up."""
    exits.configure("one", "table 101", "mark 1")
    one = exits.dial("one")
    counts = []
    for number in range(3):  # the watcher may not have ended its start before the first
        exits.configure(f"more{number}", f"table {102 + number}", f"mark {2 + number}")
        before = processes_so_far(exits.client)
        exits.client.run("/etc/ppp/ip-up", one.device, "", "0", one.local_ip, LOCAL, f"more{number}",
                         env={"PPPD_PID": str(one.process.inner_pid), "CALLGATE": "1"})
        counts.append(processes_so_far(exits.client) - before - 1)
    assert min(counts) <= MOST_PROCESSES, counts


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


def kill_switch(exits, *lines):
    """A default route by eth0 would carry everything that is not held back."""
    exits.client.ip("route", "add", "default", "via", exits.server.address)
    exits.configure("one", "table 101", *lines, "only-through")
    return Capture(exits.client)


def held(exits, name="one"):
    exits.client.run(EGRESS, "hold", name)


@pytest.mark.parametrize("lines, asks", [(("mark 1",), {"mark": 1}), (("user 65534",), {"user": 65534}), ((), {})],
                         ids=["a mark", "a user", "everything"])
def test_what_goes_only_through_a_tunnel_leaves_by_no_other_interface_in_any_state(exits, lines, asks):
    capture = kill_switch(exits, *lines)
    exits.client.ip("address", "add", "198.51.100.7/32", "dev", "lo")

    def ask():
        return exits.seen_from(**asks)

    assert ask() == exits.client.address  # without the switch
    assert capture.leaks()
    before = Before(exits.client)
    held(exits)
    assert ask() == UNREACHABLE_HOST
    one = exits.dial("one", *PERSIST)
    assert ask() == one.local_ip
    kill_all([gateway(one)])
    for _ in range(3):
        ask()
    wait_until(lambda: len(exits.client.syslog.find("one: 1 networks go through")) == 2, what="redialled")
    assert ask() == one.local_ip
    exits.server_process.process.kill()
    one.log.wait("Modem hangup|Connect time|ended")
    kill_all(family(one))
    wait_until(lambda: ask() == UNREACHABLE_HOST, what="it is held back")
    assert not capture.leaks()
    exits.client.run("rm", "/etc/ppp/callgate/one.egress")
    exits.client.run(EGRESS, "sync")
    before.again()
    assert ask() == exits.client.address


SENDS = f"""
import socket, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, 1)
print("sends", flush=True)
while True:
    try:
        s.sendto(b"x", ("{BEYOND}", 9))
    except OSError:
        pass
"""


def test_nothing_leaves_while_the_rules_are_set_again(exits):
    capture = kill_switch(exits, "mark 1", "from 198.51.100.7")
    held(exits)
    rules = exits.client.ip("-4", "rule"), exits.client.ip("-4", "route", "show", "table", "all")
    sends = exits.client.start("python3", "-c", SENDS)
    sends.wait_line("sends", stream="stdout")
    for number in range(4):
        exits.configure("two", "table 102", f"mark {2 + number}", "only-through")
        exits.client.run(EGRESS, "sync")
        assert f"fwmark {hex(2 + number)} lookup 102" in exits.client.ip("-4", "rule")
    exits.client.run("rm", "/etc/ppp/callgate/two.egress")
    exits.client.run(EGRESS, "sync")
    assert sends.running
    sends.stop()
    assert not capture.leaks()
    assert rules == (exits.client.ip("-4", "rule"), exits.client.ip("-4", "route", "show", "table", "all"))


def test_what_is_held_back_before_the_network_is_up_never_leaves(exits):
    """As pptp-egress.service does at a boot."""
    exits.client.link_down("eth0")
    exits.configure("one", "table 101", "mark 1", "only-through")
    exits.client.run(EGRESS, "sync")
    capture = Capture(exits.client)
    exits.client.link_up("eth0")
    exits.client.ip("route", "add", "default", "via", exits.server.address)
    assert exits.seen_from(mark=1) == UNREACHABLE_HOST
    assert not capture.leaks()
    assert exits.seen_from() == exits.client.address


def test_local_networks_and_the_server_are_not_held_back(exits):
    kill_switch(exits)
    held(exits)
    exits.client.run("ping", "-n", "-c", "1", "-W", "5", exits.server.address)
    exits.dial("one")
    exits.client.run("ping", "-n", "-c", "1", "-W", "5", exits.server.address)


def test_only_the_networks_of_a_tunnel_are_held_back(exits):
    capture = kill_switch(exits)
    exits.client.write_file("/etc/ppp/callgate/one.routes", f"{BEYOND}/32\n")
    held(exits)
    assert exits.seen_from() == UNREACHABLE_HOST
    assert "dev eth0" in exits.client.ip("route", "get", "203.0.113.2")
    assert not capture.leaks()


def test_packets_over_ipv6_of_the_same_programs_are_held_back_too(exits):
    kill_switch(exits, "mark 1")
    held(exits)
    exits.client.ip("-6", "address", "add", "2001:db8::1/64", "dev", "eth0", "nodad")
    exits.client.ip("-6", "route", "add", "default", "via", "2001:db8::2")
    assert "No route to host" in exits.client.run("ip", "-6", "route", "get", "2001:db8:9::1", "mark", "1", check=False).stderr
    assert "eth0" in exits.client.ip("-6", "route", "get", "2001:db8:9::1")


def test_a_tunnel_that_carries_nothing_is_hung_up_within_three_intervals_and_dialled_again(exits):
    exits.configure("one", f"alive peer {INTERVAL}")
    one = exits.start("one", *PERSIST).wait_up()
    device = exits.server_process.device()
    one.ping(LOCAL)
    exits.server.nft(f'table ip t {{\nchain c {{\ntype filter hook input priority 0\niifname "{device}" drop\n}}\n}}\n')
    watch = Stopwatch()
    exits.client.syslog.wait(f"callgate-alive: one: nothing has come through {one.device} for {INTERVAL} s, and {LOCAL}")
    assert watch.own_seconds < 3 * INTERVAL * SLOW + 2
    one.log.wait("Hangup")
    wait_until(lambda: len(one.log.find("local  IP address")) == 2, what="it is dialled again")


def test_a_tunnel_under_full_load_is_never_hung_up(exits):
    """For a minute with scripts/test --long. Its queue is full, so that a ping would get lost."""
    exits.configure("one", f"alive peer {INTERVAL}")
    one = exits.start("one", *PERSIST).wait_up()
    exits.client.ip("route", "add", LOCAL, "dev", one.device)
    exits.server.start("iperf3", "-s", "-B", LOCAL, "-1")
    wait_until(lambda: any(socket.local_port == 5201 for socket in exits.server.sockets("tcp")), what="iperf3 listens")
    load = exits.client.start("iperf3", "-c", LOCAL, "-u", "-b", "0", "--bidir", "-t", 60 if "CALLGATE_LONG" in os.environ else 3 * INTERVAL)
    assert load.wait_exit(300) == 0, load.stderr.text
    assert not exits.client.syslog.find("callgate-alive")
    assert not one.log.find("Hangup")
    assert not carries_nothing(exits.client.path("/run/callgate-one.alive"))


def test_a_tunnel_that_receives_is_alive_although_no_ping_is_answered(exits):
    exits.configure("one", f"alive 203.0.113.99 {INTERVAL}")
    one = exits.start("one", *PERSIST).wait_up()
    flood = exits.client.start("ping", "-n", "-q", "-i", "0.2", "-I", one.device, LOCAL)
    state = exits.client.path("/run/callgate-one.alive")
    wait_until(lambda: os.path.exists(state), what="it has been looked at")
    carried = carried_at(state)
    wait_until(lambda: carried_at(state) > carried + INTERVAL, what="it has been looked at again")
    assert flood.running
    assert not exits.client.syslog.find("callgate-alive")


def test_a_tunnel_that_comes_to_life_before_it_is_hung_up_stays(exits):
    exits.configure("one", f"alive 203.0.113.99 {INTERVAL}")
    exits.client.write_file("/run/callgate-one.alive", "carried never\nfailures 1\n")
    one = exits.start("one", *PERSIST).wait_up()
    exits.client.syslog.wait(f"one: it has carried nothing 2 times in a row, so it is hung up in {2 * INTERVAL} s")
    one.ping(LOCAL)
    state = exits.client.path("/run/callgate-one.alive")
    wait_until(lambda: not carries_nothing(state), what="what it carries is noticed")
    assert not one.log.find("Hangup")


def carries_nothing(state):
    with open(state, encoding="ascii") as file:
        return "failures 0" not in file.read()


def carried_at(state):
    with open(state, encoding="ascii") as file:
        return int(file.readline().split()[1])


def test_pptpctl_waits_until_routes_are_there_and_tells_interface_addresses_and_server(exits):
    exits.configure("one", "table 101", "mark 1")
    exits.client.write_file("/etc/ppp/ip-up", "#!/bin/sh\nsleep 2\n" + RUNS_SCRIPTS.split("\n", 1)[1], mode=0o755)
    assert "is not up after 1 s" in exits.client.run(PPTPCTL, "wait", "one", "--timeout", "1", check=False).stderr
    one = exits.start("one")
    told = json.loads(exits.client.run(PPTPCTL, "wait", "one", "--json").stdout)
    assert any("lookup 101" in rule for rule in exits.rules())
    assert told == {"tunnel": "one", "state": "up", "interface": one.wait_up().device, "address": one.local_ip, "peer": LOCAL,
                    "server": exits.server.address, "pid": one.process.inner_pid, "missing": []}
    assert one.local_ip in exits.client.run(PPTPCTL, "wait", "one").stdout
    kill_all(family(one))
    wait_until(lambda: told["interface"] not in exits.client.ip("link", "show"), what="the end of the interface")
    assert exits.client.run(PPTPCTL, "wait", "one", "--timeout", "1", check=False).returncode == 1
