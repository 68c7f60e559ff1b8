# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's ConnMan and its VPN daemon, with our pptp."""
from pathlib import Path

import pytest

from lab import ppp
from lab.lines import wait_until
from lab.packages import CALLGATE, gateways
from lab.ppp_tunnel import MPPE_ENABLED

SERVICES = ("connman.service", "connman-vpn.service")
RESOLV_CONF = Path("/etc/resolv.conf")
WIRE = """
[service_wire]
Type = ethernet
DeviceName = eth0
IPv4 = {address}/24/{gateway}
IPv6 = off
"""
# Without PPPD.Debug, for which ConnMan gives pppd a word that pppd does not know.
TUNNEL = """
[provider_work]
Type = PPTP
Name = work
Host = {server}
Domain = example.net
PPTP.User = alice
PPTP.Password = {password}
PPPD.RefuseEAP = true
PPPD.RefusePAP = true
PPPD.RefuseCHAP = true
PPPD.RefuseMSCHAP = true
PPPD.NoBSDComp = true
PPPD.NoDeflate = true
PPPD.RequirMPPE128 = true
"""


def write(path, text):
    Path(path).parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    Path(path).write_text(text, encoding="ascii")
    Path(path).chmod(0o600)


def services(machine, kind, states):
    """ConnMan's names of its services of that kind that are in one of these states: R is ready, O is online."""
    lines = machine.run("connmanctl", "services").stdout.splitlines()
    return [line.split()[-1] for line in lines if line.split()[-1].startswith(f"{kind}_") and line[2] in states]


def ready(machine, kind):
    return services(machine, kind, "RO")


@pytest.fixture
def connman(packages, machine, server):
    """It runs, and the machine's way to everywhere is one of its services: it dials through no other."""
    resolv_conf = RESOLV_CONF.read_bytes()
    write("/var/lib/connman/wire.config", WIRE.format(address=machine.addresses[0], gateway=server.address))
    write("/var/lib/connman-vpn/work.config", TUNNEL.format(server=server.address, password=ppp.USERS["alice"]))
    packages.install(CALLGATE, *packages.brought_along("connman"))
    machine.systemctl("restart", *SERVICES)
    wait_until(lambda: ready(machine, "ethernet"), what="ConnMan has connected the wire")
    yield machine
    machine.systemctl("stop", *SERVICES)
    machine.ip("address", "replace", f"{machine.addresses[0]}/24", "dev", "eth0")
    RESOLV_CONF.unlink()
    RESOLV_CONF.write_bytes(resolv_conf)


def routes_of(machine, server):
    """All but ConnMan's route to its gateway, which is the server here: ConnMan removes it with its own route to the server."""
    return [line for line in machine.ip("route").splitlines() if line.split()[0] != server.address or "proto 48" in line]


def test_connmanctl_brings_a_tunnel_up_with_mppe_and_down(connman, server):
    machine = connman
    routes, encrypted_before = routes_of(machine, server), machine.journal("-b", "-t", "pppd").count(MPPE_ENABLED)
    [tunnel] = wait_until(lambda: services(machine, "vpn", " "), what="ConnMan knows the tunnel")
    for times in (1, 2):
        machine.run("connmanctl", "connect", tunnel, timeout=120)
        wait_until(lambda: ready(machine, "vpn"), what="ConnMan says that the tunnel is up")
        assert len(gateways()) == 1
        assert machine.journal("-b", "-t", "pppd").count(MPPE_ENABLED) == encrypted_before + times
        [device] = machine.interfaces()
        machine.run("ping", "-c", "3", "-I", device, f"{ppp.LOCAL_NET}.1")
        machine.run("connmanctl", "disconnect", tunnel)
        wait_until(lambda times=times: len(find_clears(server)) == times,
                   what="the server has read Call-Clear-Request")
        wait_until(lambda: not machine.interfaces() and not gateways(), what="nothing is left of it")
        wait_until(lambda: routes_of(machine, server) == routes, what="the routes are as before")


def find_clears(server):
    return [line for line in server.log if "CTRL: Received CALL CLR request" in line]
