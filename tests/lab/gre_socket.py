# SPDX-License-Identifier: GPL-2.0-or-later
"""A raw socket for enhanced GRE that can send anything, and the data of one call on it."""
import select
import socket
import time
from dataclasses import dataclass

from .lines import Timeout
from .own_time import PROMPT, Deadline
from .wire import GRE_PROTOCOL, Gre


@dataclass
class Packet:
    """A GRE packet as it arrived."""
    gre: Gre
    source: str
    at: float  # time.monotonic()
    octets: bytes  # after the IP header
    ip_header: bytes


def socket_address(address, port):
    """What bind() takes; to be called inside the host: "fe80::2%eth0" names one of its devices."""
    return socket.getaddrinfo(address, port, type=socket.SOCK_STREAM)[0][4]


class GreSocket:
    """Every GRE packet that reaches `address` in `host`, in order of arrival."""

    def __init__(self, host, address):
        self.address = address
        self.family = socket.AF_INET6 if ":" in address else socket.AF_INET
        with host.entered():
            self.socket = socket.socket(self.family, socket.SOCK_RAW, GRE_PROTOCOL)
            self.socket.bind(socket_address(address, 0))
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
        self._waiting = []

    def close(self):
        self.socket.close()

    def send(self, packet, to):
        """A Gre, or octets to follow an IP header."""
        self.socket.sendto(packet if isinstance(packet, bytes) else packet.build(), (to, 0))

    def _read(self, timeout):
        if not select.select([self.socket], [], [], max(0, timeout))[0]:
            return False
        octets, (source, *_) = self.socket.recvfrom(65536)
        # A raw IPv6 socket never shows the IP header.
        header = 4 * (octets[0] & 15) if self.family == socket.AF_INET else 0
        self._waiting.append(Packet(Gre.parse(octets[header:]), source, time.monotonic(),
                                    octets[header:], octets[:header]))
        return True

    def recv(self, timeout=PROMPT, match=lambda packet: True, what="GRE packet"):
        """The first packet not taken yet that matches; the others stay for later."""
        deadline = Deadline(timeout)
        looked = 0
        while True:
            for number in range(looked, len(self._waiting)):
                if match(self._waiting[number]):
                    return self._waiting.pop(number)
            looked = len(self._waiting)
            if not self._read(deadline.left) and deadline.passed:
                raise Timeout(f"no {what} within {timeout} s; waiting: {self._waiting}")

    def drain(self, quiet=0.2):
        """Every packet until none has come for `quiet` seconds."""
        while self._read(quiet):
            pass
        packets, self._waiting = self._waiting, []
        return packets


class CallData:
    """The server's side of one call's data: numbers what it sends, leaves other calls alone."""

    def __init__(self, gre_socket, client, client_call_id, own_call_id):
        self.gre = gre_socket
        self.client = client  # address
        self.client_call_id = client_call_id
        self.own_call_id = own_call_id
        self.next_seq = 0

    def send(self, payload, seq=None, ack=None, **damage):
        """One PPP frame; returns its sequence number. `damage`: see Gre.build."""
        if seq is None:
            seq = self.next_seq
        self.next_seq = (seq + 1) & 0xFFFFFFFF
        self.send_raw(Gre(self.client_call_id, payload, seq, ack).build(**damage))
        return seq

    def send_ack(self, ack):
        self.send_raw(Gre(self.client_call_id, ack=ack).build())

    def send_raw(self, octets):
        self.gre.send(octets, self.client)

    def recv(self, timeout=PROMPT):
        """The next packet of this call, of whatever kind."""
        return self.gre.recv(timeout, lambda packet: packet.gre.call_id == self.own_call_id,
                             f"GRE packet for call {self.own_call_id}")

    def recv_data(self, timeout=PROMPT):
        """The next packet of this call that has a payload; bare acknowledgements stay queued."""
        return self.gre.recv(timeout, lambda p: p.gre.call_id == self.own_call_id and p.gre.payload,
                             f"GRE data for call {self.own_call_id}")

    def recv_ack(self, number, timeout=PROMPT):
        """The first packet, with or without data, that acknowledges at least `number`."""
        return self.gre.recv(timeout, lambda p: p.gre.call_id == self.own_call_id
                             and p.gre.ack is not None
                             and (p.gre.ack - number) & 0xFFFFFFFF < 1 << 31,
                             f"acknowledgement of {number} for call {self.own_call_id}")
