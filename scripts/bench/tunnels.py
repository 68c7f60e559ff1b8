# SPDX-License-Identifier: GPL-2.0-or-later
"""The tunnels that scripts/bench/tunnel compares: each has a client and a server of its own, and is up."""
import itertools
import os
import re
import shlex
import socket
import struct

from lab import programs
from lab.engine import LOCAL, PASSWORD, REMOTE, USER, EngineServer, EngineTunnel, know_secrets
from lab.host import Host, connect
from lab.lines import wait_until
from lab.own_time import EMULATION, EVENT

MTU = 1436  # of the floors: what the built-in PPP has on a path of 1500 bytes
IP_AND_TCP = 40  # bytes of headers, without options

PEER = """
pty "exec {pptp} {address} --nolaunchpppd"
user {user}
nodetach noauth noipdefault nobsdcomp nodeflate novj nodefaultroute maxfail 1
refuse-eap refuse-pap refuse-chap refuse-mschap {encryption}
mtu {mtu} mru {mtu}
logfd 2
"""


class Ends:
    """Two hosts. `client_ip` and `server_ip` are the ends of the tunnel."""

    client_ip, server_ip = REMOTE, LOCAL

    def __init__(self, encrypted, build):
        self.client, self.server = self.hosts = Host("client"), Host("server")
        self.build = build
        connect("10.9.0.0/24", *self.hosts)
        self.begin(encrypted)

    def close(self):
        for host in self.hosts:
            host.close()

    def set_address(self, host, device):
        own, peer = (self.client_ip, self.server_ip) if host is self.client else (self.server_ip, self.client_ip)
        host.ip("address", "add", own, "peer", peer, "dev", device)
        host.ip("link", "set", device, "mtu", MTU, "up")


class CallServer(Ends):
    """pptp-test-server, and pptp without pppd, which has not dialled yet."""

    def begin(self, encrypted):
        self.serving = EngineServer(self.server, "--mppe", "128" if encrypted else "none")
        know_secrets(self.client)
        self.options = ("require-mppe-128", "nomppe-stateful") if encrypted else ("nomppe",)

    def dial(self):
        return EngineTunnel(self.client, self.server.address, *self.options)


class Engine(CallServer):
    """A tunnel without pppd."""

    def begin(self, encrypted):
        super().begin(encrypted)
        tunnel = self.dial().wait_up()
        self.client.ip("route", "add", self.server_ip, "dev", tunnel.device)


class Floor(Ends):
    """tunnel_floor at both ends."""

    def begin(self, encrypted):
        program, mode = self.build / "scripts/bench/tunnel_floor", "mppe" if encrypted else "plain"
        both = [(host, host.start(program, peer.address, "tun0", side, mode))
                for host, peer, side in ((self.client, self.server, "client"), (self.server, self.client, "server"))]
        for host, process in both:
            process.stdout.wait("^ready$")
            self.set_address(host, "tun0")


class Pppd(Ends):
    """pppd with Callgate on a pty, and pptp-test-server."""

    def pptp(self):
        return programs.installed().pptp

    def begin(self, encrypted):
        self.serving = EngineServer(self.server, "--mppe", "128" if encrypted else "none")
        self.client.write_file("/etc/ppp/chap-secrets", f"{USER} * {PASSWORD} *\n", mode=0o600)
        self.client.write_file("/etc/ppp/peers/tunnel", PEER.format(
            pptp=shlex.quote(self.pptp()), address=self.server.address, user=USER, mtu=MTU,
            encryption="require-mppe-128" if encrypted else "nomppe"))
        pppd = self.client.start("pppd", "call", "tunnel")
        pppd.stderr.wait(r"local  IP address", EVENT * EMULATION)


class PptpLinux(Pppd):
    """pppd with pptp-linux on a pty, and pptp-test-server."""

    def pptp(self):
        return "/usr/sbin/pptp"


class Kernel(Ends):
    """The kernel's own PPTP, PPP and MPPE at both ends, which kernel_pptp connects without negotiation."""

    call_ids = itertools.count(1)

    def begin(self, encrypted):
        program, mode = self.build / "scripts/bench/kernel_pptp", "mppe" if encrypted else "plain"
        client, server = ((host.address, next(self.call_ids)) for host in self.hosts)
        both = [(host, host.start(program, *own, *peer, side, mode, stdin="pipe"))
                for host, own, peer, side in ((self.client, client, server, "client"),
                                              (self.server, server, client, "server"))]
        for step in ("^ready$", "^open$", "^up on "):
            for _, process in both:
                process.stdout.wait(step)
            for _, process in both:
                process.write(b"\n")
        for host, process in both:
            self.set_address(host, process.stdout.find("^up on ")[0].split()[-1])


class Path(Ends):
    """No tunnel: what the path itself carries, in packets as large as those of a tunnel, each on its own, as netem sees
    those of a tunnel."""

    def begin(self, encrypted):
        self.client_ip, self.server_ip = self.client.address, self.server.address
        for host, peer in (self.hosts, self.hosts[::-1]):
            host.ip("link", "set", "dev", "eth0", "gso_max_segs", 1)
            host.ip("route", "add", f"{peer.address}/32", "dev", "eth0", "advmss", MTU - IP_AND_TCP)


CONTENDERS = {"Callgate": Engine, "floor": Floor, "kernel": Kernel, "Callgate with pppd": Pppd,
              "pptp-linux": PptpLinux, "no tunnel": Path}


def listen(host, address, port):
    """Starts an iperf3 server for one run."""
    process = host.start("iperf3", "-s", "-1", "-B", address, "-p", port)
    wait_until(lambda: any(s.state == "LISTEN" and s.local_port == port for s in host.sockets("tcp")),
               what=f"iperf3 listens on port {port}")
    return process


def round_trips(ends, count, interval):
    """Returns the times of pings through the tunnel in microseconds, and how many were lost."""
    shown = ends.client.run("ping", "-n", "-i", interval, "-c", count, "-W", 2, ends.server_ip, check=False,
                            timeout=60 * EMULATION + count * interval).stdout
    times = [1000 * float(time) for time in re.findall(r"time=([\d.]+)", shown)]
    return times, count - len(times)


def packets_out(host):
    """Returns how many packets have come out of the tunnel. iperf3 itself loses some of many small ones."""
    lines = host.run("cat", "/proc/net/dev").stdout.splitlines()[2:]
    return sum(int(line.split(":")[1].split()[1]) for line in lines if line.split(":")[0].strip() not in ("lo", "eth0"))


def busy_time():
    """Returns the processor time that this machine has used since it booted, in microseconds."""
    with open("/proc/stat", encoding="ascii") as stat:
        user, nice, system, _, _, irq, softirq = (int(ticks) for ticks in stat.readline().split()[1:8])
    return (user + nice + system + irq + softirq) * 1e6 / os.sysconf("SC_CLK_TCK")


class InterfaceWatch:
    """Tells when a host gets a tunnel's interface that is up and has an IPv4 address."""

    LINKS, ADDRESSES = 0x1, 0x10  # RTMGRP_LINK, RTMGRP_IPV4_IFADDR
    NEW_LINK, NEW_ADDRESS = 16, 20  # RTM_NEWLINK, RTM_NEWADDR
    UP_TUNNEL = 0x11  # IFF_UP, IFF_POINTOPOINT

    def __init__(self, host):
        with host.entered():
            self.netlink = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
            self.netlink.bind((0, self.LINKS | self.ADDRESSES))

    def wait(self):
        up, addressed = set(), set()
        self.netlink.settimeout(EVENT)
        while not up & addressed:
            data = self.netlink.recv(65536)
            kind, = struct.unpack_from("=H", data, 4)
            if kind == self.NEW_LINK:
                index, flags = struct.unpack_from("=iI", data, 20)
                if flags & self.UP_TUNNEL == self.UP_TUNNEL:
                    up.add(index)
            elif kind == self.NEW_ADDRESS:
                addressed.add(struct.unpack_from("=i", data, 20)[0])
        self.netlink.close()
