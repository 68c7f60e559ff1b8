# SPDX-License-Identifier: GPL-2.0-or-later
"""A client host and a server host with a cable between them: pptp on one, a test server on the other."""
import json
import os
import re

import pytest

from lab import programs
from lab.host import Host, connect
from lab.process import proc_statuses
from lab.reports import on_failure
from lab.scripted_server import ScriptedServer
from lab.tunnel import SANITIZER_REPORT, SLOW, Tunnel
from over_ipv6 import CLIENT, FAR, SERVER
from ppp_frames import data

REPORTS = "/run/lab/sanitizer"


class Net:
    """The two hosts, and the tunnels that the test has dialled."""

    def __init__(self):
        self.client = Host("client")
        self.server = Host("server")
        connect("10.9.0.0/24", self.client, self.server)
        self.tunnels = []
        os.mkdir(self.client.path(REPORTS))
        os.chmod(self.client.path(REPORTS), 0o1777)

    def environment(self):
        """Sanitizers report into files of the host: a manager in the background has no stderr."""
        log = f"log_path={REPORTS}/report"
        return {"ASAN_OPTIONS": f"{log}:detect_leaks=0:abort_on_error=1",
                "UBSAN_OPTIONS": f"{log}:print_stacktrace=1:halt_on_error=1"}

    def dial(self, *options, server=None, env=None, **start):
        """Starts pptp on the client towards the server's address, or another."""
        tunnel = Tunnel(self.client, server or self.server.address, *options,
                        env={**self.environment(), **(env or {})}, **start)
        self.tunnels.append(tunnel)
        return tunnel

    @property
    def pptp(self):
        return programs.installed().pptp

    def start_on_pipes(self, stdin, stdout, *options):
        """pptp with two descriptors in place of a pty."""
        return self.client.start(self.pptp, self.server.address, "--nolaunchpppd",
                                 *options, stdin=stdin, stdout=stdout, env=self.environment())

    def wait_up(self, call):
        """The gateway knows that the server has taken the call: what comes now is in mid-call."""
        self.client.syslog.wait(rf"GRE to .* is up \(call ID {call.client_call_id},", 5 * SLOW)
        return call

    def manager(self, *options, **more):
        """Starts a call manager in the foreground, as an init system would."""
        return self.client.start(programs.installed().callmgr, "--foreground", *options,
                                 env=self.environment(), **more)

    def managers(self):
        """Pids of the call managers, without the children that keep their routes."""
        pids = [pid for pid, line in self.client.running().items() if "pptp-callmgr" in line]
        return [pid for pid, status in proc_statuses(pids).items() if int(status["PPid"]) not in pids]

    def status(self):
        """What `pptpctl status --json` prints."""
        return json.loads(self.client.run(programs.installed().pptpctl, "status", "--json").stdout)

    def sanitizer_reports(self):
        texts = [process.stderr.text for process in self.client.processes]
        for name in os.listdir(self.client.path(REPORTS)):
            with open(self.client.path(f"{REPORTS}/{name}"), "rb") as report:
                texts.append(report.read().decode(errors="replace"))
        return [text for text in texts if re.search(SANITIZER_REPORT, text)]

    def close(self):
        for tunnel in self.tunnels:
            tunnel.close()
        reports = self.sanitizer_reports()
        self.client.close()
        self.server.close()
        assert not reports, "\n".join(reports)


@pytest.fixture(scope="session", autouse=True)
def programs_are_installed():
    if not os.access(programs.installed().pptp, os.X_OK):
        pytest.exit(f"no {programs.installed().pptp}: meson install, or set CALLGATE_PREFIX", 4)


@pytest.fixture
def net():
    net = Net()
    yield net
    net.close()


@pytest.fixture
def server(net):
    with ScriptedServer(net.server) as server:
        yield server


@pytest.fixture
def up(net, server):
    """A tunnel and its call, through which a frame has gone to the server."""
    tunnel = net.dial()
    call = server.take_call()
    tunnel.pty.send(data(0))
    call.data.recv_data()
    return tunnel, call


@pytest.fixture
def manager(net):
    """A call manager that init has started."""
    manager = net.manager()
    manager.wait_line("listens on")
    return manager


@pytest.fixture
def far(net):
    """A server behind a router: net.server becomes the router, the client's default gateway."""
    with Host("far") as host:
        connect("10.20.0.0/24", net.server, host, left_device="eth1")
        net.server.forward()
        host.add_route("default", via="10.20.0.1")
        net.client.add_route("default", via="10.9.0.2")
        with ScriptedServer(host) as server:
            yield server


@pytest.fixture
def net6(net):
    """The cable of `net` with IPv6 addresses as well."""
    for host, address in ((net.client, CLIENT), (net.server, SERVER)):
        host.ip("address", "add", f"{address}/64", "dev", "eth0", "nodad")
    return net


@pytest.fixture
def server6(net6):
    with ScriptedServer(net6.server, SERVER) as server:
        yield server


@pytest.fixture
def far6(net6):
    """A server behind a router: net.server becomes the router, and its device there is eth1."""
    router = net6.server
    with Host("far") as host:
        connect("10.20.0.0/24", router, host, left_device="eth1")
        router.ip("address", "add", "fd20::1/64", "dev", "eth1", "nodad")
        host.ip("address", "add", f"{FAR}/64", "dev", "eth0", "nodad")
        router.sysctl("net.ipv6.conf.all.forwarding", 1)
        net6.client.ip("-6", "route", "add", "default", "via", SERVER)
        host.ip("-6", "route", "add", "default", "via", "fd20::1")
        with ScriptedServer(host, FAR) as server:
            yield server


def what_the_programs_have_said(item):
    net = getattr(item, "funcargs", {}).get("net")
    if net is None:
        return []
    return [("client's log", net.client.syslog.text),
            *((f"stderr of {process}", process.stderr.text) for process in net.client.processes)]


pytest_runtest_makereport = on_failure(what_the_programs_have_said)
