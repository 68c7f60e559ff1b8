# SPDX-License-Identifier: GPL-2.0-or-later
"""What the gateway can still do once it has begun: read from the kernel, not from the gateway."""
import ctypes
import os
import socket
import struct

import pytest

from lab import programs
from lab.lines import wait_until
from lab.process import proc_status
from lab.tunnel import SLOW
from ppp_frames import data

SYS_PIDFD_OPEN, SYS_PIDFD_GETFD = 434, 438
SO_ATTACH_FILTER, SO_DETACH_FILTER, SO_LOCK_FILTER = 26, 27, 44
CAPABILITY_SETS = ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb")
NOBODY = 65534


@pytest.fixture
def up(net, server):
    tunnel = net.dial()
    call = server.take_call()
    tunnel.pty.send(data(1))
    call.data.recv_data()
    return tunnel, call


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


@pytest.mark.parametrize("name", CAPABILITY_SETS)
def test_the_gateway_has_no_capability_in_any_set(up, name):
    tunnel, _ = up
    assert int(proc_status(tunnel.process.pid)[name], 16) == 0


def test_the_gateway_cannot_regain_a_capability(up):
    """Nothing in the bounding set, and no_new_privs: an exec cannot bring anything back."""
    tunnel, _ = up
    status = proc_status(tunnel.process.pid)
    assert int(status["CapBnd"], 16) == 0
    assert status["NoNewPrivs"] == "1"


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


def test_the_gateway_holds_no_descriptor_it_does_not_need(net, up):
    """The pty, stderr, the manager's channel, the raw socket, and what the event loop takes."""
    tunnel, _ = up
    held = {os.readlink(f"/proc/{tunnel.process.pid}/fd/{fd}").split(":")[0]
            for fd in os.listdir(f"/proc/{tunnel.process.pid}/fd")}
    assert held <= {"/dev/pts/ptmx", "/dev/ptmx", "/dev/null", "pipe", "socket", "anon_inode"}, held


def user_environment(net):
    """A call manager socket that an ordinary user may make."""
    os.makedirs(net.client.path("/run/lab/user"), exist_ok=True)
    os.chown(net.client.path("/run/lab/user"), NOBODY, NOBODY)
    return {"PPTP_CALLMGR_SOCKET": "/run/lab/user/callmgr.sock"}


def gateway_of_our_own(net, capability):
    """A copy of the gateway in its place, on this host only: gets its own file capability."""
    net.client.run("install", "-m", "755", programs.installed().gateway, "/run/lab/pptp-gre")
    if capability:
        net.client.run("setcap", capability, "/run/lab/pptp-gre")
    net.client.run("mount", "--bind", "/run/lab/pptp-gre", programs.installed().gateway)


def test_an_ordinary_user_s_gateway_drops_its_file_capability_too(net, server):
    gateway_of_our_own(net, "cap_net_raw+p")
    tunnel = net.dial("--nohostroute", user=NOBODY, env=user_environment(net))
    call = server.take_call()
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)
    status = proc_status(tunnel.process.pid)
    assert [int(status[name], 16) for name in ("CapInh", "CapPrm", "CapEff", "CapAmb")] == [0] * 4
    assert status["NoNewPrivs"] == "1"
    assert status["Uid"].split() == [str(NOBODY)] * 4


def test_without_the_capability_the_gre_socket_is_refused_in_one_clear_line(net, server):
    gateway_of_our_own(net, None)
    tunnel = net.dial("--nohostroute", user=NOBODY, env=user_environment(net))
    tunnel.expect_failure(7, "GRE", "not permitted|permission", "cap_net_raw", within=3)
    wait_until(lambda: net.client.sockets("raw") == [], 2 * SLOW)


def test_the_gateway_is_not_root_where_there_is_a_pptp_user(net, server):
    passwd = net.client.run("cat", "/etc/passwd").stdout
    net.client.mask_file("/etc/passwd", f"{passwd}pptp:x:987:987::/nonexistent:/bin/false\n")
    tunnel = net.dial()
    call = server.take_call()
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)
    status = proc_status(tunnel.process.pid)
    assert status["Uid"].split() == status["Gid"].split() == ["987"] * 4
    assert status["Groups"].split() == []
    assert [int(status[name], 16) for name in CAPABILITY_SETS] == [0] * 5
    [manager] = net.managers()
    assert proc_status(manager)["Uid"].split() == ["987"] * 4
