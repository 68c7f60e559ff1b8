# SPDX-License-Identifier: GPL-2.0-or-later
"""The same peers file, the same server: once with pppd, and once without it. What people have around pppd sees no difference.

These differences are wanted (doc/architecture.md has the reasons), and are the only ones:
- pppd makes a route to the peer, the engine does not. For the same reason pppd's IPv6 address names the peer, and ours a network.
- The scripts get the name of the tunnel where pppd has a terminal, 0 as its speed, and two variables more: CALLGATE, and DEVICE,
  which pppd sets for a modem alone.
- auth-up and auth-down run whenever the server has accepted us; pppd runs them only if the server had to prove itself.
- /etc/ppp/resolv.conf is gone afterwards.
- The exit status after SIGTERM is 5. pppd's is 16 if the server has ended the call before pppd ends.
"""
import json
import os
import re
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest

from lab import ppp, programs
from lab.lines import wait_until
from lab.own_time import EVENT
from lab.peers_files import HOWTO, IMAGE, OPTIONS_PPTP, PANEL, PPTPSETUP
from lab.tunnel import expect_clean

SERVER_OPTIONS = ppp.SERVER_PPP_OPTIONS + "ms-dns 10.99.1.53\nms-dns 10.99.1.54\n+ipv6\n"
PEER = "10.99.1.1"
ROUTER = "192.0.2.254"
RESOLV_CONF = "search example.net\nnameserver 192.0.2.53\n"
DEBIAN_HOOKS = ("ip-pre-up", "ip-up", "ip-down", "ipv6-up", "ipv6-down")
OWN_HOOKS = ("auth-up", "auth-down")
RECORDER = """#!/bin/sh
hook=${0%.d/record}
{
  printf 'hook %s\\n' "${hook##*/}"
  printf 'argument %s\\n' "$@"
  tr '\\0' '\\n' </proc/$$/environ
  echo
} >/run/lab/hook.$$
cat /run/lab/hook.$$ >>/run/lab/hooks  # at once
"""
NAMED_BY_THE_TUNNEL = {"SPEED", "PPP_TTY", "PPP_TTYNAME", "PPP_SPEED"}
OF_THE_PROCESS = {"PPPD_PID", "CONNECT_TIME", "BYTES_SENT", "BYTES_RCVD"}
ADDED = {"CALLGATE", "DEVICE"}
DEVICE_ARGUMENT, SPEED_ARGUMENT = 1, 2
# What hangs up, and the exit statuses that pppd may have, ours first.
SIGTERM = (lambda server, process: process.signal(signal.SIGTERM), (5, 16))
SERVER_TERMINATES = (lambda server, process: server.signal_all("pppd", signal.SIGTERM), (16,))
SERVER_DIES = (lambda server, process: server.kill_all(), (16,))
# peers file, words on the command line, what ends it
CASES = {
    "pptpsetup": (PPTPSETUP, "noipv6 usepeerdns", SIGTERM),
    "pptpsetup, IPv6": (PPTPSETUP, "+ipv6", SIGTERM),
    "HOWTO": (HOWTO, "noipv6 usepeerdns defaultroute replacedefaultroute", SERVER_TERMINATES),
    "image": (IMAGE, "noipv6 debug dump", SERVER_DIES),
    "panel": (PANEL, "noipv6 novj require-mppe-128 mtu 1400 mru 1400 persist maxfail 0 holdoff 10", SIGTERM),
}
BAD_ENDS = {  # the client's secrets, the server's options, the words, and pppd's exit status
    "wrong password": ("alice * wrong *\n", SERVER_OPTIONS, "", 19),
    "no MPPE at the server": (None, SERVER_OPTIONS.replace("require-mppe-128", "nomppe"), "", 10),
}


@dataclass
class Script:
    name: str
    arguments: list
    environment: dict


@dataclass
class Seen:
    """What there was to see of one tunnel."""
    up: dict
    scripts: list
    status: int
    after: dict

    def names(self, *but):
        return [script.name for script in self.scripts if script.name not in but]


@pytest.fixture
def client(client):
    """With Debian's scripts of pppd, one more that records, and an /etc/resolv.conf that they may replace."""
    client.install_pptp()
    client.use_debian_options()
    client.write_file("/etc/ppp/options.pptp", OPTIONS_PPTP)
    client.run("sh", "-c", "cd /run/lab && mkdir -p etc/files etc/work etc/ppp && mount --bind /etc/ppp etc/ppp &&"
               " mount -t overlay overlay -o lowerdir=/etc,upperdir=/run/lab/etc/files,workdir=/run/lab/etc/work /etc &&"
               " mount --bind /run/lab/etc/ppp /etc/ppp")
    written = [write_hook(client, f"{name}.d/record", RECORDER) for name in DEBIAN_HOOKS]
    written += [write_hook(client, name, RECORDER) for name in OWN_HOOKS]
    written += [write_hook(client, name, Path("/etc/ppp", name).read_text(encoding="utf-8"))
                for name in (*DEBIAN_HOOKS, "ip-up.d/0000usepeerdns", "ip-down.d/0000usepeerdns")]
    yield client
    client.run("rm", *written)
    client.run("umount", "--lazy", "/etc/ppp", "/etc", "/run/lab/etc/ppp")
    client.write_file("/etc/ppp/options", "")


def write_hook(client, name, text):
    client.write_file(f"/etc/ppp/{name}", text, mode=0o755)
    return f"/etc/ppp/{name}"


def call(client, server, kind, text, words):
    client.write_file("/run/lab/hooks", "")
    client.write_file("/etc/resolv.conf", RESOLV_CONF)
    client.run("rm", "-f", "/etc/ppp/resolv.conf")
    client.write_file("/etc/ppp/peers/work", text.format(server=server.address, more="", password=ppp.USERS["alice"]))
    return client.start(programs.installed().pptp, "call", "work", "--ppp", kind, "nodetach", "logfd", "2", *words.split())


def seen(client, server, kind, text, words, end):
    process = call(client, server, kind, text, words)
    wanted = ["ip-up", *(["ipv6-up"] if "+ipv6" in words else [])]
    wait_until(lambda: set(wanted) <= {script.name for script in scripts(client)} or not process.running, what="ip-up")
    assert process.running, process.stderr.text
    device = scripts(client)[-1].arguments[0]
    up = state(client, device)
    end(server, process)
    status = process.wait_exit(EVENT)
    expect_clean(client, within=10)
    server.reset()
    return Seen(up, in_families(scripts(client)), status, state(client))


def in_families(found):
    """Those of IPv6 come last: both families are negotiated side by side, so only the order within each counts."""
    return sorted(found, key=lambda script: script.name.startswith("ipv6"))


def scripts(client):
    """What the scripts have recorded, in their order."""
    found = []
    for record in Path(client.path("/run/lab/hooks")).read_text(encoding="utf-8").split("\n\n")[:-1]:
        name, *lines = re.sub(r"fe80::[\da-f:]+", "fe80::X", record).splitlines()
        found.append(Script(name.removeprefix("hook "), [line[9:] for line in lines if line.startswith("argument ")],
                            dict(line.split("=", 1) for line in lines if not line.startswith("argument "))))
    return found


def state(client, device=None):
    """The interface, all routes, the name servers and the pid files."""
    text = client.ip("-j", "address", "show", *(["dev", device] if device else []))
    links = json.loads(re.sub(r"fe80::[\da-f:]+", "fe80::X", text))
    return {
        "interface": [(link["ifname"], link.get("mtu"), sorted(link.get("flags", ())), link["link_type"],
                       [(a["family"], a["local"], a.get("address") if a["family"] == "inet" else "")
                        for a in link["addr_info"]])
                      for link in links if link["ifname"] != "lo"],
        "routes": {(r.get("type", ""), r["dst"], r.get("dev"), r.get("gateway"), r.get("metric"), r.get("table"))
                   for r in json.loads(client.ip("-j", "-4", "route", "show", "table", "all"))},
        "/etc/ppp/resolv.conf": content(client, "/etc/ppp/resolv.conf"),
        "/etc/resolv.conf": content(client, "/etc/resolv.conf"),
        "pid files": sorted(name for name in os.listdir(client.path("/run")) if name.endswith(".pid")),
    }


def content(client, file):
    path = Path(client.path(file))
    return path.read_text(encoding="utf-8") if path.exists() else None


def expect_the_same_script(ours, theirs):
    for number, (mine, pppds) in enumerate(zip(ours.arguments, theirs.arguments, strict=True)):
        if number not in (DEVICE_ARGUMENT, SPEED_ARGUMENT):
            assert mine == pppds, (ours, theirs)
    assert set(ours.environment) - ADDED == set(theirs.environment), (ours, theirs)
    for name, value in theirs.environment.items():
        if name not in NAMED_BY_THE_TUNNEL | OF_THE_PROCESS:
            assert ours.environment[name] == value, (name, ours, theirs)


@pytest.mark.parametrize("case", CASES)
def test_a_peers_file_has_the_same_effect_without_pppd_as_with_it(client, hosts, case):
    _, server = hosts
    text, words, (end, statuses) = CASES[case]
    replaced = "replacedefaultroute" in words
    if replaced:
        client.add_route("default", via=ROUTER)
    try:
        theirs, ours = (seen_with(client, server, kind, text, words, end) for kind in ("pppd", "builtin"))
    finally:
        if replaced:
            client.ip("route", "del", "default", "via", ROUTER)

    to_peer = {route for route in theirs.up["routes"] if route[1] == PEER}
    assert to_peer and not {route for route in ours.up["routes"] if route[1] == PEER}
    theirs.up["routes"] -= to_peer
    assert ours.up == theirs.up

    assert ours.names(*OWN_HOOKS) == theirs.names()
    assert [name for name in ours.names() if name in OWN_HOOKS] == list(OWN_HOOKS)  # they run beside the others
    for mine, pppds in zip([script for script in ours.scripts if script.name not in OWN_HOOKS], theirs.scripts):
        expect_the_same_script(mine, pppds)

    assert ours.status == statuses[0] and theirs.status in statuses
    assert ours.after.pop("/etc/ppp/resolv.conf") is None
    theirs.after.pop("/etc/ppp/resolv.conf")
    assert ours.after == theirs.after
    assert ours.after["/etc/resolv.conf"] == RESOLV_CONF


def seen_with(client, server, kind, text, words, end):
    server.start_pptpd(ppp_options=SERVER_OPTIONS)
    return seen(client, server, kind, text, words, end)


@pytest.mark.parametrize("case", BAD_ENDS)
def test_a_tunnel_that_does_not_come_up_has_the_same_status_and_runs_no_script(client, hosts, case):
    _, server = hosts
    secrets, options, words, status = BAD_ENDS[case]
    kept = content(client, "/etc/ppp/chap-secrets")
    client.write_file("/etc/ppp/chap-secrets", secrets or kept, mode=0o600)
    server.start_pptpd(ppp_options=options)
    try:
        for kind in ("pppd", "builtin"):
            process = call(client, server, kind, HOWTO, f"noipv6 {words}")
            assert process.wait_exit(EVENT) == status, f"{kind}: {process.stderr.text}"
            assert not [script.name for script in scripts(client) if script.name not in OWN_HOOKS]
            assert content(client, "/etc/resolv.conf") == RESOLV_CONF
            expect_clean(client, within=10)
    finally:
        client.write_file("/etc/ppp/chap-secrets", kept, mode=0o600)
        server.reset()
