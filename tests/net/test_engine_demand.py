# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd's demand without pppd: the interface is there before the call, and the first packet dials."""
import os
import signal

import pytest

from lab import programs
from lab.egress import PREFIX, RUNS_SCRIPTS
from lab.engine import LOCAL, REMOTE, EngineServer, EngineTunnel, know_secrets
from lab.lines import wait_until
from lab.tunnel import expect_clean

ADDRESSES = f"{REMOTE}:{LOCAL}"
INTERVAL = 4  # s; the shortest that --alive-interval takes
MTU_INTERVAL = 5  # s; another one, to tell their sleep
MPPE = ("require-mppe-128", "nomppe-stateful")


@pytest.fixture
def server(net):
    know_secrets(net.client)
    server = EngineServer(net.server, "--restart", "0.5", "--mppe", "128")
    yield server
    server.stop()


@pytest.fixture
def waiting(net, server):
    """A tunnel that waits for a packet."""
    started = []

    def start(*options):
        tunnel = EngineTunnel(net.client, net.server.address, *MPPE, "demand", *options)
        started.append(tunnel)
        return tunnel.wait_up()
    yield start
    for tunnel in started:
        tunnel.process.stop()


def hung_up(tunnel, times=1):
    wait_until(lambda: len(tunnel.log.find("^Connect time ")) == times, what=f"{times} ends of a link")


def test_the_first_packet_dials_and_is_answered_and_an_idle_tunnel_waits_again(net, waiting):
    net.client.write_file("/etc/ppp/ip-up", "#!/bin/sh\necho up >>/run/lab/up\n", mode=0o755)
    tunnel = waiting(ADDRESSES, "idle", "1", "linkname", "work")
    assert not tunnel.log.find("Connect: ") and not os.path.exists(net.client.path("/run/lab/up"))
    assert os.path.exists(net.client.path("/run/ppp-work.pid"))
    tunnel.ping(count=1)  # one request only: it is the one that dials
    assert len(tunnel.log.find("Starting link")) == 1
    hung_up(tunnel)
    tunnel.log.wait("Terminating connection due to lack of activity")
    assert REMOTE in tunnel.addresses() and tunnel.process.running
    tunnel.ping(count=1)
    assert len(tunnel.log.find("Starting link")) == 2
    assert tunnel.hang_up() == 5
    assert "does not exist" in net.client.run("ip", "link", "show", tunnel.device, check=False).stderr
    assert not os.path.exists(net.client.path("/run/ppp-work.pid"))
    expect_clean(net.client)


def test_a_server_that_gives_other_addresses_changes_them_and_the_routes_stay(net, waiting):
    tunnel = waiting()
    assert tunnel.local_ip == "10.64.64.64"  # which pppd makes up
    net.client.ip("route", "add", "10.0.0.0/24", "dev", tunnel.device)
    net.client.run("ping", "-c", 1, "-W", 1, LOCAL, check=False)  # its address is no longer ours when the link is up
    tunnel.log.wait(f"Local IP address changed to {REMOTE}")
    assert tunnel.addresses() == [REMOTE]
    assert f"10.0.0.0/24 dev {tunnel.device}" in net.client.ip("route")
    tunnel.ping()


def watches(host):
    """{pid: command line} of those that look every few seconds whether a link is alive, and how large its packets may be."""
    return {pid: line for pid, line in host.running().items() if "pptp-alive" in line or "pptp-mtu" in line}


def test_what_looks_after_a_link_ends_with_it_and_dials_no_other(net, server, waiting):
    """The interface stays. pptp-mtu is for pppd's interfaces, so callgate-fit does not start it here."""
    host = net.client
    for name in "ip-up", "ip-down":
        host.write_file(f"/etc/ppp/{name}", RUNS_SCRIPTS, mode=0o755)
    host.write_file("/etc/ppp/callgate/work.egress", f"alive peer {INTERVAL}\n")
    tunnel = waiting(ADDRESSES, "ipparam", "work", "holdoff", "0")

    def is_up():
        return os.path.exists(host.path("/run/callgate-work.up"))

    def come_up():
        tunnel.ping(count=1)
        wait_until(is_up, what="the end of ip-up")
        host.run(PREFIX / "libexec/callgate/pptp-mtu", "start", tunnel.device, "work", LOCAL, MTU_INTERVAL,
                 env={"PPTPCTL": programs.installed().pptpctl})

    def expect_watches(but=()):
        """One of the three is the child of another one. All of them know their link when they sleep."""
        def are_there():
            found = host.running().values()
            return (len(watches(host)) == 3 and not watches(host).keys() & set(but)
                    and all(f"sleep {seconds}" in found for seconds in (INTERVAL, MTU_INTERVAL)))
        wait_until(are_there, what="the watches over this link alone")

    def go_down(times):
        """The watches do not look before ip-down has ended. Returns their pids."""
        stopped = [pid for pid in watches(host) if not os.kill(pid, signal.SIGSTOP)]
        server.terminate_links()
        hung_up(tunnel, times)
        wait_until(lambda: not is_up(), what="the end of ip-down")
        return stopped

    come_up()
    expect_watches()
    stopped = go_down(1)
    come_up()
    for pid in stopped:
        os.kill(pid, signal.SIGCONT)
    expect_watches(but=stopped)
    for pid in go_down(2):
        os.kill(pid, signal.SIGCONT)
    wait_until(lambda: not watches(host), what="the end of the watches")
    assert len(tunnel.log.find("Starting link")) == 2
