# SPDX-License-Identifier: GPL-2.0-or-later
"""The network interface of a tunnel without pppd hands over large packets, and gets them joined."""
import ctypes
import fcntl
import hashlib
import json
import os
import socket
import struct
import sys
import threading

import pytest

from lab import programs
from lab.engine import EngineServer, EngineTunnel, know_secrets
from lab.lines import wait_until
from lab.own_time import EVENT

SIZE = 16 << 20  # bytes of a transfer
PLAIN, ENCRYPTED = (["--mppe", "none"], ["nomppe"]), (["--mppe", "128"], ["require-mppe-128"])
STATEFUL = (["--mppe", "128", "--stateful"], ["require-mppe-128", "mppe-stateful"])
# TCP sends a few segments again if the machine is busy for 0.2 s. Without large packets, the interface's queue
# overflows, and there are thousands.
TRIES, FEW = 3, 25
PORT = 5001
ETHTOOL, GET_TSO = 0x8946, 0x1e
UDP_SEGMENT = 103  # socket option
WINDOW = 200_000  # bytes on their way: what the gateway's socket keeps while the gateway gets no processor time

# Starts a program for which the kernel refuses TUNSETOFFLOAD (EINVAL), as kernels without it do.
REFUSING = """#!{python} -B
import ctypes, os, platform, struct, sys
instructions = [(0x20, 0, 0, 0), (0x15, 0, 3, {{"x86_64": 16}}.get(platform.machine(), 29)), (0x20, 0, 0, 24),
                (0x15, 0, 1, 0x400454d0), (0x06, 0, 0, 0x00050016), (0x06, 0, 0, 0x7fff0000)]
text = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *each) for each in instructions))
program = ctypes.create_string_buffer(struct.pack("@HP", len(instructions), ctypes.addressof(text)))
assert ctypes.CDLL(None, use_errno=True).prctl(22, 2, ctypes.byref(program)) == 0, ctypes.get_errno()
os.execv({pptp!r}, sys.argv)
"""


class Tunnel(EngineTunnel):
    def __init__(self, net, kind, server=(), options=()):
        know_secrets(net.client)
        self.server_host = net.server
        self.server = EngineServer(net.server, *kind[0], *server)
        super().__init__(net.client, net.server.address, *kind[1], *options)
        self.log = net.client.syslog
        self.wait_up()

    def cuts_tcp(self):
        """Whether the interface takes TCP that somebody else has to cut into segments."""
        value = ctypes.create_string_buffer(struct.pack("=II", GET_TSO, 0))
        request = struct.pack("@16sP16x", self.device.encode(), ctypes.addressof(value))
        with self.host.entered():
            asking = socket.socket()
        with asking:
            fcntl.ioctl(asking, ETHTOOL, request)
        return struct.unpack("=II", value.raw[:8])[1] == 1

    def transfer(self, up, address=None):
        """Sends SIZE bytes through TCP. Returns how many segments were sent again."""
        family = socket.AF_INET6 if address else socket.AF_INET
        with self.server_host.entered():
            listener = socket.create_server(("", PORT), family=family, reuse_port=True)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
        with self.host.entered():
            near = socket.socket(family)
            scope = socket.if_nametoindex(self.device)
        near.settimeout(EVENT)
        near.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, WINDOW)
        near.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, self.device.encode())
        near.connect((address, PORT, 0, scope) if address else (self.peer_ip, PORT))
        far = listener.accept()[0]
        listener.close()
        sender, receiver = (near, far) if up else (far, near)
        data = os.urandom(1 << 20) * (SIZE >> 20)
        digest = hashlib.sha256()

        def receive():
            receiver.settimeout(EVENT)
            while piece := receiver.recv(1 << 18):
                digest.update(piece)
        thread = threading.Thread(target=receive)
        thread.start()
        sender.settimeout(4 * EVENT)
        sender.sendall(data)
        sender.shutdown(socket.SHUT_WR)
        thread.join()
        again = struct.unpack_from("=I", sender.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 232), 100)[0]
        near.close(), far.close()
        assert digest.digest() == hashlib.sha256(data).digest()
        return again

    def transfer_undisturbed(self, up, address=None):
        again = []
        while len(again) < TRIES and min(again, default=SIZE) > FEW:
            again.append(self.transfer(up, address))
        assert min(again) <= FEW, f"segments sent again: {again}"
        for host, device in ((self.host, self.device), (self.server_host, self.server.device())):
            shown = json.loads(host.ip("-s", "-j", "link", "show", "dev", device))
            assert shown[0]["stats64"]["tx"]["dropped"] == 0


@pytest.mark.parametrize("kind", [PLAIN, ENCRYPTED, STATEFUL], ids=["plain", "encrypted", "stateful"])
def test_tcp_arrives_whole_in_both_directions_and_no_queue_overflows(net, kind):
    tunnel = Tunnel(net, kind)
    assert tunnel.cuts_tcp()
    for up in (True, False):
        tunnel.transfer_undisturbed(up)


def test_tcp_over_ipv6_arrives_whole_in_both_directions(net):
    tunnel = Tunnel(net, ENCRYPTED, ["--ipv6"], ["+ipv6"])
    far = tunnel.server.wait(r"IPv6 up on \w+, own ([0-9a-f]+)")[1]
    wait_until(lambda: any(address.startswith("fe80") for address in tunnel.addresses("up")), what="an address of IPv6")
    assert tunnel.addresses("nodad")  # so it can be used at once
    for up in (True, False):
        tunnel.transfer_undisturbed(up, f"fe80::{far}")


def test_a_kernel_that_refuses_gives_one_packet_at_a_time(net, tmp_path, monkeypatch):
    refusing = tmp_path / "pptp"
    refusing.write_text(REFUSING.format(python=sys.executable, pptp=programs.installed().pptp))
    refusing.chmod(0o755)
    monkeypatch.setenv("CALLGATE_PPTP", str(refusing))
    tunnel = Tunnel(net, ENCRYPTED)
    assert not tunnel.cuts_tcp()
    for up in (True, False):
        tunnel.transfer(up)
    tunnel.ping()


@pytest.mark.parametrize("segment", [0, 1200], ids=["fragments", "segments"])
def test_large_udp_arrives_whole(net, segment):
    tunnel = Tunnel(net, ENCRYPTED)
    with net.server.entered():
        far = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with net.client.entered():
        near = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with far, near:
        far.bind(("", PORT))
        far.settimeout(EVENT)
        near.setsockopt(socket.SOL_SOCKET, socket.SO_BINDTODEVICE, tunnel.device.encode())
        if segment:
            near.setsockopt(socket.IPPROTO_UDP, UDP_SEGMENT, segment)
        for size in (5000, 7000, 9001):
            sent, got = os.urandom(size), b""
            near.sendto(sent, (tunnel.peer_ip, PORT))
            while len(got) < size:
                got += far.recv(65536)
            assert got == sent
        # And back.
        far.sendto(sent, (tunnel.local_ip, near.getsockname()[1]))
        near.settimeout(EVENT)
        assert near.recv(65536) == sent
