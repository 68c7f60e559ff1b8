# SPDX-License-Identifier: GPL-2.0-or-later
"""What the gateway can still do after its start, as the kernel shows it.

test_process_holdings.py tests what each process holds.
"""
import ctypes
import os
import socket
import struct

import pytest

import users
from lab.lines import wait_until
from lab.process import proc_status
from lab.tunnel import SLOW

SYS_PIDFD_OPEN, SYS_PIDFD_GETFD = 434, 438
SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_LOCK_FILTER = 26, 27, 44
CAPABILITY_SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")


def taken_descriptor(pid, fd):
    """A duplicate of another process's descriptor, by pidfd_getfd(2)."""
    libc = ctypes.CDLL(None, use_errno=True)
    pidfd = libc.syscall(SYS_PIDFD_OPEN, pid, 0)
    assert pidfd >= 0, os.strerror(ctypes.get_errno())
    try:
        taken = libc.syscall(SYS_PIDFD_GETFD, pidfd, fd, 0)
        assert taken >= 0, os.strerror(ctypes.get_errno())
        return taken
    finally:
        os.close(pidfd)


def raw_sockets(net, pid):
    """Duplicates of the raw sockets that the process holds."""
    inodes = {f"socket:[{s.inode}]" for s in net.client.sockets("raw")}
    fds = [int(fd) for fd in os.listdir(f"/proc/{pid}/fd")
           if os.readlink(f"/proc/{pid}/fd/{fd}") in inodes]
    return [socket.socket(fileno=taken_descriptor(pid, fd)) for fd in fds]


def test_the_gateway_runs_under_a_seccomp_filter(up):
    """Two: that of its set-up, and the narrower one of a call that is up."""
    tunnel, _ = up
    status = proc_status(tunnel.process.pid)
    assert (status["Seccomp"], status.get("Seccomp_filters", "2")) == ("2", "2")


def test_every_thread_of_the_gateway_is_restricted(up):
    tunnel, _ = up
    for task in os.listdir(f"/proc/{tunnel.process.pid}/task"):
        status = proc_status(f"{tunnel.process.pid}/task/{task}")
        assert [int(status[name], 16) for name in CAPABILITY_SETS] == [0] * 5
        assert status["NoNewPrivs"] == "1"


def test_the_gateway_s_socket_filters_are_locked(net, up):
    """That of the call's socket, and that of the sink."""
    tunnel, _ = up
    sockets = raw_sockets(net, tunnel.process.pid)
    assert len(sockets) == 2
    for gre in sockets:
        expect_locked_filter(gre)
        gre.close()


def expect_locked_filter(gre):
    assert gre.getsockopt(socket.SOL_SOCKET, SO_LOCK_FILTER) == 1
    with pytest.raises(PermissionError):
        gre.setsockopt(socket.SOL_SOCKET, SO_DETACH_FILTER, 0)
    accept_all = ctypes.create_string_buffer(struct.pack("HBBI", 0x06, 0, 0, 0xFFFFFFFF))
    program = struct.pack("HxxxxxxP", 1, ctypes.addressof(accept_all))
    with pytest.raises(PermissionError):
        gre.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)


def test_the_gateway_s_socket_takes_packets_of_the_server_only(net, up):
    """A connected raw socket: the kernel drops other sources before the filter runs. The other one
    is a sink, whose filter keeps nothing.
    """
    sink, gre = sorted(net.client.sockets("raw"), key=lambda s: s.remote)
    assert (sink.remote, sink.local) == ("0.0.0.0", net.client.address)
    assert (gre.remote, gre.local, gre.local_port) == (net.server.address, net.client.address, 47)


def test_without_the_capability_the_gre_socket_is_refused_in_one_clear_line(net, server):
    users.gateway_with(net.client, None)
    tunnel = net.dial("--nohostroute", user=users.NOBODY, env=users.own_socket(net.client))
    tunnel.expect_failure(7, "GRE", "not permitted|permission", "cap_net_raw", within=3)
    wait_until(lambda: net.client.sockets("raw") == [], 2 * SLOW)
