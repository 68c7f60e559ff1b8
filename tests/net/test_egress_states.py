# SPDX-License-Identifier: GPL-2.0-or-later
"""A tunnel with all options at once, in other networks and while servers and processes die. tests/vm/test_ppp_egress.py has
the same with pppd.

The options are: a table, a mark, a user, a source, an interface's name, only-through, alive, a second server, a measured MTU, name
servers, and a command of pptpctl exec.
"""
import json
import re

import pytest

from lab import programs
from lab.egress import BEYOND, PREFIX, Before, Capture, Exits, children, family, gateway, kill_all
from lab.engine import EngineServer
from lab.host import connect
from lab.lines import wait_until
from lab.process import proc_statuses

EGRESS, PPTPCTL = PREFIX / "libexec/callgate/pptp-egress", programs.installed().pptpctl
DEVICE, DNS, SOURCE = "exit1", "10.0.0.53", "198.51.100.7"
INTERVAL = 4  # s; the shortest that --alive-interval takes
REFUSES = "10.9.0.77"  # a second server
OTHER_NETWORK, WIDE, NARROW = "10.8.0.0/24", 1500, 1300
# The networks of the host, by its devices: its address, and the next router.
NETWORKS = {"eth0": ("10.9.0.1/24", "10.9.0.2"), "eth1": ("10.8.0.1/24", "10.8.0.2")}
HEADERS = 20 + 16 + 8  # bytes: IP, GRE, and PPP with MPPE
REDIALS = ("persist", "holdoff", "1", "maxfail", "0", "lcp-echo-interval", "1", "lcp-echo-failure", "3")
ASKS = {"mark": 17}, {"user": 65534}
UNREACHABLE_HOST = "No route to host"
WATCHES = ("pptp-alive", "pptp-egress", "pptp-dns", "ip -o monitor")
OF_THE_TUNNEL = (*WATCHES, "--ppp builtin")
REFUSAL = f"table ip t {{ chain c {{ type filter hook input priority 0; ip daddr {REFUSES} tcp dport 1723 reject with tcp reset; }}; }}"


class BeforeAll(Before):
    """Also interfaces, packet filter, name servers, and the processes of the tunnel."""

    def now(self):
        processes = [line for line in self.host.running().values() if any(words in line for words in OF_THE_TUNNEL)]
        return [*super().now(), self.host.ip("-br", "link"), self.host.run("nft", "list", "ruleset").stdout,
                self.host.run("cat", "/etc/resolv.conf").stdout, processes]


class Everything:
    """A host with a default route that takes what is not held back, and a tunnel `one` with all options."""

    def __init__(self, net):
        self.exits, self.client, self.server = Exits(net.client, net.server), net.client, net.server
        connect(OTHER_NETWORK, net.client, net.server, left_device="eth1", right_device="eth1")
        self.client.ip("link", "set", "eth1", "mtu", NARROW)
        self.server.ip("route", "replace", OTHER_NETWORK, "dev", "eth1", "src", self.server.address)  # GRE comes from there, too
        self.server.ip("address", "add", f"{REFUSES}/24", "dev", "eth0")
        self.server.nft(REFUSAL)
        self.client.ip("address", "add", f"{SOURCE}/32", "dev", "lo")
        self.take("eth0")
        self.serve()
        self.before, self.capture = BeforeAll(self.client), Capture(self.client, ("eth0", "eth1"))
        self.exits.configure("one", "table 101", "mark 17", "user 65534", f"from {SOURCE}", f"alive peer {INTERVAL}", "only-through")
        self.client.write_file("/etc/ppp/callgate/one.dns", f"{DNS}\n")
        self.tunnel = self.exits.dial("one", *REDIALS, "ifname", DEVICE, pptp_options=("--mtu-auto", "--server", REFUSES))
        self.expect()

    def serve(self):
        self.serving = EngineServer(self.server, "--restart", "0.5")

    def take(self, device):
        """The host leaves the network that it is in, and enters the one of this device."""
        for name, (address, router) in NETWORKS.items():
            self.client.ip("address", "flush", "dev", name)
            self.client.link_down(name)
            if name == device:
                self.client.ip("address", "add", address, "dev", name)
                self.client.link_up(name)
                self.client.ip("route", "replace", "default", "via", router)

    # --- what there is ------------------------------------------------------------------------------

    def address(self):
        """The newest one of the tunnel."""
        return self.tunnel.log.find("local  IP address")[-1].split()[-1]

    def ways(self):
        """What the server beyond the tunnel sees of marked packets, and of a user's; and the way of the source's."""
        route = self.client.run("ip", "route", "get", BEYOND, "from", SOURCE, check=False)
        return [*(self.exits.seen_from(**packets) for packets in ASKS), route.stdout + route.stderr]

    def is_through(self):
        *seen, route = self.ways()
        return set(seen) == {self.address()} and f"dev {DEVICE} table 101" in route

    def is_held_back(self):
        return DEVICE not in self.client.ip("-br", "link") and all(UNREACHABLE_HOST in way for way in self.ways())

    def mtu(self):
        return int(re.search(r" mtu (\d+) ", self.client.ip("link", "show", "dev", DEVICE))[1])

    def expect(self):
        """The tunnel is up with all that belongs to it, and with nothing twice."""
        wait_until(self.is_through, what=f"a way through the tunnel, and not {self.ways()}")
        told = json.loads(self.client.run(PPTPCTL, "wait", "one", "--json").stdout)
        assert (told["interface"], told["address"], told["server"]) == (DEVICE, self.address(), self.server.address)
        for family_ in "-4", "-6":
            rules = self.client.ip(family_, "-N", "rule").splitlines()
            assert len(rules) == len(set(rules)), rules
        assert self.client.run("cat", "/etc/resolv.conf").stdout.count(f"nameserver {DNS}\n") == 1
        wait_until(lambda: len(self.processes("pptp-alive")) == 2, what="who looks what the tunnel carries, and its parent")
        self.client.run(PPTPCTL, "exec", "one", "--", "ping", "-n", "-q", "-c", 1, "-W", 5, BEYOND)
        assert not self.capture.leaks()

    # --- processes ----------------------------------------------------------------------------------

    def processes(self, words):
        """The pids of those of the client whose command lines have these words, parents first."""
        return sorted(pid for pid, line in self.client.running().items() if words in line)

    def kill(self, words):
        """Kills the process with these words, and not what it has just forked."""
        kill_all(wait_until(lambda: self.processes(words), what=words)[:1])

    def named(self, name, pids):
        """The only one of these processes that has this name."""
        def found():
            return [pid for pid, status in proc_statuses(pids()).items() if status["Name"] == name]
        return wait_until(lambda: len(found()) == 1 and found(), what=f"one {name}")[0]

    def child(self, name):
        return self.named(name, lambda: children(self.tunnel.process.pid))

    # --- what happens -------------------------------------------------------------------------------

    def expect_redial_after(self, event):
        at = len(self.tunnel.log.all)
        event()
        self.tunnel.log.wait("local  IP address", start=at)
        self.expect()

    def expect_another(self, words, event):
        """Another process takes the place of one that has ended."""
        before = self.processes(words)
        event()
        wait_until(lambda: set(self.processes(words)) - set(before), what=f"another {words}")
        self.expect()

    def end(self, how):
        how()
        wait_until(self.is_held_back, what=f"the end of the tunnel, and no way beside it, and not {self.ways()}")
        assert not self.capture.leaks()
        self.client.run("rm", "/etc/ppp/callgate/one.egress", "/etc/ppp/callgate/one.dns")
        self.client.run(EGRESS, "sync")
        self.before.again()


@pytest.fixture
def everything(net):
    return Everything(net)


def test_everything_comes_back_if_processes_of_the_tunnel_are_killed_and_goes_when_it_stops(everything):
    everything.expect_redial_after(lambda: kill_all([gateway(everything.tunnel)]))
    for name in "pptp-janitor", "pptp-secret":
        victim = everything.child(name)
        kill_all([victim])
        wait_until(lambda: victim not in children(everything.tunnel.process.pid), what=f"the end of {name}")
        everything.expect()
    everything.expect_redial_after(lambda: kill_all([gateway(everything.tunnel)]))
    everything.end(everything.tunnel.hang_up)


def test_everything_comes_back_if_managers_and_watches_are_killed_and_goes_if_all_of_the_tunnel_are_killed(net, everything):
    everything.expect_redial_after(lambda: kill_all(net.managers()))
    keeper = everything.named("pptp-routes", lambda: everything.processes("pptp-callmgr"))
    kill_all([keeper])
    everything.expect()
    everything.expect_another("pptp-alive", lambda: kill_all(everything.processes("pptp-alive")[1:2]))
    everything.expect_redial_after(lambda: kill_all([gateway(everything.tunnel)]))
    everything.expect_another("ip -o monitor", lambda: everything.kill("ip -o monitor"))
    everything.expect_another("pptp-egress watching", lambda: everything.kill("pptp-egress watching"))
    everything.kill("pptp-egress keep")
    everything.end(lambda: kill_all(family(everything.tunnel)))


def test_everything_comes_back_with_the_server_and_in_another_network(everything):
    everything.serving.process.kill()
    wait_until(everything.is_held_back, what=f"the end of the tunnel, and no way beside it, and not {everything.ways()}")
    everything.expect_redial_after(everything.serve)

    for device, mtu in ("eth1", NARROW), ("eth0", WIDE):
        everything.expect_redial_after(lambda device=device: everything.take(device))
        wait_until(lambda mtu=mtu: everything.mtu() == mtu - HEADERS, what="the MTU of the path in this network")
    everything.end(lambda: kill_all(family(everything.tunnel)))
