# SPDX-License-Identifier: GPL-2.0-or-later
"""ip-up.d/callgate-dns and ip-down.d/callgate-dns, run as pppd runs them. A cable is the tunnel.

systemctl and resolvectl are stand-ins here, because systemd is not process 1 of this host.
"""
from pathlib import Path

import pytest

from lab import programs
from lab.lines import wait_until
from lab.tunnel import SLOW

PREFIX = Path(programs.installed().pptp).parents[1]
BEFORE = "# mine\nsearch example.net\nnameserver 192.0.2.53\noptions timeout:1\n"
SAYS_HOW_IT_IS_CALLED = '#!/bin/sh\necho "${0##*/} $*" >>/run/lab/calls\n'
PATH = "/run/lab/bin:/usr/sbin:/usr/bin:/sbin:/bin"


class Tunnel:
    """The tunnel `work` on ppp0."""

    def __init__(self, host):
        self.host = host
        host.mask_file("/etc/resolv.conf", BEFORE)
        host.ip("link", "add", "ppp0", "type", "veth", "peer", "name", "other-end")

    def script(self, when, ipparam="work", **environment):
        return self.host.run(PREFIX / f"etc/ppp/{when}.d/callgate-dns", "ppp0", "pts/0", "0", "10.99.0.2", "10.99.0.1",
                             ipparam, env={"PATH": PATH, **environment}, timeout=20 * SLOW)

    def configure(self, what, text):
        self.host.write_file(f"/etc/ppp/callgate/work.{what}", text)

    @property
    def resolv_conf(self):
        return self.host.run("cat", "/etc/resolv.conf").stdout

    def servers(self):
        return [line.split()[1] for line in self.resolv_conf.splitlines() if line.startswith("nameserver")]


@pytest.fixture
def tunnel(net):
    return Tunnel(net.client)


@pytest.fixture
def resolved(net):
    """As if systemd-resolved were running. Returns a function: how resolvectl was called."""
    for name in "systemctl", "resolvectl":
        net.client.write_file(f"/run/lab/bin/{name}", SAYS_HOW_IT_IS_CALLED, mode=0o755)
    net.client.run("mkdir", "-p", "/run/systemd/system")

    def calls():
        lines = Path(net.client.path("/run/lab/calls")).read_text(encoding="ascii").splitlines()
        return [line for line in lines if line.startswith("resolvectl")]
    return calls


def test_the_servers_of_a_tunnel_come_first_and_go_with_it(tunnel):
    tunnel.configure("dns", "# comment\n10.0.0.1\n2001:db8::1\n")
    tunnel.script("ip-up")
    assert tunnel.servers() == ["10.0.0.1", "2001:db8::1", "192.0.2.53"]
    assert tunnel.resolv_conf.endswith(BEFORE)
    tunnel.script("ip-down")
    assert tunnel.resolv_conf == BEFORE


def test_they_go_with_the_interface_although_pppd_was_killed(tunnel):
    tunnel.configure("dns", "10.0.0.1\n")
    tunnel.script("ip-up")
    tunnel.host.ip("link", "del", "ppp0")
    wait_until(lambda: tunnel.resolv_conf == BEFORE, what="resolv.conf is as before")


def watch_over_interfaces(host):
    """The programs that wait for the end of an interface, and those that would look for it again and again."""
    return sorted({word for command in host.running().values() for word in ("pptp-watch", "monitor", "sleep") if word in command})


def test_the_end_of_the_interface_is_heard_and_that_of_another_changes_nothing(tunnel):
    tunnel.configure("dns", "10.0.0.1\n")
    tunnel.script("ip-up")
    wait_until(lambda: watch_over_interfaces(tunnel.host) == ["monitor", "pptp-watch"], what="the watch hears events")
    tunnel.host.ip("link", "add", "ppp1", "type", "veth", "peer", "name", "another-end")
    tunnel.host.ip("link", "del", "ppp1")
    assert tunnel.servers() == ["10.0.0.1", "192.0.2.53"]
    assert watch_over_interfaces(tunnel.host) == ["monitor", "pptp-watch"]
    tunnel.host.ip("link", "del", "ppp0")
    wait_until(lambda: tunnel.resolv_conf == BEFORE, what="resolv.conf is as before")
    wait_until(lambda: not watch_over_interfaces(tunnel.host), what="the watch has ended")


def test_what_a_killed_unit_has_left_is_removed_and_other_tunnels_stay(tunnel):
    """systemd kills the process that waits for the end of the interface, too."""
    left = "# pptp-dns: begin ppp7\nnameserver 10.0.0.7\n# pptp-dns: end ppp7\n"
    stays = left.replace("ppp7", "ppp0")
    tunnel.host.write_file("/run/lab/etc-resolv.conf", left + stays + BEFORE)
    tunnel.host.run(PREFIX / "libexec/callgate/pptp-dns", "clean")
    assert tunnel.resolv_conf == stays + BEFORE


@pytest.mark.parametrize("peers, servers", (("pty 'pptp vpn.example.net --nolaunchpppd'", ["10.0.0.8", "10.0.0.9"]),
                                            ("plugin pppoe.so", [])))
def test_servers_that_the_vpn_names_are_entered_for_tunnels_of_pptp_alone(tunnel, peers, servers):
    tunnel.host.run("mount", "-t", "tmpfs", "tmpfs", "/etc/ppp/peers")
    tunnel.host.write_file("/etc/ppp/peers/isp", f"{peers}\nusepeerdns\n")
    tunnel.script("ip-up", "", USEPEERDNS="1", DNS1="10.0.0.8", DNS2="10.0.0.9", CALL_FILE="isp")
    assert tunnel.servers() == [*servers, "192.0.2.53"]


def test_servers_that_ppp_s_own_script_has_entered_are_not_entered_twice(tunnel):
    tunnel.configure("dns", "192.0.2.53\n")
    tunnel.script("ip-up")
    assert tunnel.resolv_conf == BEFORE


@pytest.mark.parametrize("routes, domain", (("default\n", ["resolvectl domain ppp0 ~."]), ("10.0.0.0/8\n", [])))
def test_systemd_resolved_gets_them_for_the_interface(tunnel, resolved, routes, domain):
    tunnel.configure("dns", "10.0.0.1\n10.0.0.2\n")
    tunnel.configure("routes", routes)
    tunnel.script("ip-up")
    assert resolved() == ["resolvectl dns ppp0 10.0.0.1 10.0.0.2", *domain]
    assert tunnel.resolv_conf == BEFORE


@pytest.mark.parametrize("words, routes, calls", (
    ("search", "10.0.0.0/8 # office\n", ["resolvectl domain ppp0 corp.example.net example.org"]),
    ("search", "default # all\n", ["resolvectl domain ppp0 corp.example.net example.org ~."]),
    ("only", "default\n", ["resolvectl domain ppp0 corp.example.net example.org", "resolvectl default-route ppp0 no"])))
def test_systemd_resolved_gets_the_domains_and_whether_the_servers_know_these_alone(tunnel, resolved, words, routes, calls):
    tunnel.configure("dns", f"10.0.0.1\n{words} corp.example.net # head office\n{words} example.org\n")
    tunnel.configure("routes", routes)
    tunnel.script("ip-up")
    assert resolved() == ["resolvectl dns ppp0 10.0.0.1", *calls]


def test_domains_without_systemd_resolved_come_before_those_of_this_host_and_go_with_the_tunnel(tunnel):
    """The C library takes the last line "search"."""
    tunnel.configure("dns", "10.0.0.1\nonly corp.example.net\n")
    tunnel.script("ip-up")
    searched = [line for line in tunnel.resolv_conf.splitlines() if line.startswith("search")]
    assert tunnel.servers()[0] == "10.0.0.1" and searched[-1] == "search corp.example.net example.net"
    tunnel.host.syslog.wait("work: all names are looked up by 10.0.0.1, not only those in corp.example.net")
    tunnel.script("ip-down")
    assert tunnel.resolv_conf == BEFORE


def test_domains_go_with_servers_that_the_vpn_names(tunnel):
    tunnel.configure("dns", "search corp.example.net\n")
    tunnel.script("ip-up", USEPEERDNS="1", DNS1="10.0.0.8", DNS2="", CALLGATE="1")
    assert tunnel.servers()[0] == "10.0.0.8" and "search corp.example.net example.net" in tunnel.resolv_conf
    tunnel.script("ip-down")
    assert tunnel.resolv_conf == BEFORE


def test_a_resolver_that_refuses_is_named_in_the_log(tunnel, resolved):
    tunnel.host.write_file("/run/lab/bin/resolvectl", "#!/bin/sh\necho Access denied >&2; exit 1\n", mode=0o755)
    tunnel.configure("dns", "10.0.0.1\n")
    with pytest.raises(AssertionError):
        tunnel.script("ip-up")
    tunnel.host.syslog.wait("callgate-dns: work: cannot enter .* by systemd-resolved: Access denied")


def test_networkmanager_s_tunnels_are_left_to_it(tunnel):
    tunnel.script("ip-up", "nm-pptp-service-4711", USEPEERDNS="1", DNS1="10.0.0.8", CALL_FILE="isp")
    assert tunnel.resolv_conf == BEFORE
