# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd's demand without pppd: the interface is there before the call, and the first packet dials."""
import os

import pytest

from lab.engine import LOCAL, REMOTE, EngineServer, EngineTunnel, know_secrets
from lab.lines import wait_until
from lab.tunnel import expect_clean

ADDRESSES = f"{REMOTE}:{LOCAL}"
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
