# SPDX-License-Identifier: GPL-2.0-or-later
"""A tunnel through pppd with its own routing table. tests/net/test_egress.py has tunnels without pppd, in more states."""
import pytest

from lab.egress import BEYOND, PREFIX, RUNS_SCRIPTS, Before
from lab.ppp import USERS
from lab.ppp_tunnel import SLOW

PPTPSETUP = PREFIX / "sbin/pptpsetup"
TUNNEL, DEVICE = "exit", "exit1"
SOURCE, TABLE, MARK = "198.51.100.7", "101", "17"
DETAILS = ["--from", SOURCE, "--mark", MARK, "--interface", DEVICE]


class BeforeWithFilter(Before):
    def now(self):
        return [*super().now(), self.host.ip("-br", "link"), self.host.run("nft", "list", "ruleset").stdout]


@pytest.fixture
def client(client, hosts):
    """With our scripts, an address to send from, and a default route that takes what is not held back."""
    _, server = hosts
    client.install_pptp()
    for name in "ip-up", "ip-down":
        client.write_file(f"/etc/ppp/{name}", RUNS_SCRIPTS, mode=0o755)
    client.ip("address", "add", f"{SOURCE}/32", "dev", "lo")
    client.ip("route", "add", "default", "via", server.address)
    server.ip("address", "add", f"{BEYOND}/32", "dev", "lo")
    yield client
    client.run(PPTPSETUP, "--delete", TUNNEL, check=False)
    client.run("rm", "/etc/ppp/ip-up", "/etc/ppp/ip-down")
    server.ip("address", "del", f"{BEYOND}/32", "dev", "lo")
    client.ip("route", "del", "default")
    client.ip("address", "del", f"{SOURCE}/32", "dev", "lo")


def create(client, server, *options):
    client.run(PPTPSETUP, "--create", TUNNEL, "--server", server.address, "--username", "alice", "--encrypt", "--mtu", "1400",
               "--password-stdin", *DETAILS, *options, input=USERS["alice"] + "\n")


def start(client, server):
    link = client.start_caller(server, PPTPSETUP, "--start", TUNNEL, log="stdout")
    assert link.pppd.wait_exit(40 * SLOW) == 0, link.log.text
    link.log, link.since = client.syslog, client.log_start
    return link


def expect_to_go_through(client, link):
    """And not beside it: the server's address in the tunnel answers, too."""
    link.wait_up()
    client.syslog.wait(f"callgate-routes: {TUNNEL}: 1 networks go through {DEVICE} by table {TABLE}", start=link.since)
    for packets in ("mark", MARK), ("from", SOURCE):
        assert f"dev {DEVICE} table {TABLE}" in client.ip("route", "get", BEYOND, *packets)
    client.run("ping", "-n", "-q", "-c", 1, "-W", 5, "-m", MARK, BEYOND)
    link.ping(count=1)


def test_rules_go_with_the_tunnel(client, server):
    before = BeforeWithFilter(client)
    create(client, server, "--table", TABLE)
    link = start(client, server)
    expect_to_go_through(client, link)
    assert "dev eth0" in client.ip("route", "get", BEYOND)
    client.run(PPTPSETUP, "--stop", TUNNEL, timeout=30 * SLOW)
    before.again()
