# SPDX-License-Identifier: GPL-2.0-or-later
"""A client at the call manager's socket that may be any user and sends anything at any time.

The records are those of common/channel/channel_message.hh, written a second time.
"""
import array
import ctypes
import ipaddress
import os
import platform
import select
import socket
import struct

from .own_time import EVENT
from .wire import OutgoingCallRequest

MANAGER_SOCKET = "/run/pptp/callmgr.sock"
(CALL_REQUEST, CALL_ASSIGNED, GATEWAY_READY, CALL_CONNECTED, CALL_ENDED, LINK_INFO, STATUS_REQUEST,
 CONNECTION_INFO, CALL_INFO, LIST_END, HANG_UP_REQUEST, WELCOME, EARLY_TAKE_OVER, HAND_OVER,
 STATISTICS_REQUEST, CALL_STATISTICS) = range(1, 17)
(LOG_LEVEL_REQUEST, LOG_LEVEL_INFO, GATEWAY_LOG_LEVEL, CAPTURE_REQUEST, CAPTURE_STARTED, CAPTURE_BEGIN, CAPTURED,
 CAPTURE_STOP, CAPTURE_ENDED) = range(20, 29)
VERSION, SETTINGS_VERSION = 1, 4
SYS_SETRESUID, SYS_SETRESGID, SYS_SETGROUPS = \
    {"x86_64": (117, 119, 116), "aarch64": (147, 149, 159)}[platform.machine()]
_libc = ctypes.CDLL(None, use_errno=True)
TAKE_OVER, TAKEN, LOGIN_VERDICT = 29, 30, 31
IMAGE_VERSION = 3  # as callmgr/manager/handover_image.hh says


def as_user(host, uid, gid, function):
    """What `function` returns in the host, in a thread that is that user and nobody else."""
    def body():
        # Of this thread: the C library's functions are of all threads.
        for call in ((SYS_SETGROUPS, 0, 0), (SYS_SETRESGID, *[gid] * 3), (SYS_SETRESUID, *[uid] * 3)):
            if _libc.syscall(*call) != 0:
                raise OSError(ctypes.get_errno(), "become another user")
        return function()
    return host.call(body)


def connected(path=MANAGER_SOCKET):
    channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    channel.connect(path)
    return channel


# --- records -------------------------------------------------------------------------------------

def text(value):
    return struct.pack("!H", len(value)) + value


def address(value):
    packed = ipaddress.ip_address(value).packed
    return struct.pack("!B16sI", 4 if len(packed) == 4 else 6, packed, 0)


NO_ADDRESS = bytes(21)


def record(tag, body=b""):
    return bytes([tag]) + body


def take_over(oldest=IMAGE_VERSION, newest=IMAGE_VERSION):
    """A request for everything, by a call manager that reads these versions of the image."""
    return record(TAKE_OVER, struct.pack("!HHH", VERSION, oldest, newest))


def call_request(network_namespace, server, mark=0, name=None, host_route=False, pppd=(0, 0), tunnel=b"", interface=b""):
    """A request for a call to the address `server`, which was found by `name`. pppd: its pid and start time."""
    return record(CALL_REQUEST, struct.pack("!HQ", VERSION, network_namespace) + text((name or server).encode())
                  + b"\x01" + address(server) + NO_ADDRESS + text(b"")
                  + struct.pack("!I??IIIHH?", mark, host_route, False, 60_000, 60_000, 30_000, 0, 64, False)
                  + text(b"") * 3 + struct.pack("!IQ", *pppd) + text(tunnel) + text(interface)
                  + text(b""))  # no terminal


def hang_up_request(call_id=0, everything=False):
    return record(HANG_UP_REQUEST, struct.pack("!HH", VERSION, call_id) + text(b"") + bytes([everything]))


def call_assigned(call_id, server, local, mark=0, device=b""):
    return record(CALL_ASSIGNED, struct.pack("!H", call_id) + address(server) + address(local)
                  + struct.pack("!I", mark) + text(device))


def gateway_settings(ipv4=True, log_name=b"", mark=0):
    """What pptp writes for pptp-gre: its defaults, for a server with an address of this family."""
    return (struct.pack("!H??I", SETTINGS_VERSION, ipv4, not ipv4, mark)
            + struct.pack("!I?IH??", 300, True, 300, 64, False, False) + text(log_name) + struct.pack("!BII??", 5, 0, 100, False, False))


# Of each kind, one that can be parsed.
SAMPLES = {
    CALL_ASSIGNED: call_assigned(1, "10.9.0.2", "10.9.0.2"),
    GATEWAY_READY: record(GATEWAY_READY),
    CALL_CONNECTED: record(CALL_CONNECTED, struct.pack("!HIHH", 1, 1, 1, 1)),
    CALL_ENDED: record(CALL_ENDED, bytes(struct.calcsize("!BBBHI")) + text(b"") * 2),
    LINK_INFO: record(LINK_INFO, bytes(8)),
    LOGIN_VERDICT: record(LOGIN_VERDICT, b"\1"),
    STATUS_REQUEST: record(STATUS_REQUEST, struct.pack("!H?", VERSION, False)),
    LIST_END: record(LIST_END, bytes(4)),
    WELCOME: record(WELCOME, struct.pack("!HQ", VERSION, 0)),
    EARLY_TAKE_OVER: record(EARLY_TAKE_OVER, struct.pack("!H", VERSION)),
    TAKE_OVER: take_over(),
    TAKEN: record(TAKEN),
    HAND_OVER: record(HAND_OVER, bytes(4)),
    STATISTICS_REQUEST: record(STATISTICS_REQUEST),
    CALL_STATISTICS: record(CALL_STATISTICS, bytes(9)),
    LOG_LEVEL_REQUEST: record(LOG_LEVEL_REQUEST, struct.pack("!HHB", VERSION, 0, 0)),
    LOG_LEVEL_INFO: record(LOG_LEVEL_INFO, struct.pack("!HB", 1, 7)),
    GATEWAY_LOG_LEVEL: record(GATEWAY_LOG_LEVEL, struct.pack("!BI", 7, 1)),
    CAPTURE_REQUEST: record(CAPTURE_REQUEST, struct.pack("!HH", VERSION, 1)),
    CAPTURE_STARTED: record(CAPTURE_STARTED, address("10.9.0.2") * 2 + bytes(2)),
    CAPTURE_BEGIN: record(CAPTURE_BEGIN, bytes(4)),
    CAPTURED: record(CAPTURED, struct.pack("!QBBQ", 0, 1, 0, 0) + text(b"\0" * 1400)),
    CAPTURE_STOP: record(CAPTURE_STOP, bytes(4)),
    CAPTURE_ENDED: record(CAPTURE_ENDED, struct.pack("!IQ?", 1, 0, False) + bytes(struct.calcsize("!BBBHI"))
                          + text(b"") * 2),
}


class LocalClient:
    """A connection to the manager, by whoever; the welcome is read already."""

    def __init__(self, host, uid, gid, path=MANAGER_SOCKET):
        self.socket = as_user(host, uid, gid, lambda: connected(path))
        self.socket.settimeout(EVENT)
        tag, welcome = self.receive()
        assert tag == WELCOME, tag
        _, self.network_namespace = struct.unpack("!HQ", welcome)

    def send(self, octets, descriptors=()):
        rights = (socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", descriptors))
        self.socket.sendmsg([octets], [rights] if descriptors else [])

    def receive(self):
        """(tag, body) of the next record, or (None, b"") when the manager has hung up."""
        try:
            octets = self.socket.recv(9000)
        except ConnectionResetError:
            octets = b""
        return (octets[0], octets[1:]) if octets else (None, b"")

    def expect(self, tag):
        got, body = self.receive()
        assert got == tag, f"record {got}, not {tag}: {body}"
        return body

    def is_silent(self, seconds=0.05):
        return not select.select([self.socket], [], [], seconds)[0]

    def close(self):
        self.socket.close()


def call_up(host, uid, gid, server, path=MANAGER_SOCKET):
    """A LocalClient with a call of some user's, up, whose gateway it is; and that call at the server."""
    client = LocalClient(host, uid, gid, path)
    client.send(call_request(client.network_namespace, server.address))
    connection = server.establish()
    client.expect(CALL_ASSIGNED)
    client.send(SAMPLES[GATEWAY_READY])
    call = server.call_from(connection, connection.expect(OutgoingCallRequest))
    connection.send(call.reply())
    client.expect(CALL_CONNECTED)
    return client, call


def has_reader_left(write_end):
    """Whether anybody holds the other end of a pipe."""
    poll = select.poll()
    poll.register(write_end, 0)
    return not poll.poll(0)


def pipe_for(give):
    """Passes the read end of a pipe on, keeps none; returns the write end."""
    read_end, write_end = os.pipe()
    give(read_end)
    os.close(read_end)
    return write_end
