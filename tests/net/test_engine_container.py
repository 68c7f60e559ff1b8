# SPDX-License-Identifier: GPL-2.0-or-later
"""A tunnel without pppd, with exactly what doc/containers.md gives to a container, and with one thing less."""
import os
import re
import signal

import pytest

from lab import programs
from lab.container import run_entry
from lab.engine import EngineServer, know_secrets
from lab.lines import wait_until
from lab.own_time import EVENT


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
    tunnel.stderr.wait("/dev/net/tun")


# --- the entry of the image, in a root directory of its own ----------------------------------------

def run_image(net, *words, without=(), user="alice"):
    server = EngineServer(net.server, "--mppe", "128")
    return server, run_entry(net.client, *words, without=without, PPTP_SERVER=net.server.address, PPTP_USER=user,
                             PPTP_PASSWORD="secret", **net.environment())


def test_three_variables_dial_and_a_signal_to_process_1_hangs_up(net):
    server, process = run_image(net)
    server.wait("IPv4 up")
    wait_until(lambda: "10.0.0.2" in net.client.ip("address", "show", "dev", "ppp0"), what="the address is set")
    net.client.run("ping", "-n", "-q", "-c", 2, "-i", 0.2, "-W", 5, "-I", "ppp0", "10.0.0.1")
    with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as children:
        os.kill(int(children.read()), signal.SIGTERM)
    server.wait("the client terminates the link")
    assert process.wait_exit(EVENT) == 5


def test_words_after_the_image_are_options_of_pptp_and_pppd(net):
    server, _ = run_image(net, "require-mppe-128", "defaultroute")
    server.wait("IPv4 up")
    wait_until(lambda: "default dev ppp0" in net.client.ip("route"), what="the default route")


@pytest.mark.parametrize("missing, words", [
    ("net/tun", "cannot open /dev/net/tun: No such file or directory"),
    ("net_admin", "[Oo]peration not permitted"), ("net_raw", "cap_net_raw")])
def test_the_image_says_what_is_missing(net, missing, words):
    server, process = run_image(net, "require-mppe-128", without=(missing,))
    assert process.wait_exit(EVENT) != 0
    process.stdout.wait_closed()
    assert re.search(words, process.stdout.text + process.stderr.text), process.stdout.text + process.stderr.text
    assert not server.find("IPv4 up")


def test_the_image_says_which_variable_is_missing(net):
    _, process = run_image(net, user="")
    assert process.wait_exit(EVENT) == 2
    assert "set PPTP_USER" in process.stderr.text
