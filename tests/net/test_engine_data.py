# SPDX-License-Identifier: GPL-2.0-or-later
"""The data path of a gateway without pppd: which packets pass the tunnel, and which do not."""
import os

import pytest

from lab import pings
from lab.engine import EngineServer, EngineTunnel, know_secrets
from lab.own_time import EVENT
from lab.tunnel import statistics

MPPE = ["require-mppe-128"]
COUNT = 20  # packets of a ping


class Tunnel(EngineTunnel):
    """A tunnel that is up, with its server."""

    def __init__(self, net, server, *options, faults=()):
        know_secrets(net.client)
        self.server = EngineServer(net.server, *server, faults=faults)
        super().__init__(net.client, net.server.address, *options)
        self.log = net.client.syslog
        self.wait_up()

    def replies(self, size=1000, wait=EVENT / 2):
        """How many of COUNT packets the far end has answered."""
        return pings.ping(self.host, COUNT, "-I", self.device, "-i", 0.02, "-s", size, self.peer_ip, wait=wait)[0]

    def counted(self):
        """The gateway's statistics."""
        gateway = next(pid for pid in self.host.running() if os.readlink(f"/proc/{pid}/exe").endswith("pptp-gre"))
        return statistics(gateway, self.log, self.host.syslog)


@pytest.mark.parametrize("server, options", [
    (["--mppe", "128"], MPPE), (["--mppe", "40"], ["require-mppe-40"]),
    (["--mppe", "128", "--stateful"], [*MPPE, "mppe-stateful"]), (["--mppe", "none"], ["nomppe"]),
    (["--mppe", "128", "--no-compression"], MPPE)])
def test_packets_pass_in_both_directions(net, server, options):
    tunnel = Tunnel(net, server, *options)
    for size in (8, 1400):
        assert tunnel.replies(size) == COUNT
    counted = tunnel.counted()
    assert counted["rx refused"] == counted["rx undecrypt"] == counted["tun dropped"] == counted["rx lost"] == 0


def test_a_packet_that_comes_late_is_delivered_and_none_waits_for_it(net):
    tunnel = Tunnel(net, ["--mppe", "128"], *MPPE, faults=["delay-data=3"])
    assert tunnel.replies(wait=2) >= COUNT - 1  # the last one may wait for one that follows it
    counted = tunnel.counted()
    assert counted["rx late"] >= 3 and counted["rx under win"] == counted["rx buffered"] == 0


@pytest.mark.parametrize("stateful", [[], ["--stateful"]])
def test_a_lost_packet_costs_no_other_one(net, stateful):
    tunnel = Tunnel(net, ["--mppe", "128", *stateful], *MPPE, "mppe-stateful", faults=["lose-data=5"])
    replies = tunnel.replies(wait=2)
    if stateful:  # what comes before the server has changed its key is lost
        assert 0 < replies < COUNT
    else:
        assert COUNT * 4 // 5 - 1 <= replies <= COUNT * 4 // 5 + 1
        assert tunnel.counted()["rx undecrypt"] == 0


def test_clear_text_from_a_server_that_agreed_on_mppe_is_refused(net):
    tunnel = Tunnel(net, ["--mppe", "128"], *MPPE, faults=["clear-text"])
    assert tunnel.replies(wait=1) == 0
    assert tunnel.counted()["rx refused"] >= COUNT


def test_a_packet_before_the_network_protocols_are_open_is_refused(net):
    tunnel = Tunnel(net, ["--mppe", "128"], *MPPE, faults=["early-data"])
    assert tunnel.counted()["rx refused"] == 1
    assert tunnel.replies() == COUNT


def test_a_link_that_is_negotiated_anew_goes_on_with_the_same_interface(net):
    tunnel = Tunnel(net, ["--mppe", "128"], *MPPE)
    since = len(tunnel.log.all)
    tunnel.server.renegotiate()
    tunnel.log.wait("local  IP address", EVENT, since)
    assert tunnel.replies() == COUNT
    assert len(tunnel.log.find("Using interface")) == 1


def test_the_servers_packets_are_in_the_log_as_pppd_prints_them(net):
    tunnel = Tunnel(net, ["--mppe", "128"], *MPPE, "debug")
    for line in (r"sent \[LCP ConfReq id=0x1 .*<magic 0x[0-9a-f]+> <pcomp> <accomp>\]",
                 r"rcvd \[LCP ConfAck id=0x1 ", r"rcvd \[CHAP Challenge id=0x[0-9a-f]+ <[0-9a-f]{32}>, name = ",
                 r"sent \[CCP ConfReq id=0x1 <mppe \+H -M \+S -L -D -C>\]", r"rcvd \[IPCP ConfNak id=0x1 <addr 10.0.0.2>",
                 "CHAP authentication succeeded", "MPPE 128-bit stateless compression enabled"):
        tunnel.log.wait(line)


def test_a_server_that_terminates_the_link_ends_the_call(net):
    tunnel = Tunnel(net, ["--mppe", "128"], *MPPE)
    tunnel.server.terminate_links()
    tunnel.log.wait("LCP terminated by peer")
    tunnel.process.wait_exit()
    tunnel.log.wait("Connection terminated.")


def test_a_signal_terminates_the_link_in_order(net):
    tunnel = Tunnel(net, ["--mppe", "128"], *MPPE)
    tunnel.hang_up()
    tunnel.server.wait("erminat")
