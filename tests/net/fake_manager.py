# SPDX-License-Identifier: GPL-2.0-or-later
"""A call manager that the test plays. It can send a gateway what our manager would never send."""
import os
import socket
import struct

from lab import local_client as lc
from lab.gre_socket import CallData

PLACE = "/run/lab/fake/callmgr.sock"
CALL_ID, PEERS_CALL_ID = 77, 78


class FakeManager:
    """Its one client is a gateway, whose call is to `server`, without a control connection."""

    def __init__(self, net, server):
        self.net, self.server = net, server
        path = net.client.path(PLACE)
        os.makedirs(os.path.dirname(path))
        self.listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.listener.settimeout(5)
        self.listener.bind(path)
        self.listener.listen()
        self.channel = self.data = None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for end in (self.channel, self.listener):
            if end:
                end.close()

    def send(self, record):
        self.channel.send(record)

    def receive(self):
        record = self.channel.recv(9000)
        return record[0], record[1:]

    def expect(self, tag):
        got, body = self.receive()
        assert got == tag, f"record {got}, not {tag}"
        return body

    def dial(self):
        """A tunnel whose call this manager has brought up."""
        tunnel = self.net.dial(env={"PPTP_CALLMGR_SOCKET": PLACE})
        self.channel, _ = self.listener.accept()
        self.channel.settimeout(5)
        inode = os.stat(f"/proc/{self.net.client.pid}/ns/net").st_ino
        self.send(lc.record(lc.WELCOME, struct.pack("!HQ", lc.VERSION, inode)))
        self.expect(lc.CALL_REQUEST)
        self.send(lc.call_assigned(CALL_ID, self.server.address, self.net.client.address))
        self.expect(lc.GATEWAY_READY)
        self.data = CallData(self.server.gre, self.net.client.address, CALL_ID, PEERS_CALL_ID)
        self.send(lc.record(lc.CALL_CONNECTED,
                            struct.pack("!HIHH", PEERS_CALL_ID, 10_000_000, 64, 0)))
        return tunnel
