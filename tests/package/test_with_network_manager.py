# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's NetworkManager and its PPTP plugin, with our pptp."""
import pytest

from lab import ppp
from lab.lines import wait_until
from lab.packages import CALLGATE, PPTP_LINUX, gateways
from lab.ppp_tunnel import MPPE_ENABLED

SERVICE = "NetworkManager.service"
VPN_DATA = "user=alice, password-flags=0, require-mppe-128=yes, " + ", ".join(
    f"refuse-{method}=yes" for method in ("eap", "pap", "chap", "mschap"))


@pytest.fixture
def network_manager(packages, machine, server):
    """It runs, and the machine's way to everywhere is one of its connections: it dials through no other."""
    packages.install(CALLGATE, *packages.brought_along("network-manager", but=(PPTP_LINUX,)))
    # No udevd looks at the guest's devices: with a /sys that it may not write to, NetworkManager
    # takes them as they are, as in a container.
    machine.drop_in(SERVICE, "no-udev", "BindReadOnlyPaths=/sys")
    machine.systemctl("daemon-reload")
    machine.systemctl("restart", SERVICE)
    wait_until(lambda: "eth0:connected" in machine.run("nmcli", "-t", "-f", "DEVICE,STATE", "device").stdout,
               what="NetworkManager has seen the wire")
    machine.run("nmcli", "connection", "add", "type", "ethernet", "con-name", "wire", "ifname", "eth0",
                "ipv4.method", "manual", "ipv4.addresses", f"{machine.addresses[0]}/24",
                "ipv4.gateway", server.address, "ipv6.method", "disabled")
    machine.run("nmcli", "connection", "up", "wire")
    yield machine
    machine.run("nmcli", "connection", "delete", "wire")
    machine.systemctl("stop", SERVICE)
    packages.purge("network-manager-pptp")  # it depends on ours
    machine.ip("address", "replace", f"{machine.addresses[0]}/24", "dev", "eth0")


def add_tunnel(machine, server):
    machine.run("nmcli", "connection", "add", "type", "vpn", "vpn-type", "pptp", "con-name", "work", "ifname", "*",
                "vpn.data", f"gateway={server.address}, {VPN_DATA}",
                "vpn.secrets", f"password={ppp.USERS['alice']}", "ipv4.never-default", "yes")


def test_nmcli_brings_a_tunnel_up_with_mppe_and_down(network_manager, server):
    machine = network_manager
    routes = machine.ip("route")
    add_tunnel(machine, server)
    machine.run("nmcli", "--wait", "90", "connection", "up", "work")
    assert len(gateways()) == 1
    assert MPPE_ENABLED in machine.journal("-b", "-t", "pppd")
    [device] = machine.interfaces()
    machine.run("ping", "-c", "3", "-I", device, f"{ppp.LOCAL_NET}.1")
    machine.run("nmcli", "connection", "down", "work")
    server.wait_log("CTRL: Received CALL CLR request")
    wait_until(lambda: not machine.interfaces() and not gateways(), what="nothing is left of it")
    assert machine.ip("route") == routes
