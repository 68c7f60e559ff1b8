# SPDX-License-Identifier: GPL-2.0-or-later
"""A tunnel without pppd, with exactly what doc/containers.md gives to a container, and with one thing less."""
import re

import pytest

from lab import programs
from lab.engine import EngineServer, know_secrets
from lab.lines import wait_until


def dial(net, capabilities):
    know_secrets(net.client)
    kept = "".join(f",+{name}" for name in capabilities)
    return net.client.start("setpriv", f"--bounding-set=-all{kept}", "--inh-caps=-all", "--no-new-privs", "--",
                            programs.installed().pptp, net.server.address, "--ppp", "builtin", "nodetach", "logfd", "2",
                            "user", "alice", "require-mppe-128", env=net.environment())


def test_net_admin_net_raw_and_tun_are_enough(net):
    server = EngineServer(net.server, "--mppe", "128")
    tunnel = dial(net, ("net_admin", "net_raw"))
    server.wait("IPv4 up")
    tunnel.wait_line("local  IP address")
    wait_until(lambda: "inet " in net.client.ip("address", "show", "dev", "ppp0"), what="the address is set")
    net.client.run("ping", "-c", 2, "-i", 0.2, "-W", 5, "-I", "ppp0", "10.0.0.1")


@pytest.mark.parametrize("capability, words", (("net_raw", "ppp.*not permitted"), ("net_admin", "cap_net_raw")))
def test_a_capability_that_is_missing_is_said(net, capability, words):
    server = EngineServer(net.server, "--mppe", "128")
    tunnel = dial(net, (capability,))
    assert tunnel.wait_exit(60) != 0
    assert [line for line in tunnel.stderr.all if re.search(words, line, re.IGNORECASE)], tunnel.stderr.text
    assert not server.find("IPv4 up")


def test_a_missing_tun_is_said(net):
    net.client.run("umount", "/dev/net")
    tunnel = dial(net, ("net_admin", "net_raw"))
    assert tunnel.wait_exit(60) != 0
    assert tunnel.stderr.find("/dev/net/tun"), tunnel.stderr.text
