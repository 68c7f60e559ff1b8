# SPDX-License-Identifier: GPL-2.0-or-later
"""What each process holds in each phase, as the kernel shows it, is what doc/security.md says."""
import contextlib
import signal

import pytest

import users
from lab import held, holdings, inject, programs
from lab.lines import wait_until
from lab.process import proc_status, proc_statuses
from lab.tunnel import SLOW
from lab.wire import StartControlConnectionRequest

KNOWN_USERS = {"pptp": (users.PPTP, users.PPTP)}
AS_USER = {"user": users.NOBODY, "group": users.DIP, "extra_groups": [users.DIP, users.NOBODY]}
OPTIONS = {"root": (), "user": ("--nohostroute",)}


class Scene:
    """A host as after an installation, on which root or an ordinary user calls."""

    def __init__(self, net, server, who):
        self.net, self.server, self.who = net, server, who
        users.add_pptp(net.client)
        self.start = {} if who == "root" else AS_USER
        self.env = net.environment()
        if who == "user":
            self.env |= users.own_socket(net.client)
            users.gateway_with(net.client, "cap_net_raw+p")
        self.caller = proc_status(net.client.start("sleep", "600", **self.start).pid)

    def dial(self):
        return self.net.dial(*OPTIONS[self.who], env=self.env, **self.start)

    def manager(self):
        [pid] = wait_until(self.net.managers, 5 * SLOW)
        wait_until(lambda: proc_status(pid)["Seccomp"] == "2", 5 * SLOW, "the manager is confined")
        return pid

    def start_manager(self, *words, **more):
        return self.net.client.start(*words, programs.installed().callmgr, "--foreground", stdout=None,
                                     env=self.env, **self.start, **more)

    def dial_and_wait(self):
        """pptp, connected to a manager that is stopped; and what makes that one go on."""
        manager = self.start_manager()
        manager.wait_line("listens on", 5 * SLOW)
        manager.signal(signal.SIGSTOP)
        pid = self.dial().process.pid
        wait_until(lambda: "channel" in holdings.descriptors(pid), 5 * SLOW, "pptp is connected")
        return pid, lambda: manager.signal(signal.SIGCONT)


# Each brings a process into its phase and yields its pid.

@contextlib.contextmanager
def pptp_asks(scene):
    pid, go_on = scene.dial_and_wait()
    yield pid
    go_on()


@contextlib.contextmanager
def gateway_opens(scene):
    pid, go_on = scene.dial_and_wait()
    with held.before(pid, "raw socket", go_on):
        yield pid


@contextlib.contextmanager
def gateway_sets_up(scene):
    tunnel = scene.dial()
    scene.server.accept().expect(StartControlConnectionRequest)
    wait_until(lambda: proc_status(tunnel.process.pid)["Seccomp"] == "2", 5 * SLOW, "it is confined")
    yield tunnel.process.pid


@contextlib.contextmanager
def gateway_in_call(scene):
    tunnel = scene.dial()
    scene.net.wait_up(scene.server.take_call())
    yield tunnel.process.pid


@contextlib.contextmanager
def manager_starts(scene):
    process = scene.start_manager("sh", "-c", 'read go; exec "$0" "$@" </dev/null', stdin="pipe")
    with held.before(process.pid, "own name", lambda: process.write(b"\n")):
        yield process.pid


@contextlib.contextmanager
def manager_waits(scene):
    scene.start_manager().wait_line("listens on", 5 * SLOW)
    yield scene.manager()


@contextlib.contextmanager
def manager_serves(scene):
    scene.dial()
    scene.net.wait_up(scene.server.take_call())
    yield scene.manager()


@contextlib.contextmanager
def keeper_keeps(scene):
    scene.dial()
    scene.net.wait_up(scene.server.take_call())
    [pid] = [pid for pid, status in proc_statuses(scene.net.client.running()).items()
             if status["Name"] == "pptp-routes"]
    wait_until(lambda: proc_status(pid)["Seccomp"] == "2", 5 * SLOW, "it is confined")
    yield pid


SCENES = {("pptp", "asks for a call"): pptp_asks,
          ("pptp-gre", "opens its sockets"): gateway_opens,
          ("pptp-gre", "set-up"): gateway_sets_up,
          ("pptp-gre", "call"): gateway_in_call,
          ("pptp-callmgr", "starts"): manager_starts,
          ("pptp-callmgr", "waits for clients"): manager_waits,
          ("pptp-callmgr", "serves a call"): manager_serves,
          ("route keeper", "keeps routes"): keeper_keeps}
TRACED = {gateway_opens, manager_starts}


@pytest.mark.parametrize("key", holdings.rows_started_by("root", "user"), ids=", ".join)
def test_a_process_holds_what_the_document_says(net, server, key):
    *phase, who = key
    begin = SCENES[tuple(phase)]
    if begin in TRACED and not inject.supported():
        pytest.skip("processes are held on x86-64 only")
    scene = Scene(net, server, who)
    with begin(scene) as pid:
        holdings.expect(key, pid, scene.caller, KNOWN_USERS)


def test_the_document_has_a_row_for_every_process_and_phase(net):
    documented = set(holdings.documented())
    assert {key[:2] for key in documented} == set(SCENES)
    assert {key[2] for key in documented} == {"root", "user", "unit"}
