# SPDX-License-Identifier: GPL-2.0-or-later
"""IP packets made by hand: with options, in fragments, and ICMP errors about other packets."""
import socket
import struct

from .wire import GRE_PROTOCOL

ICMP_PROTOCOL = 1
UNREACHABLE, TIME_EXCEEDED, PARAMETER_PROBLEM = 3, 11, 12  # ICMP types
TOO_BIG = 2  # ICMPv6 type
OPTIONS = {  # RFC 791 section 3.1, RFC 2113
    "no-operation": b"\x01\x01\x01\x00",
    "record-route": b"\x07\x27\x04" + bytes(36) + b"\x00",
    "timestamp": b"\x44\x0c\x05\x00" + bytes(8),
    "router-alert": b"\x94\x04\x00\x00",
}


class HostSocket:
    """A socket of a host's, for as long as a `with`."""

    def __init__(self, host, *kind):
        with host.entered():
            self.socket = socket.socket(*kind)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.socket.close()


class IpSocket(HostSocket):
    """Sends whole IPv4 packets from a host; the kernel fills in checksums and the total length."""

    def __init__(self, host, source, destination):
        super().__init__(host, socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)
        self.source, self.destination = source, destination

    def send(self, payload, protocol=GRE_PROTOCOL, identification=0, offset=0, more=False,
             options=b""):
        """One packet, or the fragment of one that begins at octet `offset`."""
        header = struct.pack("!BBHHHBBH4s4s", 0x45 + len(options) // 4, 0, 0, identification,
                             offset // 8 | (0x2000 if more else 0), 64, protocol, 0,
                             socket.inet_aton(self.source), socket.inet_aton(self.destination))
        self.socket.sendto(header + options + payload, (self.destination, 0))

    def send_icmp(self, kind, code, about, rest=0):
        """An ICMP error (RFC 792) about the packet that begins with the octets `about`."""
        message = struct.pack("!BBHI", kind, code, 0, rest) + about
        checksum = internet_checksum(message)
        self.send(message[:2] + struct.pack("!H", checksum) + message[4:], ICMP_PROTOCOL)


class Icmp6Socket(HostSocket):
    """Sends ICMPv6 messages (RFC 4443) from a host; the kernel does headers and checksums."""

    def __init__(self, host, destination):
        super().__init__(host, socket.AF_INET6, socket.SOCK_RAW, socket.IPPROTO_ICMPV6)
        self.destination = destination

    def send(self, kind, code, about, rest=0):
        """An error about the packet that begins with the octets `about`."""
        self.socket.sendto(struct.pack("!BBHI", kind, code, 0, rest) + about, (self.destination, 0))


def ipv6_packet(source, destination, payload, protocol=GRE_PROTOCOL):
    return struct.pack("!IHBB16s16s", 6 << 28, len(payload), protocol, 64,
                       socket.inet_pton(socket.AF_INET6, source),
                       socket.inet_pton(socket.AF_INET6, destination)) + payload


def fragments(octets, size):
    """[(offset, is not the last, octets)] with `size` octets each, a multiple of 8."""
    return [(at, at + size < len(octets), octets[at:at + size])
            for at in range(0, len(octets), size)]


def internet_checksum(octets):
    """RFC 1071"""
    octets += bytes(len(octets) % 2)
    total = sum(struct.unpack(f"!{len(octets) // 2}H", octets))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
