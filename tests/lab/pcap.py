# SPDX-License-Identifier: GPL-2.0-or-later
"""A strict reader of pcap files of raw IP packets: every length and checksum must be right."""
import ipaddress
import struct
from dataclasses import dataclass

from . import wire
from .ip_packets import internet_checksum

MAGIC_NANOSECONDS, LINKTYPE_RAW = 0xA1B23C4D, 101
TCP, GRE = 6, 47
PORT = 1723


@dataclass
class Captured:
    time: int  # ns since 1970
    source: str
    destination: str
    protocol: int
    payload: bytes  # of the IP packet
    whole: bytes


@dataclass
class Segment:
    source_port: int
    destination_port: int
    sequence: int
    acknowledgement: int
    message: object  # a control message of wire.py


def read(octets):
    """All packets of a file, which ends with a whole one."""
    magic, major, minor, _, _, _, link = struct.unpack_from("!IHHIIII", octets)
    assert (magic, major, minor, link) == (MAGIC_NANOSECONDS, 2, 4, LINKTYPE_RAW)
    packets, at = [], 24
    while at < len(octets):
        seconds, nanoseconds, size, original = struct.unpack_from("!IIII", octets, at)
        assert nanoseconds < 10**9 and size == original
        at += 16
        assert at + size <= len(octets), "the last packet is cut"
        packets.append(ip_packet(seconds * 10**9 + nanoseconds, octets[at:at + size]))
        at += size
    return packets


def ip_packet(time, octets):
    if octets[0] >> 4 == 6:
        size, protocol = struct.unpack_from("!HB", octets, 4)
        assert len(octets) == 40 + size
        return Captured(time, str(ipaddress.ip_address(octets[8:24])),
                        str(ipaddress.ip_address(octets[24:40])), protocol, octets[40:], octets)
    header = 4 * (octets[0] & 15)
    assert octets[0] >> 4 == 4 and struct.unpack_from("!H", octets, 2)[0] == len(octets)
    assert internet_checksum(octets[:header]) == 0, "checksum of an IP header"
    return Captured(time, str(ipaddress.ip_address(octets[12:16])),
                    str(ipaddress.ip_address(octets[16:20])), octets[9], octets[header:], octets)


def segment(packet):
    """The one control message that a TCP segment has."""
    addresses = [ipaddress.ip_address(a).packed for a in (packet.source, packet.destination)]
    pseudo = b"".join(addresses) + struct.pack("!II", len(packet.payload), TCP)
    assert internet_checksum(pseudo + packet.payload) == 0, "checksum of a TCP segment"
    header = 4 * (packet.payload[12] >> 4)
    ports_and_numbers = struct.unpack_from("!HHII", packet.payload)
    return Segment(*ports_and_numbers, wire.parse(packet.payload[header:]))


def control(packets):
    return [segment(packet) for packet in packets if packet.protocol == TCP]


def gre(packets):
    return [packet for packet in packets if packet.protocol == GRE]
