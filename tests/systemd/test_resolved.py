# SPDX-License-Identifier: GPL-2.0-or-later
"""Name servers of a tunnel with the real systemd-resolved, from the package file in CALLGATE_RESOLVED.

scripts/test downloads the file and does not install it, because it would change how this machine looks up names.
"""
import os
import shutil
import signal
from pathlib import Path

import pytest

from lab import programs
from lab.lines import wait_until
from lab.units import TunnelUnit, unit

PREFIX = Path(programs.installed().pptp).parents[1]
PACKAGE = os.environ.get("CALLGATE_RESOLVED")
INSTALL = """
dpkg-deb --fsys-tarfile "$0" | tar -x -C / --keep-directory-symlink
systemd-sysusers /usr/lib/sysusers.d/systemd-resolve.conf
systemd-tmpfiles --create /usr/lib/tmpfiles.d/systemd-resolve.conf
systemctl unmask --runtime --quiet systemd-resolved.service
systemctl daemon-reload
systemctl start dbus.service
systemctl reload dbus.service
systemctl start systemd-resolved.service
"""
NAME = "inside.example"
# Answers a question for NAME with an address, and says of all other names that they do not exist.
NAME_SERVER = f"""
import socket, sys
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind((sys.argv[1], 53))
print("listens", flush=True)
wanted = b"".join(bytes([len(label)]) + label.encode() for label in "{NAME}".split(".")) + bytes(1)
while True:
    query, client = server.recvfrom(512)
    end = 12 + query[12:].index(0) + 5
    question = query[12:end]
    known = question == wanted + bytes([0, 1, 0, 1])
    head = query[:2] + (b"\\x85\\x80" if known or wanted in question else b"\\x85\\x83") + bytes([0, 1, 0, known, 0, 0, 0, 0])
    answer = bytes([0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 1, 0, 4, 203, 0, 113, 9]) if known else b""
    server.sendto(head + question + answer, client)
"""


@pytest.fixture
def resolved(machine):
    if not PACKAGE:
        pytest.skip("CALLGATE_RESOLVED does not name the package file of systemd-resolved")
    machine.run("sh", "-ec", INSTALL, PACKAGE)
    for when in "ip-up.d", "ip-down.d":
        shutil.copy(PREFIX / f"etc/ppp/{when}/callgate-dns", f"/etc/ppp/{when}/callgate-dns")
    yield
    machine.systemctl("stop", "systemd-resolved.service")
    for path in Path("/etc/ppp").glob("ip-*.d/callgate-dns"):
        path.unlink()


@pytest.fixture
def name_server(server):
    """On the VPN server. Packets to it take the way of the interface for which it is entered."""
    process = server.start("python3", "-c", NAME_SERVER, server.address)
    process.wait_line("listens", stream="stdout")
    return server.address


def resolves(machine):
    # Where no name server answers, resolvectl itself waits for minutes.
    done = machine.run("timeout", "10", "resolvectl", "--cache=no", "query", "-4", NAME, check=False)
    return "203.0.113.9" in done.stdout


def test_a_name_of_the_tunnel_resolves_as_long_as_the_tunnel_is_up(machine, server, resolved, name_server):
    peers, servers = Path("/etc/ppp/peers/work"), Path("/etc/ppp/callgate/work.dns")
    before = peers.read_text(encoding="ascii")
    servers.parent.mkdir(exist_ok=True)
    servers.write_text(f"{name_server}\n", encoding="ascii")
    peers.write_text(before + "ipparam work\n", encoding="ascii")
    try:
        assert not resolves(machine)
        machine.start_tunnels("work")
        TunnelUnit(machine, server, "work").ping()
        wait_until(lambda: resolves(machine), what="the name resolves", interval=0.5)
        machine.systemctl("restart", "systemd-resolved.service")
        wait_until(lambda: resolves(machine), what="the name resolves after a restart", interval=0.5)
        os.kill(int(machine.show(unit("work"), "MainPID")), signal.SIGKILL)
        machine.systemctl("stop", unit("work"), check=False)
        assert not resolves(machine)
    finally:
        peers.write_text(before, encoding="ascii")
        servers.unlink()
        for left in Path("/run").glob("ppp*.pid"):  # pppd was killed and could not remove them
            left.unlink()
