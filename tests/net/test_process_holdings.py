# SPDX-License-Identifier: GPL-2.0-or-later
"""What each process holds in each phase, as the kernel shows it, is what doc/security.md says."""
import contextlib
import os
import signal
import socket

import pytest

import users
from lab import local_client as lc
from lab import process_holdings, programs
from lab.engine import EngineServer, EngineTunnel, know_secrets
from lab.lines import EVENT, wait_until
from lab.process import proc_status, proc_statuses
from lab.pty import Pty
from lab.wire import StartControlConnectionRequest

KNOWN_USERS = {"pptp": (users.PPTP, users.PPTP)}
AS_USER = {"user": users.NOBODY, "group": users.DIP, "extra_groups": [users.DIP, users.NOBODY]}
OPTIONS = {"root": (), "user": ("--nohostroute",)}


# The channel on 3, and the pipe on 4, as pptp leaves them.
BECOME_GATEWAY = """
import os, socket, sys
channel = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
channel.connect("/run/pptp/callmgr.sock")
os.dup2(channel.fileno(), 13), os.dup2(int(sys.argv[2]), 14)
os.dup2(13, 3), os.dup2(14, 4)
os.closerange(5, 30)
os.execv(sys.argv[1], ["pptp-gre", "vpn"])
"""


class Scene:
    """A host as after an installation, on which root or an ordinary user calls."""

    def __init__(self, net, server, who):
        self.net, self.server, self.who = net, server, who
        users.add_pptp(net.client)
        self.start = {} if who == "root" else AS_USER
        self.env = net.environment()
        if who == "user":
            users.gateway_with(net.client, "cap_net_raw+p")
        self.caller = proc_status(net.client.start("sleep", "600", **self.start).pid)

    def dial(self):
        """A user calls by the manager that root has started."""
        if self.who == "user" and not self.net.managers():
            self.start_system_manager()
        return self.net.dial(*OPTIONS[self.who], env=self.env, **self.start)

    def manager(self):
        [pid] = wait_until(self.net.managers)
        wait_until(lambda: proc_status(pid)["Seccomp"] == "2", what="the manager is confined")
        return pid

    def start_system_manager(self):
        return self._start_manager(self.env)

    def start_own_manager(self):
        own = users.own_socket(self.net.client) if self.who == "user" else {}
        return self._start_manager(self.env | own, **self.start)

    def _start_manager(self, env, **start):
        manager = self.net.client.start(programs.installed().callmgr, "--foreground", stdout=None, env=env, **start)
        manager.wait_line("listens on")
        return manager


# Each brings a process into its phase and yields its pid.

@contextlib.contextmanager
def pptp_asks(scene):
    """The manager is stopped, and cannot answer."""
    manager = scene.start_system_manager()
    manager.signal(signal.SIGSTOP)
    pid = scene.dial().process.pid
    wait_until(lambda: "channel" in process_holdings.descriptors(pid), what="pptp is connected")
    yield pid
    manager.signal(signal.SIGCONT)


@contextlib.contextmanager
def gateway_starts(scene):
    """It reads its settings from a pipe, into which nobody has written yet."""
    scene.start_system_manager()
    read_end, write_end = os.pipe()
    pty = Pty()
    gateway = pty.start(scene.net.client, "/usr/bin/python3", "-c", BECOME_GATEWAY, programs.installed().gateway,
                        str(read_end), pass_fds=(read_end,), env=scene.env, **scene.start)
    os.close(read_end)

    def waits_for_settings():
        with open(f"/proc/{gateway.pid}/wchan", encoding="ascii") as place:
            return "pipe_read" in place.read()
    wait_until(waits_for_settings, what="the gateway reads its settings")
    yield gateway.pid
    os.close(write_end)
    gateway.wait_exit()
    pty.close()


@contextlib.contextmanager
def manager_starts(scene):
    """It takes over from a manager that does not answer, and has not confined itself yet."""
    own = users.own_socket(scene.net.client)
    path = scene.net.client.path(users.OWN_SOCKET["PPTP_CALLMGR_SOCKET"])
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(path)
        os.chmod(path, 0o777)
        listener.listen()
        listener.settimeout(EVENT)
        manager = scene.net.client.start(programs.installed().callmgr, "--foreground", "--take-over", stdout=None,
                                         env=scene.env | own, **scene.start)
        with listener.accept()[0]:
            yield manager.pid


@contextlib.contextmanager
def gateway_sets_up(scene):
    tunnel = scene.dial()
    scene.server.accept().expect(StartControlConnectionRequest)
    wait_until(lambda: proc_status(tunnel.process.pid)["Seccomp"] == "2", what="it is confined")
    yield tunnel.process.pid


@contextlib.contextmanager
def gateway_in_call(scene):
    tunnel = scene.dial()
    scene.net.wait_up(scene.server.take_call())
    yield tunnel.process.pid


@contextlib.contextmanager
def manager_waits(scene):
    scene.start_own_manager()
    yield scene.manager()


@contextlib.contextmanager
def manager_serves(scene):
    """No gateway with a file capability believes the manager of a user: the test plays the gateway."""
    if scene.who == "user":
        scene.start_own_manager()
        client, _ = lc.call_up(scene.net.client, users.NOBODY, users.DIP, scene.server,
                               users.OWN_SOCKET["PPTP_CALLMGR_SOCKET"])
        yield scene.manager()
        return client.close()
    scene.dial()
    scene.net.wait_up(scene.server.take_call())
    yield scene.manager()


@contextlib.contextmanager
def keeper_keeps(scene):
    scene.dial()
    scene.net.wait_up(scene.server.take_call())
    [pid] = [pid for pid, status in proc_statuses(scene.net.client.running()).items()
             if status["Name"] == "pptp-routes"]
    wait_until(lambda: proc_status(pid)["Seccomp"] == "2", what="it is confined")
    yield pid


SCENES = {("pptp", "asks for a call"): pptp_asks,
          ("pptp-gre", "starts"): gateway_starts,
          ("pptp-callmgr", "starts"): manager_starts,
          ("pptp-gre", "set-up"): gateway_sets_up,
          ("pptp-gre", "call"): gateway_in_call,
          ("pptp-callmgr", "waits for clients"): manager_waits,
          ("pptp-callmgr", "serves a call"): manager_serves,
          ("route keeper", "keeps routes"): keeper_keeps}
# Of a tunnel without pppd: the name in process lists, and whether the user has started that process.
WITHOUT_PPPD = {("tunnel process", "has a tunnel"): ("pptp", True),
                ("janitor", "watches"): ("pptp-janitor", False),
                ("secret holder", "answers"): ("pptp-secret", False),
                ("pptp-gre", "call without pppd"): ("pptp", False)}


def rows(scenes):
    return [key for key in process_holdings.rows_started_by("root", "user") if key[:2] in scenes]


@pytest.mark.parametrize("key", rows(SCENES), ids=", ".join)
def test_a_process_holds_what_the_document_says(net, server, key):
    *phase, who = key
    begin = SCENES[tuple(phase)]
    scene = Scene(net, server, who)
    with begin(scene) as pid:
        process_holdings.expect(key, pid, scene.caller, KNOWN_USERS)


def test_the_processes_of_a_tunnel_without_pppd_hold_what_the_document_says(net):
    scene = Scene(net, None, "root")
    know_secrets(net.client)
    EngineServer(net.server, "--mppe", "128")
    tunnel = EngineTunnel(net.client, net.server.address, "require-mppe-128", env=scene.env).wait_up()
    processes = {pid: status["Name"] for pid, status in proc_statuses(net.client.running()).items()
                 if tunnel.process.pid in (pid, int(status["PPid"]))}
    for key in rows(WITHOUT_PPPD):
        [pid] = [pid for pid, name in processes.items()
                 if (name, pid == tunnel.process.pid) == WITHOUT_PPPD[key[:2]]]
        process_holdings.expect(key, pid, scene.caller, KNOWN_USERS)


def test_the_document_has_a_row_for_every_process_and_phase(net):
    documented = set(process_holdings.documented())
    assert {key[:2] for key in documented} == {*SCENES, *WITHOUT_PPPD}
    assert {key[2] for key in documented} == {"root", "user", "unit"}
