# SPDX-License-Identifier: GPL-2.0-or-later
"""A call manager continues from systemd's descriptor store, and the store keeps everything until it is ready."""
import os
import signal
import socket
import stat
import struct
import threading

import pytest

from lab import programs
from lab.lines import wait_until
from lab.tunnel import SLOW
from lab.wire import EchoReply, EchoRequest
from ppp_frames import data
from traffic import expect_traffic

FAR = 200  # a descriptor number that nothing else has
NOTIFY = {"NOTIFY_SOCKET": "/run/lab/notify"}
ATTEMPTS = 1  # offset in the image of how many managers have begun to read it: callmgr/manager/handover_image.hh
MOST_ATTEMPTS = 2


class Store:
    """What a service manager does for a unit with FileDescriptorStoreMax=: keeps what it is sent."""

    def __init__(self, host, path):
        self.path = path
        self.descriptors = []
        self.states = []
        self._socket = host.call(lambda: self._bind(path))
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    @staticmethod
    def _bind(path):
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        sock.bind(path)
        os.chmod(path, 0o777)
        return sock

    def _serve(self):
        while True:
            try:
                text, control, _, _ = self._socket.recvmsg(4096, socket.CMSG_SPACE(253 * 4))
            except OSError:
                return
            passed = [fd for _, kind, octets in control if kind == socket.SCM_RIGHTS
                      for fd in struct.unpack(f"{len(octets) // 4}i", octets)]
            if not text:
                return
            self.states.append(text.decode())
            if "FDSTOREREMOVE=1" in text.decode().split("\n"):
                self.forget()
            if "FDSTORE=1" in text.decode().split("\n"):
                self.descriptors += passed
            else:  # BARRIER=1: closing it says that all before has been dealt with
                for fd in passed:
                    os.close(fd)

    @property
    def image(self):
        """The descriptor of the file that holds the records."""
        [image] = [fd for fd in self.descriptors if stat.S_ISREG(os.fstat(fd).st_mode)]
        return image

    def close(self):
        self._socket.shutdown(socket.SHUT_RDWR)
        self._socket.close()
        self.forget()

    def forget(self):
        while self.descriptors:
            os.close(self.descriptors.pop())


def start_with(net, store):
    """A manager with the store's descriptors from 3 on, as systemd would start it."""
    passed = [os.dup2(fd, FAR + number) for number, fd in enumerate(store.descriptors)]
    moves = " ".join(f"{3 + number}<&{fd} {fd}<&-" for number, fd in enumerate(passed))
    script = f'exec {moves}; LISTEN_FDS={len(passed)} LISTEN_PID=$$ exec "$0" --foreground'
    process = net.client.start("bash", "-c", script, programs.installed().callmgr,
                               env={**net.environment(), **NOTIFY}, pass_fds=passed)
    for fd in passed:
        os.close(fd)
    return process


@pytest.fixture
def store(net):
    store = Store(net.client, NOTIFY["NOTIFY_SOCKET"])
    yield store
    store.close()


def leave(net, server, store):
    """A tunnel and its call, whose manager has left everything in the store."""
    old = net.client.start(programs.installed().callmgr, "--foreground", env={**net.environment(), **NOTIFY})
    old.wait_line("listens on")
    tunnel = net.dial()
    call = server.take_call()
    old.signal(signal.SIGUSR2)
    assert old.wait_exit(5 * SLOW) == 0
    return tunnel, call


def test_the_descriptor_store_carries_calls_over_a_restart(net, server, store):
    tunnel, call = leave(net, server, store)
    call.connection.send(EchoRequest(identifier=5))
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)  # with no manager at all

    new = start_with(net, store)
    new.wait_line("took over")
    assert call.connection.expect(EchoReply).identifier == 5
    expect_traffic(tunnel, call, 2)
    tunnel.pty.close()
    call.expect_hang_up()
    assert tunnel.wait_exit(1.0 * SLOW) == 0


def test_the_store_is_cleared_when_the_next_manager_is_ready_and_not_before(net, server, store):
    leave(net, server, store)
    image = os.dup(store.image)
    assert os.pread(image, 1, ATTEMPTS) == b"\0"
    del store.states[:]
    start_with(net, store).wait_line("listens on")
    wait_until(lambda: any("READY=1" in state for state in store.states), what="it is ready")
    assert ["FDSTOREREMOVE=1" in state for state in store.states[:2]] == [True, False]
    assert os.pread(image, 1, ATTEMPTS) == b"\1"
    os.close(image)


def test_if_a_manager_dies_while_it_reads_the_next_one_tries_again(net, server, store):
    tunnel, call = leave(net, server, store)
    os.pwrite(store.image, bytes([MOST_ATTEMPTS - 1]), ATTEMPTS)
    start_with(net, store).wait_line("took over")
    expect_traffic(tunnel, call, 1)


@pytest.mark.parametrize("beginning, words", [
    (bytes([0xCA, MOST_ATTEMPTS, 0, 3]), "2 call managers have ended while they read it"),
    (b"\x01\x00\x02", "it is in version 2 of the image, and this release reads version 3"),
    (b"\x01\x00\x01", "it is in version 1 of the image, and this release reads version 3"),
    (bytes([0xCA, 0, 0, 4]), "it is in version 4 of the image, and this release reads version 3"),
    (b"????", "read what the last call manager left: Protocol error")])
def test_what_cannot_be_read_is_given_up_with_a_sentence(net, server, store, beginning, words):
    tunnel, call = leave(net, server, store)
    os.pwrite(store.image, beginning, 0)
    del store.states[:]
    new = start_with(net, store)
    new.wait_line("its calls are over. Its host routes remain until the servers are called again")
    assert words in new.stderr.text
    assert tunnel.wait_exit(5 * SLOW) == 10
    call.connection.expect_end()
    wait_until(lambda: any("FDSTOREREMOVE=1" in state for state in store.states), what="the store is cleared")
    net.dial()
    server.take_call()


def test_without_an_answer_from_the_store_the_manager_goes_on_and_leaves_nothing_there(net, server):
    """Nobody closes the barrier's descriptor, as if systemd did not read."""
    silent = net.client.call(lambda: Store._bind(NOTIFY["NOTIFY_SOCKET"]))
    manager = net.client.start(programs.installed().callmgr, "--foreground", env={**net.environment(), **NOTIFY})
    manager.wait_line("listens on")
    up = net.dial(), server.take_call()
    manager.signal(signal.SIGUSR2)
    up[1].connection.send(EchoRequest(identifier=6))
    manager.wait_line("no handover: cannot wait for systemd to store descriptors")
    assert up[1].connection.expect(EchoReply).identifier == 6
    expect_traffic(*up, 1)
    silent.setblocking(False)
    texts = []
    while not texts or "FDSTOREREMOVE=1" not in texts[-1]:
        texts.append(silent.recv(4096).decode())
    silent.close()


def test_without_a_store_a_manager_that_is_told_to_hand_over_stays(net, server, manager):
    tunnel = net.dial()
    call = server.take_call()
    manager.signal(signal.SIGUSR2)
    manager.wait_line("no handover")
    expect_traffic(tunnel, call, 1)
