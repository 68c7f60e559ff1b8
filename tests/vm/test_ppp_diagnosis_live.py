# SPDX-License-Identifier: GPL-2.0-or-later
"""`pptpctl diagnose SERVER` with PPP in the kernel and a real pppd on the server."""
import json

import pytest

from lab import ppp, programs
from lab.diagnosis import Attempt, diagnosis
from lab.host import Host, connect
from lab.own_time import EVENT, Stopwatch
from lab.ppp_tunnel import SLOW
from lab.pptpd import start_pptpd

WHOLE_RUN = 20  # s
NARROW = 1300
SILENT = "table ip silent { chain c { type filter hook output priority 0; icmp type destination-unreachable drop\n}\n}\n"
TRIES = 3  # on an emulated processor, a program may take longer than the diagnosis waits


def diagnose(client, server):
    """The report, with the steps by name, of a run in which everybody answered in time."""
    for _ in range(TRIES):
        report = diagnose_once(client, server)
        in_time = "unknown" not in {step["outcome"] for step in report["steps"].values()}
        if in_time and report["steps"]["gre"]["rule"] != "gre-nothing-heard":
            break
    return report


def diagnose_once(client, server):
    watch = Stopwatch()
    done = client.run(programs.installed().pptpctl, "diagnose", server.address, "--json", check=False)
    assert watch.own_seconds < WHOLE_RUN * SLOW
    report = json.loads(done.stdout)
    assert done.returncode == {"healthy": 0, "problem": 1, "unknown": 2}[report["verdict"]]
    report["steps"] = {step["step"]: step for step in report["steps"]}
    return report


def test_with_a_server_that_is_in_order_every_step_passes(client, server):
    report = diagnose(client, server)
    assert not [step for step in report["steps"].values() if step["outcome"] != "pass"]
    assert report["verdict"] == "healthy"


def expect_broken(report, step, rule):
    assert report["first_broken"] == step, report["steps"]
    assert report["findings"][0]["rule"] == rule


def test_the_kernel_has_no_ppp_async(bare, no_module):
    """The server has the same kernel: its pppd is one that needs none."""
    client, server = bare
    start_pptpd(server)
    no_module(client, "ppp_async")
    expect_broken(diagnose(client, server), "ppp-async", "no-ppp-async")


def test_the_kernels_mppe_is_not_installed(client, server, no_module):
    client.run("mount", "-t", "tmpfs", "none", "/lib/modules")
    try:
        no_module(server, "ppp_mppe")
        expect_broken(diagnose(client, server), "mppe", "mppe-no-kernel-support")
    finally:
        client.run("umount", "/lib/modules")


# --- a black hole ---------------------------------------------------------------------------------

@pytest.fixture
def narrow():
    """A client, and a server behind a router whose link to it is narrow, and which may not say so."""
    with ppp.PptpServer("far") as server, ppp.PppClient("near") as client, Host("router") as router:
        connect("198.51.100.0/24", router, server, left_device="wan")
        connect("10.77.0.0/24", router, client, left_device="lan")
        client.add_route("default", via="10.77.0.1")
        server.add_route("default", via="198.51.100.1")
        router.forward()
        router.ip("link", "set", "wan", "mtu", NARROW)
        router.nft(SILENT)
        server.start_pptpd()
        yield client, server


def sends_much(client, server, address, within):
    """Whether 200 kB pass within this many seconds."""
    listening = server.start("iperf3", "-s", "-1", "-B", address)
    server.wait_listening(5201)
    try:
        return client.run("timeout", within, "iperf3", "-c", address, "-n", "200K", check=False,
                          timeout=within + EVENT).returncode == 0
    finally:
        listening.stop()


def test_large_packets_get_lost_and_nobody_says_so(narrow):
    """The log cannot know. The live diagnosis finds how much passes, and with that the tunnel works."""
    client, server = narrow
    attempt = Attempt(client, server.address).wait_up()
    far_end = f"{ppp.LOCAL_NET}.1"
    client.run("ping", "-c", 1, far_end)
    assert not sends_much(client, server, far_end, 5 * SLOW)
    attempt.hang_up()
    assert diagnosis(client, "black-hole", attempt.logs()["terminal"])["verdict"] == "healthy"

    report = diagnose(client, server)
    expect_broken(report, "sizes", "packets-too-big")
    remedy = report["findings"][0]["remedy"]
    assert "  mtu 1200\n  mru 1200\n" in remedy

    Attempt(client, server.address, (("mtu 1400 mru 1400", "mtu 1200 mru 1200"),)).wait_up()
    assert sends_much(client, server, far_end, EVENT)
