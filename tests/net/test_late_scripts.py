# SPDX-License-Identifier: GPL-2.0-or-later
"""A tunnel's scripts and processes that come late, when another tunnel has got the same interface name. They change nothing of it."""
import os
import signal
from pathlib import Path

import pytest

from lab import programs
from lab.egress import PREFIX, Exits, children, gateway, kill_all
from lab.engine import EngineServer
from lab.lines import wait_until
from lab.process import proc_statuses
from lab.tunnel import SLOW

INTERFACE, PEER = "ppp0", "10.99.0.1"
BEFORE = "nameserver 192.0.2.53\n"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
PPTPCTL = programs.installed().pptpctl
WATCHES = ("pptp-watch", "pptp-egress", "monitor")


class Cable:
    """A tunnel on ppp0 whose scripts run as pppd runs them. A cable is its link."""

    def __init__(self, host, name, number, *lines, routes=(), dns=True):
        self.host, self.name, self.address, self.server = host, name, f"10.99.0.{number}", f"10.0.0.{number}"
        self.process = host.start("sleep", "infinity")
        host.write_file(f"/etc/ppp/callgate/{name}.egress", "".join(f"{line}\n" for line in (*lines, "lan-to-lan")))
        if routes:
            host.write_file(f"/etc/ppp/callgate/{name}.routes", "".join(f"{line}\n" for line in routes))
        if dns:
            host.write_file(f"/etc/ppp/callgate/{name}.dns", f"{self.server}\n")

    def begin(self):
        self.host.ip("link", "add", INTERFACE, "type", "veth", "peer", "name", "other-end")
        self.host.ip("address", "add", self.address, "peer", PEER, "dev", INTERFACE)
        self.host.link_up(INTERFACE)
        self.host.write_file(f"/run/{INTERFACE}.pid", f"{self.process.inner_pid}\n")

    def script(self, when):
        self.host.run(f"/etc/ppp/{when}", INTERFACE, "", "0", self.address, PEER, self.name,
                      env={"PATH": PATH, "PPPD_PID": str(self.process.inner_pid)}, timeout=60 * SLOW)

    def come_up(self):
        self.begin()
        self.script("ip-up")

    def lose_interface(self):
        """Its ip-down is late. The watches over interfaces are quicker."""
        self.host.ip("link", "del", INTERFACE)
        wait_until(lambda: not what_is_set(self.host)["tables"] and not what_is_set(self.host)["rules"]
                   and what_is_set(self.host)["names"] == BEFORE, what="what does not end with the interface has been removed")


def what_is_set(host):
    return {"rules": [line for line in host.ip("-4", "-N", "rule").splitlines() if "proto 48" in line],
            "routes": host.ip("-4", "-N", "route", "show", "table", "all", "proto", "48"),
            "names": host.run("cat", "/etc/resolv.conf").stdout,
            "tables": host.run("nft", "list", "tables").stdout,
            "up": sorted(path.name for path in Path(host.path("/run")).glob("callgate-*.up")),
            "pid": host.run("cat", f"/run/{INTERFACE}.pid", check=False).stdout}


@pytest.fixture
def exits(net):
    net.client.mask_file("/etc/resolv.conf", BEFORE)
    return Exits(net.client, net.server)


@pytest.fixture
def host(exits):
    return exits.client


ROUTES = ("10.20.0.0/16",)
SETTINGS = {"a table": (("table 101", "mark 1"), (), "two"), "the main table": ((), ROUTES, "two"),
            "the same tunnel": (("table 101", "mark 1"), ROUTES, "one")}


def two_tunnels(host, settings):
    lines, routes, second = SETTINGS[settings]
    other = [line.replace("101", "102").replace("mark 1", "mark 2") for line in lines] if second == "two" else lines
    return Cable(host, "one", 2, *lines, routes=routes), Cable(host, second, 3, *other, routes=routes)


def is_whole(found, name):
    """Whether all of the tunnel of that number is set."""
    return (found["routes"] and name.server in found["names"] and f"callgate_{name.name}" in found["tables"]
            and found["up"] == [f"callgate-{name.name}.up"])


@pytest.mark.parametrize("settings", SETTINGS)
def test_a_late_ip_down_takes_nothing_from_the_tunnel_that_has_its_interface_now(host, settings):
    one, two = two_tunnels(host, settings)
    one.come_up()
    one.lose_interface()
    two.come_up()
    found = what_is_set(host)
    one.script("ip-down")
    one.process.kill()
    after = what_is_set(host)
    assert {**after, "up": after["up"][-1:]} == {**found, "up": found["up"][-1:]}
    assert is_whole({**after, "up": after["up"][-1:]}, two)
    two.script("ip-down")
    gone = what_is_set(host)
    assert not gone["routes"] and not gone["rules"] and not gone["tables"] and gone["names"] == BEFORE and not gone["up"]


@pytest.mark.parametrize("settings", ("a table", "the main table"))
def test_a_late_ip_up_sets_nothing_on_the_interface_of_another_tunnel(host, settings):
    one, two = two_tunnels(host, settings)
    two.come_up()
    found = what_is_set(host)
    one.script("ip-up")
    one.script("ip-down")
    assert what_is_set(host) == found and is_whole(found, two)


def test_a_late_ip_down_removes_its_own_name_servers_and_rules_while_the_next_tunnel_dials(host):
    one, two = two_tunnels(host, "a table")
    one.come_up()
    kill_all(pid for pid, line in host.running().items() if any(word in line for word in WATCHES))
    host.ip("link", "del", INTERFACE)
    two.begin()
    one.script("ip-down")
    found = what_is_set(host)
    assert found["names"] == BEFORE and not found["tables"] and not found["rules"] and not found["up"]


@pytest.mark.parametrize("dns", (True, False), ids=("other name servers", "no name servers"))
def test_a_tunnel_first_removes_the_name_servers_of_a_killed_one_that_had_its_interface(host, dns):
    one, two = Cable(host, "one", 2), Cable(host, "two", 3, dns=dns)
    one.come_up()
    kill_all(pid for pid, line in host.running().items() if any(word in line for word in WATCHES))
    one.process.kill()
    host.ip("link", "del", INTERFACE)
    two.come_up()
    names = what_is_set(host)["names"]
    assert one.server not in names and (two.server in names) == dns
    two.script("ip-down")
    assert what_is_set(host)["names"] == BEFORE


# --- whole tunnels ----------------------------------------------------------------------------------


@pytest.fixture
def dial(exits):
    EngineServer(exits.server, "--restart", "0.5")

    def start(name, number):
        exits.configure(name, f"table {100 + number}", f"mark {number}", "lan-to-lan")
        exits.client.write_file(f"/etc/ppp/callgate/{name}.dns", f"10.0.0.{number}\n")
        tunnel = exits.dial(name, "linkname", f"pptp-{name}", "unit", "0")
        exits.client.run(PPTPCTL, "wait", name)
        return tunnel
    return start


def state(host, tunnel):
    return {**what_is_set(host), "address": tunnel.addresses(), "link": os.path.exists(host.path("/run/ppp-pptp-one.pid"))}


def wait_no_interface(host):
    wait_until(lambda: INTERFACE not in host.ip("-br", "link"), what="the end of the interface")
    wait_until(lambda: not what_is_set(host)["tables"] and not what_is_set(host)["rules"], what="the watches have seen it")


def test_a_tunnel_process_that_comes_late_takes_nothing_from_the_next_tunnel(exits, dial):
    host = exits.client
    one = dial("one", 1)
    one.process.signal(signal.SIGSTOP)
    kill_all([gateway(one)])
    wait_no_interface(host)
    two = dial("two", 2)
    assert two.device == one.device
    found = state(host, two)
    one.process.signal(signal.SIGCONT)
    assert one.process.wait_exit(60) == 16
    wait_until(lambda: not os.path.exists(host.path("/run/callgate-one.up")), what="the last script of its ip-down")
    assert state(host, two) == {**found, "up": ["callgate-two.up"], "link": False}
    assert exits.seen_from(mark=2) == two.local_ip


def test_a_janitor_that_comes_late_takes_nothing_from_the_tunnel_that_was_started_again(exits, dial):
    host = exits.client
    one = dial("one", 1)
    janitor = next(pid for pid, status in proc_statuses(children(one.process.pid)).items() if status["Name"] == "pptp-janitor")
    os.kill(janitor, signal.SIGSTOP)
    kill_all([gateway(one), one.process.pid])
    wait_no_interface(host)
    again = dial("one", 1)
    assert again.device == one.device
    found = state(host, again)
    os.kill(janitor, signal.SIGCONT)
    wait_until(lambda: janitor not in host.running(), what="the end of the janitor")
    assert state(host, again) == found and found["up"] and found["pid"] and found["link"]
    assert exits.seen_from(mark=1) == again.local_ip
