# SPDX-License-Identifier: GPL-2.0-or-later
"""A server that takes every call by itself, in the background, and remembers when each connection spoke last."""
import select
import threading
import time

from lab.scripted_server import ScriptedServer
from lab.wire import (CallClearRequest, EchoReply, EchoRequest, OutgoingCallReply, OutgoingCallRequest,
                      StartControlConnectionReply, StartControlConnectionRequest, StopControlConnectionReply,
                      StopControlConnectionRequest)


class SteadyServer(ScriptedServer):
    """`with SteadyServer(host) as server:`"""

    def __init__(self, host, address=None):
        super().__init__(host, address)
        self.heard = {}  # connection -> when it sent an Echo-Request or asked for a call
        self._ends = False
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        self._ends = True
        self._thread.join()
        super().close()

    def heard_since(self, moment):
        """The connections that are alive."""
        return [connection for connection, at in list(self.heard.items()) if at >= moment]

    def _serve(self):
        while not self._ends:
            sockets = {c.socket: c for c in self.connections if c.socket.fileno() >= 0}
            for ready in select.select([self.listener, *sockets], [], [], 0.05)[0]:
                if ready is self.listener:
                    self.accept().answer_echoes = False
                else:
                    self._answer(sockets[ready])

    def _answer(self, connection):
        while connection._read(0):
            pass
        while (message := connection._cut()) is not None:
            if isinstance(message, StartControlConnectionRequest):
                connection.send(StartControlConnectionReply())
            elif isinstance(message, OutgoingCallRequest):
                self.next_call_id += 1
                self.heard[connection] = time.monotonic()
                connection.send(OutgoingCallReply(call_id=self.next_call_id, peer_call_id=message.call_id))
            elif isinstance(message, EchoRequest):
                self.heard[connection] = time.monotonic()
                connection.send(EchoReply(identifier=message.identifier))
            elif isinstance(message, CallClearRequest):
                self.heard.pop(connection, None)
            elif isinstance(message, StopControlConnectionRequest):
                connection.send(StopControlConnectionReply())
        if connection._ended:
            self.heard.pop(connection, None)
            connection.close()
