# SPDX-License-Identifier: GPL-2.0-or-later
"""A machine behind this one uses a tunnel (pptpsetup --lan-to-lan), and nothing is left of the rules after the tunnel."""
import os
import signal

import pytest

from lab.egress import BEYOND, Exits
from lab.engine import EngineServer
from lab.host import Host, connect
from lab.lines import wait_until

MTU = 1300
MSS = MTU - 40  # the headers of IP and TCP
TABLE = "table ip callgate_one"
PORT = 7008
TELLS_ADDRESS_AND_SEGMENT = f"""
import socket
server = socket.create_server(("{BEYOND}", {PORT}))
print("listening", flush=True)
while True:
    client, (address, _) = server.accept()
    client.sendall(f"{{address}} {{client.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG)}}".encode())
    client.close()
"""
ASKS = f"""
import socket
with socket.create_connection(("{BEYOND}", {PORT}), 20) as connection:
    print(connection.recv(100).decode(), connection.getsockopt(socket.IPPROTO_TCP, socket.TCP_MAXSEG))
"""

# What SYN of the machine behind enters the tunnel, after the rules of the tunnel.
COUNTS_LARGE_SEGMENTS = f"""table ip large {{
  chain forward {{
    type filter hook postrouting priority 300; policy accept;
    iifname "lan0" tcp flags syn tcp option maxseg size > {MSS} counter
    iifname "lan0" tcp flags syn tcp option maxseg size {MSS} counter
  }}
}}
"""


@pytest.fixture
def exits(net):
    exits = Exits(net.client, net.server)
    exits.server_process = EngineServer(net.server)
    net.server.start("python3", "-c", TELLS_ADDRESS_AND_SEGMENT).wait_line("listening", stream="stdout")
    exits.configure("one", "lan-to-lan", routes=[f"{BEYOND}/32"])
    return exits


@pytest.fixture
def behind(net):
    """A machine of the LAN, whose gateway is the client."""
    with Host("behind") as host:
        connect("10.20.0.0/24", net.client, host, left_device="lan0")
        host.add_route("default", via="10.20.0.1")
        yield host


def tables(host):
    return host.run("nft", "list", "tables").stdout.splitlines()


def dial(exits):
    tunnel = exits.dial("one", "mtu", MTU, "mru", MTU)
    exits.client.syslog.wait("callgate-lan: one: ")
    return tunnel


def ask(host):
    return host.run("python3", "-c", ASKS).stdout.split()


def test_a_machine_behind_reaches_the_other_end_with_the_tunnel_s_address_and_segments_that_fit(exits, behind):
    exits.client.forward()
    before = tables(exits.client)
    tunnel = dial(exits)
    exits.client.nft(COUNTS_LARGE_SEGMENTS)
    address, theirs, ours = ask(behind)
    assert address == tunnel.local_ip
    assert int(theirs) <= MSS and int(ours) <= MSS
    counted = exits.client.run("nft", "list", "table", "ip", "large").stdout
    assert "packets 0" in counted and f"maxseg size {MSS} counter packets 1" in counted
    exits.client.nft("delete table ip large\n")
    assert tables(exits.client) == [*before, TABLE]
    tunnel.hang_up()
    wait_until(lambda: tables(exits.client) == before, what="the table is gone")


def test_forwarding_is_not_switched_on_but_its_lack_is_said(exits, behind):
    exits.client.sysctl("net.ipv4.ip_forward", 0)
    dial(exits)
    exits.client.syslog.wait("callgate-lan: one: other machines cannot use this tunnel yet, .*sysctl -w net.ipv4.ip_forward=1")
    assert exits.client.run("cat", "/proc/sys/net/ipv4/ip_forward").stdout.strip() == "0"


def test_the_rules_go_with_the_interface_if_all_processes_of_the_tunnel_are_killed(exits):
    tunnel = dial(exits)
    assert TABLE in tables(exits.client)
    wait_until(lambda: any("monitor" in command for command in exits.client.running().values()), what="the watch hears events")
    top = tunnel.process.pid
    with open(f"/proc/{top}/task/{top}/children", encoding="ascii") as children:
        for pid in [top, *map(int, children.read().split())]:
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: TABLE not in tables(exits.client), what="the table is gone")
    wait_until(lambda: not any("monitor" in command for command in exits.client.running().values()), what="the watch has ended")


def test_rules_of_others_and_of_other_tunnels_stay(exits):
    exits.client.nft("table ip mine {\n}\n")
    exits.configure("two", "lan-to-lan", routes=["203.0.113.99/32"])
    one = dial(exits)
    exits.dial("two")
    exits.client.syslog.wait("callgate-lan: two: ")
    one.hang_up()
    wait_until(lambda: TABLE not in tables(exits.client), what="the table of one is gone")
    assert {"table ip mine", "table ip callgate_two"} <= set(tables(exits.client))
