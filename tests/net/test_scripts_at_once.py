# SPDX-License-Identifier: GPL-2.0-or-later
"""pptp-dns and pptp-lan, run for two tunnels at once: neither undoes what the other has changed. Cables are the tunnels."""
import os

import pytest

from lab import programs
from lab.lines import wait_until

LIBEXEC = programs.prefix() / "libexec/callgate"
PATH = "/usr/sbin:/usr/bin:/sbin:/bin"
STOP = "mkdir /run/lab/stopped 2>/dev/null && while [ ! -e /run/lab/go ]; do sleep 0.1; done"
# In place of the programs: the first one that reads resolv.conf for a change stops after it has read.
READS = f"""#!/bin/sh
PATH={PATH}
"${{0##*/}}" "$@"
case $* in /etc/resolv.conf | "/^# pptp-dns: begin "*) {STOP} ;; esac
exit 0
"""
# The first one stops before it changes anything.
CHANGES = f"""#!/bin/sh
PATH={PATH}
{STOP}
exec "${{0##*/}}" "$@"
"""
TABLE = "callgate_one"
STATE = "/run/callgate-one.lan"


@pytest.fixture
def host(net):
    for name in "ppp0", "ppp1":
        net.client.ip("link", "add", name, "type", "veth", "peer", "name", f"{name}-far")
    return net.client


def at_once(host, first, second):
    """Runs the second command while the first one is stopped in the middle."""
    running = host.start(*first, env={"PATH": f"/run/lab/bin:{PATH}"})
    wait_until(lambda: os.path.exists(host.path("/run/lab/stopped")), what="the first one has stopped")
    other = host.start(*second, env={"PATH": f"/run/lab/bin:{PATH}"})
    wait_until(lambda: not other.running or "flock 9" in host.running().values(), what="the second one has ended, or waits")
    host.write_file("/run/lab/go", "")
    wait_until(lambda: not running.running and not other.running, what="both have ended")


def block(interface):
    return f"# pptp-dns: begin {interface}\nnameserver 10.0.0.{interface[-1]}\n# pptp-dns: end {interface}\n"


DNS = {"up": ("up", "ppp0", "one"), "down": ("down", "ppp1"), "clean": ("clean",)}


@pytest.mark.parametrize("first, second", (("up", "down"), ("down", "up"), ("clean", "up"), ("clean", "down"), ("down", "clean")))
def test_no_change_of_the_name_servers_is_lost(host, first, second):
    """ppp7 was an interface of a killed pppd."""
    for program in "cat", "sed":
        host.write_file(f"/run/lab/bin/{program}", READS, mode=0o755)
    before = ["ppp7", "ppp1"] if "clean" in (first, second) else ["ppp1"]
    host.mask_file("/etc/resolv.conf", "".join(map(block, before)) + "options timeout:1\n")
    host.write_file("/etc/ppp/callgate/one.dns", "10.0.0.0\n")
    at_once(host, *([LIBEXEC / "pptp-dns", *DNS[command]] for command in (first, second)))
    after = (["ppp0"] if "up" in (first, second) else []) + ([] if "down" in (first, second) else ["ppp1"])
    assert host.run("cat", "/etc/resolv.conf").stdout == "".join(map(block, after)) + "options timeout:1\n"


LAN = {"up": ("up", "ppp0", "one"), "again": ("again", "ppp0", "one"), "down": ("down", "ppp0"), "clean": ("clean",)}


@pytest.mark.parametrize("first, second, stays",
                         (("clean", "up", True), ("up", "down", False), ("again", "down", False), ("down", "again", False)))
def test_the_rules_for_other_machines_are_there_exactly_as_long_as_the_tunnel(host, first, second, stays):
    host.write_file("/run/lab/bin/nft", CHANGES, mode=0o755)
    index = host.ip("-o", "link", "show", "dev", "ppp0").split(":")[0]
    if "up" not in (first, second):
        host.run(LIBEXEC / "pptp-lan", "up", "ppp0", "one")
        assert TABLE in host.run("nft", "list", "tables").stdout
    elif "clean" in (first, second):
        host.write_file(STATE, "ppp0 9999\n")  # an earlier interface of this name
    at_once(host, *([LIBEXEC / "pptp-lan", *LAN[command]] for command in (first, second)))
    assert (TABLE in host.run("nft", "list", "tables").stdout) == stays
    assert os.path.exists(host.path(STATE)) == stays
    if stays:
        assert host.run("cat", STATE).stdout == f"ppp0 {index}\n"
