# SPDX-License-Identifier: GPL-2.0-or-later
"""pptp-command start, stop, restart and status, with whole tunnels of the built-in engine."""
import json
import os
import re
import shutil
from pathlib import Path

import pytest

from lab import programs
from lab.dialogue import Dialogue, lines_longer_than
from lab.egress import RUNS_SCRIPTS
from lab.engine import EngineServer
from lab.lines import wait_until

PREFIX = Path(programs.installed().pptp).parents[1]
COMMAND = PREFIX / "sbin/pptp-command"
ENVIRONMENT = {"PATH": f"{PREFIX}/bin:{PREFIX}/sbin:/usr/sbin:/usr/bin:/sbin:/bin"}
ACTIVE = "Tunnel work is active on ppp0.  IP Address: 10.0.0.2"
PASSWORD = "not shown"
AUTHENTICATION_FAILED = 19  # of pppd(8)
OLD = """#
# PPTP Tunnel configuration for tunnel plant
# Server IP: {server}
# Route: add -net 10.65.8.0 netmask 255.255.255.0 dev TUNNEL_DEV
#
name alice
remotename PPTP
require-mppe-128
"""


class Client:
    def __init__(self, net):
        self.net, self.host = net, net.client
        self.host.run("mount", "-t", "tmpfs", "tmpfs", "/etc/ppp/peers")

    def run(self, *words, status=0, given=None):
        done = self.host.run(COMMAND, *words, check=False, input=given, env={**ENVIRONMENT, **self.net.environment()})
        assert done.returncode == status, done.stdout + done.stderr
        assert PASSWORD not in done.stdout + done.stderr
        return done.stdout

    def add(self, password=PASSWORD, name="work"):
        self.run("add", name, given=f"Other\n{self.net.server.address}\n\nalice\n\n{password}\ny\nnone\nn\n")

    def interfaces(self):
        return re.findall(r"^\d+: (ppp\d+)", self.host.ip("-o", "link"), re.MULTILINE)


@pytest.fixture
def client(net):
    client = Client(net)
    yield client
    client.run("stop")


@pytest.fixture
def server(net):
    server = EngineServer(net.server, "--mppe", "128", "--password", PASSWORD)
    yield server
    server.stop()


def test_a_start_shows_each_stage_and_the_line_of_the_old_one_and_stop_waits_for_the_end(client, server, net):
    client.add()
    assert client.run("status", status=3) == "work: down\n"
    said = client.run("start", "work").splitlines()
    assert said == [f"work: calling {net.server.address} as alice",
                    "  server reached     TCP port 1723", "  call accepted", "  packets pass       GRE", "  link agreed        LCP",
                    "  password accepted  CHAP", "  encrypted          MPPE 128-bit stateless",
                    "  address            10.0.0.2 -> 10.0.0.1 on ppp0", ACTIVE]
    assert re.fullmatch(r"work: up: pptp \d+, ppp0, 10\.0\.0\.2, to 10\.0\.0\.1\n", client.run("status"))
    assert json.loads(client.run("status", "--json"))[0]["interface"] == "ppp0"
    again = client.run("start", "work").splitlines()
    assert "already" in again[0] and again[1] == ACTIVE
    assert client.run("stop") == "Tunnel work has ended.\n"
    assert client.interfaces() == []
    server.wait("call ended")
    assert client.run("stop") == "No PPTP tunnel was running.\n"
    assert client.run("stop", "work") == "work was not running.\n"
    client.run("status", status=3)


def test_a_user_starts_a_tunnel_at_the_terminal_and_the_screen_is_not_wider_than_80(client, server):
    client.add()
    with Dialogue([COMMAND], popen=client.host.popen, env={**os.environ, **ENVIRONMENT}) as user:
        user.answer("do?: ", "1")
        user.answer("server?: ", "1")
        assert user.end() == 0
    assert user.transcript.endswith(ACTIVE + "\n")
    assert not lines_longer_than(user.transcript)


@pytest.mark.parametrize("word", ("restart", "reload", "force-reload"))
def test_a_restart_is_another_call(client, server, word):
    client.add()
    client.run("default", "work")
    client.run("start")  # the default one
    said = client.run(word).splitlines()
    assert (said[0], said[-1]) == ("Tunnel work has ended.", ACTIVE)
    server.wait("authenticated", call=2)


def test_a_wrong_password_ends_with_pppd_s_status_the_cause_and_what_to_do(client, server):
    client.add(password="wrong")
    said = client.run("start", "work", status=AUTHENTICATION_FAILED)
    assert "  link agreed        LCP\n" in said and "password accepted" not in said
    assert "FAILED" in said and "[chap-failed, S20]" in said
    assert "Cause:\n  " in said and "What to do:\n  " in said
    assert said.endswith("To find out more: pptp-command diagnose work\n")
    assert not lines_longer_than(said)
    client.run("status", status=3)
    assert not server.find("", call=2)  # no second attempt


def test_a_server_that_is_not_there_is_told_too(client):
    client.add()
    done = client.host.run(COMMAND, "start", "work", check=False, env=ENVIRONMENT)
    assert done.returncode != 0
    assert "FAILED" in done.stdout and "refused" in done.stdout and "server reached" not in done.stdout


def test_a_tunnel_without_one_of_its_networks_is_not_said_to_be_active(client, server):
    client.add()
    client.host.run(PREFIX / "sbin/pptpsetup", "--edit", "work", "--route", "10.65.8.0/24")
    client.host.write_file("/etc/ppp/callgate/work.routes", "10.65.8.0/24\n172.16.2.3/12\n")
    client.host.write_file("/etc/ppp/ip-up", RUNS_SCRIPTS, mode=0o755)
    client.host.write_file("/etc/ppp/ip-up.d/callgate-up", "", mode=0o755)  # what is looked for
    done = client.host.run(COMMAND, "start", "work", check=False, env={**ENVIRONMENT, **client.net.environment()})
    assert done.returncode == 1 and "is active" not in done.stdout, done.stdout + done.stderr
    assert "work has come up, but 172.16.2.3/12 does not go through it" in done.stderr


def test_stop_ends_pptp_tunnels_and_no_other_pppd(client, server, tmp_path):
    """The other pppd is one of PPPoE, whose peers file has no pty."""
    client.add()
    client.host.write_file("/etc/ppp/peers/dsl", "plugin pppoe.so eth0\nuser dsl\n")
    pppd = tmp_path / "pppd"
    shutil.copy(os.path.realpath("/usr/bin/python3"), pppd)
    waits = "import signal; print('waits', flush=True); signal.pause()"
    others = [client.host.start("pppd", "-c", waits, *words, executable=pppd)
              for words in (("call", "dsl"), ("call", "dsl", "linkname", "work"), ())]
    for other in others:
        other.wait_line("waits", stream="stdout")
    client.run("start", "work")
    assert client.run("stop") == "Tunnel work has ended.\n"
    assert client.run("stop") == "No PPTP tunnel was running.\n"
    assert "There is no PPTP tunnel" not in client.run("status", status=3)
    assert all(other.running for other in others)


def test_ctrl_c_ends_the_attempt(client, server, net):
    """The server is silent, so the attempt would last."""
    net.server.nft("table ip silent { chain output { type filter hook output priority 0; ip protocol 47 drop; }; }")
    client.add()
    with Dialogue([COMMAND, "start", "work"], popen=client.host.popen, env={**os.environ, **ENVIRONMENT}) as user:
        user.wait("call accepted")
        user.type("\x03")
        assert user.end() == 130, user.transcript
        assert user.shows_what_is_typed
    assert "Traceback" not in user.transcript
    wait_until(lambda: client.interfaces() == [], what="the interface is gone")


def test_a_tunnel_of_the_old_one_starts_as_it_is_and_has_its_routes_after_the_import(client, server, net):
    client.host.write_file("/etc/ppp/peers/plant", OLD.format(server=net.server.address))
    client.host.write_file("/etc/ppp/chap-secrets", f"alice\tPPTP\t\"{PASSWORD}\"\nPPTP\talice\t\"{PASSWORD}\"\n", mode=0o600)
    said = client.run("start", "plant")
    assert "Its routes are not set" in said and "Tunnel plant is active on ppp0." in said
    client.run("stop", "plant")
    client.run("import", "plant", given="y\n")
    client.host.write_file("/etc/ppp/ip-up", f'#!/bin/sh\nexec {PREFIX}/etc/ppp/ip-up.d/callgate-routes "$@"\n', mode=0o755)
    assert "  routes             10.65.8.0/24\nTunnel plant is active on ppp0." in client.run("start", "plant")
