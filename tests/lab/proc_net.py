# SPDX-License-Identifier: GPL-2.0-or-later
"""The sockets and counters of a network namespace, read from /proc/PID/net."""
import ipaddress
import struct
from dataclasses import dataclass

TCP_STATES = ("", "ESTABLISHED", "SYN_SENT", "SYN_RECV", "FIN_WAIT1", "FIN_WAIT2", "TIME_WAIT",
              "CLOSE", "CLOSE_WAIT", "LAST_ACK", "LISTEN", "CLOSING", "NEW_SYN_RECV")


@dataclass(frozen=True)
class Socket:
    kind: str  # tcp, udp, raw
    local: str  # address
    local_port: int  # the IP protocol for raw sockets
    remote: str
    remote_port: int
    state: str
    inode: int


def sockets_of(pid, kinds):
    return [found for kind in kinds for suffix in ("", "6")
            for found in _read_sockets(f"/proc/{pid}/net/{kind}{suffix}", kind)]


def _read_sockets(path, kind):
    """The sockets listed in one of /proc/PID/net/{tcp,udp,raw}{,6}."""
    try:
        with open(path, encoding="ascii") as table:
            rows = table.read().splitlines()[1:]
    except FileNotFoundError:  # a kernel without IPv6
        return []
    return [_parse_socket(row.split(), kind) for row in rows]


def _parse_socket(fields, kind):
    local, local_port = _parse_endpoint(fields[1])
    remote, remote_port = _parse_endpoint(fields[2])
    state = TCP_STATES[int(fields[3], 16)]
    return Socket(kind, local, local_port, remote, remote_port, state, int(fields[9]))


def _parse_endpoint(text):
    """"0100007F:0016" -> ("127.0.0.1", 22): 32-bit words in the machine's byte order."""
    words, port = text.split(":")
    packed = b"".join(struct.pack("=I", int(words[i:i + 8], 16)) for i in range(0, len(words), 8))
    return str(ipaddress.ip_address(packed)), int(port, 16)


def snmp_counter(pid, group, name):
    with open(f"/proc/{pid}/net/snmp", encoding="ascii") as table:
        names, values = (line.split() for line in table if line.startswith(f"{group}:"))
    return int(values[names.index(name)])
