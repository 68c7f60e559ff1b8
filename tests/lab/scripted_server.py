# SPDX-License-Identifier: GPL-2.0-or-later
"""The PAC side of RFC 2637, driven step by step: does what the test says, not what the RFC says.

    server = ScriptedServer(host)
    connection = server.accept()
    connection.expect(StartControlConnectionRequest)
    connection.send(StartControlConnectionReply(result=4))
    connection.expect_end()
"""
import select
import socket
import struct
import time

from . import wire
from .gre_socket import CallData, GreSocket, socket_address
from .lines import Timeout
from .own_time import EVENT, PROMPT, Deadline
from .wire import (CallClearRequest, CallDisconnectNotify, EchoReply, EchoRequest,
                   OutgoingCallReply, OutgoingCallRequest, StartControlConnectionReply,
                   StartControlConnectionRequest, StopControlConnectionReply,
                   StopControlConnectionRequest, WireError)


class ScriptedServer:
    """Listens on TCP 1723 and on raw GRE at one address of a host. Close it, or use `with`."""

    def __init__(self, host, address=None, backlog=64, gre=True):
        self.host = host
        self.address = address or host.address
        self.connections = []
        self.next_call_id = 1000
        family = socket.AF_INET6 if ":" in self.address else socket.AF_INET
        with host.entered():
            self.listener = socket.socket(family, socket.SOCK_STREAM)
            self.listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            self.listener.bind(socket_address(self.address, wire.PORT))
        self.listener.listen(backlog)
        self.gre = GreSocket(host, self.address) if gre else None

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def close(self):
        for connection in self.connections:
            connection.close()
        self.listener.close()
        if self.gre:
            self.gre.close()

    def accept(self, timeout=EVENT):
        deadline = Deadline(timeout)
        while not select.select([self.listener], [], [], deadline.left)[0]:
            if deadline.passed:
                raise Timeout(f"no TCP connection within {timeout} s")
        connection = Connection(*self.listener.accept())
        self.connections.append(connection)
        return connection

    def expect_no_connection(self, seconds):
        if select.select([self.listener], [], [], seconds)[0]:
            raise WireError("a TCP connection that should not be")

    def establish(self, timeout=EVENT, **reply):
        """Accepts a connection and exchanges Start-Control-Connection messages with it."""
        connection = self.accept(timeout)
        connection.start_request = connection.expect(StartControlConnectionRequest, timeout)
        connection.send(StartControlConnectionReply(**reply))
        return connection

    def answer_call(self, connection, timeout=EVENT, **reply):
        """Awaits a call request on an established connection and accepts it: a Call."""
        call = self.call_from(connection, connection.expect(OutgoingCallRequest, timeout),
                              reply.get("call_id"))
        connection.send(call.reply(**reply))
        return call

    def call_from(self, connection, request, call_id=None):
        """The Call that a request asks for, with no reply sent yet."""
        self.next_call_id += 1
        return Call(self, connection, request, self.next_call_id if call_id is None else call_id)

    def take_call(self, timeout=EVENT):
        """The whole happy path: accept, start, one call."""
        return self.answer_call(self.establish(timeout), timeout)


class Call:
    """A call that the server answered: its control connection and its data."""

    def __init__(self, server, connection, request, call_id):
        self.server = server
        self.connection = connection
        self.request = request
        self.call_id = call_id  # ours, the PAC's
        self.client_call_id = request.call_id
        self.data = None
        if server.gre:
            self.data = CallData(server.gre, connection.client, request.call_id, call_id)

    def reply(self, **fields):
        """The Outgoing-Call-Reply that accepts the call."""
        return OutgoingCallReply(**{"call_id": self.call_id, "peer_call_id": self.client_call_id,
                                    **fields})

    def disconnect(self, result=4, **fields):
        self.connection.send(CallDisconnectNotify(call_id=self.call_id, result=result, **fields))

    def expect_hang_up(self, timeout=PROMPT, last=True):
        """The client's orderly end: Call-Clear, our notice; after the last call Stop and FIN."""
        clear = self.connection.expect(CallClearRequest, timeout)
        wire.require(clear.call_id == self.client_call_id,
                     f"Call-Clear-Request for call {clear.call_id}")
        self.disconnect()
        if last:
            self.connection.expect_stop(timeout)


class Connection:
    """One accepted TCP connection. While it waits, it answers Echo-Requests by default."""

    def __init__(self, sock, peer):
        self.socket = sock
        self.client, self.client_port = peer[0].partition("%")[0], peer[1]
        self.answer_echoes = True
        self.echoes = []  # (time, identifier) of the Echo-Requests answered
        self.start_request = None
        self._buffer = b""
        self._ended = None  # "fin" or "rst"
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.setblocking(False)

    # --- sending ----------------------------------------------------------------------------------

    def send(self, *parts):
        """Messages and raw octets, all in one segment where it holds them."""
        self._send(b"".join(part if isinstance(part, bytes) else part.build() for part in parts))

    def send_bytewise(self, message, pause=0.0):
        """Each octet in a segment of its own (TCP_NODELAY)."""
        for octet in message.build():
            self._send(bytes([octet]))
            if pause:
                time.sleep(pause)

    def flood(self, octets, seconds):
        """Sends `octets` again and again: True when the client closes within `seconds`."""
        deadline = time.monotonic() + seconds
        block = octets * max(1, 65536 // len(octets))
        while time.monotonic() < deadline:
            try:
                select.select([], [self.socket], [], 0.1)
                self.socket.send(block)
                while select.select([self.socket], [], [], 0)[0]:
                    if not self.socket.recv(65536):
                        return True
            except BlockingIOError:
                continue
            except (ConnectionResetError, BrokenPipeError):
                return True
        return False

    def _send(self, octets, timeout=PROMPT):
        deadline = Deadline(timeout)
        while octets:
            if not select.select([], [self.socket], [], deadline.left)[1]:
                if not deadline.passed:
                    continue
                raise Timeout("the client does not read its control connection")
            octets = octets[self.socket.send(octets):]

    # --- receiving --------------------------------------------------------------------------------

    def _read(self, timeout):
        """Adds what arrives to the buffer; False when nothing did."""
        if self._ended or not select.select([self.socket], [], [], max(0, timeout))[0]:
            return False
        try:
            data = self.socket.recv(65536)
            self._ended = None if data else "fin"
        except ConnectionResetError:
            data, self._ended = b"", "rst"
        self._buffer += data
        return True

    def _cut(self):
        """The next whole message of the buffer, parsed; None when there is none."""
        if len(self._buffer) < 2:
            return None
        length = struct.unpack_from("!H", self._buffer)[0]
        wire.require(length >= wire.HEADER.size,
                     f"a message of length {length}: {self._buffer.hex(' ')}")
        if len(self._buffer) < length:
            return None
        octets, self._buffer = self._buffer[:length], self._buffer[length:]
        return wire.parse(octets)

    def next(self, timeout=PROMPT):
        """The next message, or "fin" or "rst". Echo-Requests: see answer_echoes."""
        deadline = Deadline.of(timeout)
        while True:
            message = self._cut()
            if isinstance(message, EchoRequest) and self.answer_echoes:
                self.echoes.append((time.monotonic(), message.identifier))
                self.send(EchoReply(identifier=message.identifier))
            elif message is not None:
                return message
            elif self._ended:
                wire.require(not self._buffer,
                             f"half a message at the end: {self._buffer.hex(' ')}")
                return self._ended
            elif not self._read(deadline.left) and deadline.passed:
                raise Timeout(f"no control message within {deadline.seconds} s, {len(self._buffer)} octets")

    def expect(self, kind, timeout=PROMPT):
        message = self.next(timeout)
        wire.require(isinstance(message, kind), f"{kind.__name__} expected, {message} received")
        return message

    def expect_nothing(self, seconds):
        """No message and no end of the connection for so long."""
        try:
            message = self.next(seconds)
        except Timeout:
            return
        raise WireError(f"nothing expected, {message} received")

    def expect_end(self, timeout=PROMPT, how=("fin", "rst"), passing_over=()):
        """The client closes, then we do; messages of the kinds in `passing_over` may come first."""
        deadline = Deadline.of(timeout)
        while True:
            message = self.next(deadline)
            if isinstance(message, passing_over or ()):
                continue
            wire.require(message in how, f"end of the connection expected, {message} received")
            self.close()
            return message

    def expect_stop(self, timeout=PROMPT):
        """Stop-Control-Connection-Request, answered, then FIN."""
        stop = self.expect(StopControlConnectionRequest, timeout)
        self.send(StopControlConnectionReply())
        self.expect_end(timeout, how=("fin",))
        return stop

    # --- ending -----------------------------------------------------------------------------------

    def finish(self):
        """FIN: no more from us, still reading."""
        self.socket.shutdown(socket.SHUT_WR)

    def close(self):
        self.socket.close()

    def reset(self):
        """RST."""
        self.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.socket.close()
