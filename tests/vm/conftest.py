# SPDX-License-Identifier: GPL-2.0-or-later
"""Two hosts with real pppds. They are made only once, because an emulated processor needs seconds for it."""
import os

import pytest

from lab import ppp, programs
from lab.fixtures import ppp_pair, server  # noqa: F401  (a fixture)
from lab.reports import on_failure

REPORTS = "/run/lab/sanitizer"  # a manager in the background has no stderr
# A confined process cannot look for its leaks: LeakSanitizer would make every exit status 1.
os.environ["ASAN_OPTIONS"] = f"log_path={REPORTS}:detect_leaks=0:abort_on_error=1"
os.environ["UBSAN_OPTIONS"] = f"log_path={REPORTS}:print_stacktrace=1:halt_on_error=1"


@pytest.fixture(scope="session")
def can_ppp():
    if not ppp.kernel_has_ppp():
        if "CALLGATE_IN_VM" in os.environ:
            pytest.exit("the guest's kernel has no PPP", returncode=2)
        pytest.skip("this kernel has no PPP; run these in scripts/vm")
    if not os.access(programs.installed().pptp, os.X_OK):
        pytest.exit(f"{programs.installed().pptp} is not installed", returncode=2)


@pytest.fixture(scope="session")
def hosts(can_ppp):
    with ppp_pair() as pair:
        yield pair


@pytest.fixture
def client(hosts):
    client, _ = hosts
    yield client
    client.reset()
    reports = [name for name in os.listdir(client.path("/run/lab")) if "sanitizer." in name]
    for name in reports:
        with open(client.path(f"/run/lab/{name}"), encoding="utf-8") as report:
            print(report.read())
    assert not reports


@pytest.fixture
def bare(hosts, client):
    """Client and server, on which nothing listens."""
    _, server = hosts
    yield client, server
    server.reset()


@pytest.fixture
def tunnel(client, server):
    return client.dial(server).wait_up()


@pytest.fixture
def no_module():
    """remove(name): the kernel loses a module and cannot load it again."""
    removed = []
    with open("/proc/sys/kernel/modprobe", encoding="ascii") as file:
        loader = file.read().strip()

    def remove(host, name):
        host.run("modprobe", name)  # one that was never there need not go
        host.run("rmmod", name)
        removed.append((host, name))
        write_loader("/bin/false")

    def write_loader(path):
        with open("/proc/sys/kernel/modprobe", "w", encoding="ascii") as file:
            file.write(path)

    yield remove
    write_loader(loader)
    for host, name in removed:
        host.run("modprobe", name)


def what_the_programs_have_said(item):
    said = []
    for host in hosts_of(item):
        for tunnel in getattr(host, "tunnels", ()):
            said += [(f"{tunnel.user}'s pppd", tunnel.log.text),
                     (f"{tunnel.user}'s pptp", "\n".join(tunnel.pptp_errors))]
        said += [(str(process), f"{process.stdout.text}\n{process.stderr.text}") for process in host.processes
                 if "test-server" in process.name]
        said.append((f"{host.name}'s log", "\n".join(host.concise_log[-100:])))
    return said


def hosts_of(item):
    """The hosts with pppds that a test has used."""
    if "nat" in item.funcargs:
        return (*item.funcargs["nat"].clients, item.funcargs["nat"].server)
    return item.funcargs.get("hosts", ())


pytest_runtest_makereport = on_failure(what_the_programs_have_said)
