# SPDX-License-Identifier: GPL-2.0-or-later
"""Several tunnels of one host to one server, and by which of them a connection leaves.

    exits = Exits(net.client, net.server)
    exits.configure("one", "table 101", "mark 1")
    one = exits.dial("one")
    assert exits.seen_from(mark=1) == one.local_ip
"""
import contextlib
import os
import signal
import socket
from pathlib import Path

from . import programs
from .engine import EngineTunnel, know_secrets
from .lines import wait_until
from .process import proc_statuses

PREFIX = Path(programs.installed().pptp).parents[1]
ETH_P_ALL = 3
BEYOND, PORT = "203.0.113.1", 7007  # an address that only tunnels lead to
# Debian's /etc/ppp/ip-up, with our scripts.
RUNS_SCRIPTS = f"""#!/bin/sh
PATH=/usr/sbin:/usr/bin:/sbin:/bin
export PATH
exec run-parts --regex '^callgate-' {PREFIX}/etc/ppp/${{0##*/}}.d --arg="$1" --arg="$2" --arg="$3" --arg="$4" --arg="$5" --arg="$6"
"""
TELLS_WHOM_IT_SEES = f"""
import socket
server = socket.create_server(("{BEYOND}", {PORT}))
print("listening", flush=True)
while True:
    client, (address, _) = server.accept()
    client.sendall(address.encode())
    client.close()
"""
ASKS = """
import os, socket, sys
mark, user, source, device = sys.argv[1:5]
if user:
    os.setuid(int(user))
s = socket.socket()
s.settimeout(5)
if mark:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, int(mark))
if device:
    s.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, device.encode())
if source:
    s.bind((source, 0))
try:
    s.connect((sys.argv[5], int(sys.argv[6])))
    print(s.recv(100).decode())
except OSError as error:
    print(error)
"""


class Exits:
    def __init__(self, client, server):
        self.client, self.server = client, server
        know_secrets(client)
        for name in "ip-up", "ip-down":
            client.write_file(f"/etc/ppp/{name}", RUNS_SCRIPTS, mode=0o755)
        server.ip("address", "add", f"{BEYOND}/32", "dev", "lo")
        server.start("python3", "-c", TELLS_WHOM_IT_SEES).wait_line("listening", stream="stdout")

    def configure(self, name, *lines, routes=()):
        self.client.write_file(f"/etc/ppp/callgate/{name}.egress", "".join(f"{line}\n" for line in lines))
        if routes:
            self.client.write_file(f"/etc/ppp/callgate/{name}.routes", "".join(f"{line}\n" for line in routes))

    def start(self, name, *options, **more):
        return EngineTunnel(self.client, self.server.address, "ipparam", name, *options, **more)

    def dial(self, name, *options, **more):
        """A tunnel whose scripts have ended."""
        before = len(self.client.syslog.all)
        tunnel = self.start(name, *options, **more).wait_up()
        self.client.syslog.wait(f"{name}: [0-9]+ networks go through {tunnel.device}", start=before)
        return tunnel

    def seen_from(self, mark="", user="", source="", device=""):
        """The client's address that the server beyond the tunnels sees, or the error."""
        return self.client.run("python3", "-c", ASKS, mark, user, source, device, BEYOND, PORT).stdout.strip()

    def rules(self):
        """Our rules, as ip prints them."""
        return [rule for rule in self.client.ip("-4", "-N", "rule").splitlines() if "proto 48" in rule]

    def wait_no_rules(self):
        wait_until(lambda: not self.rules(), what="no rule is left")


class Before:
    """The rules and routes of a host, which are to come back."""

    def __init__(self, host):
        self.host = host
        self.state = self.now()

    def now(self):
        return [self.host.ip("-4", "rule"), self.host.ip("-4", "route", "show", "table", "all"), self.host.ip("-6", "rule")]

    def again(self):
        wait_until(lambda: self.now() == self.state, what=f"as before: {self.state}, not {self.now()}")


class Capture:
    """Every IPv4 packet to the network beyond the tunnels that leaves by one of these devices, and is no GRE."""

    def __init__(self, host, devices=("eth0",)):
        self.devices = devices
        self.socket = host.call(lambda: socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL)))
        self.socket.setblocking(False)

    def leaks(self):
        found = []
        while True:
            try:
                packet, (device, protocol, *_) = self.socket.recvfrom(2048)
            except BlockingIOError:
                return found
            beyond = socket.inet_aton(BEYOND)
            if device in self.devices and protocol == 0x0800 and packet[9] != 47 and packet[16:20] == beyond:
                found.append(packet)
            if device in self.devices and protocol == 0x0806 and packet[24:28] == beyond:
                found.append(packet)


def children(pid):
    with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as found:
        return list(map(int, found.read().split()))


def family(tunnel):
    """The pids of a tunnel's processes: the tunnel process comes first."""
    return [tunnel.process.pid, *children(tunnel.process.pid)]


def gateway(tunnel):
    """The oldest: a process that is to become a script is a pptp before."""
    return next(pid for pid, status in proc_statuses(children(tunnel.process.pid)).items() if status["Name"] == "pptp")


def kill_all(pids):
    for pid in pids:
        with contextlib.suppress(ProcessLookupError):  # it ended because of the one before
            os.kill(pid, signal.SIGKILL)
