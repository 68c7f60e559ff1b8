# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole tunnel without kernel PPP, by the files that people have for pppd."""
import os
import re

import pytest

from lab import programs
from lab.engine import PASSWORD, EngineServer, EngineTunnel, know_secrets
from lab.own_time import EVENT
from lab.peers_files import HOWTO, IMAGE, OPTIONS_PPTP, PANEL, PPTPSETUP
from lab.tunnel import expect_clean


def call(net, text, *words, more="", secrets="alice work secret *\nalice PPTP secret *\n"):
    client = net.client
    client.write_file("/etc/ppp/options.pptp", OPTIONS_PPTP)
    client.write_file("/etc/ppp/peers/work", text.format(server=net.server.address, more=more, password=PASSWORD))
    know_secrets(client, secrets)
    tunnel = EngineTunnel(client, net.server.address, words=("call", "work", *words), env=net.environment())
    tunnel.log = tunnel.process.stderr  # logfd 2
    return tunnel


@pytest.mark.parametrize("text, words, device", [
    (PPTPSETUP, ("nodetach", "logfd", "2"), "ppp0"), (HOWTO, ("nodetach", "logfd", "2"), "ppp0"),
    (IMAGE, ("debug", "dump", "logfd", "2", "nodetach"), "ppp0"), (PANEL, ("logfd", "2"), "pptp-a")],
    ids=["pptpsetup", "HOWTO", "image", "panel"])
def test_a_peers_file_that_people_have_brings_its_tunnel_up_without_pppd(net, text, words, device):
    EngineServer(net.server, *(("--mppe", "128") if "mppe" in text else ()))
    tunnel = call(net, text, "--ppp", "builtin", *words).wait_up()
    assert tunnel.device == device
    tunnel.ping()
    assert tunnel.hang_up() == 5  # pppd's status of a tunnel that a signal has ended
    expect_clean(net.client)


def test_the_pty_line_s_word_ppp_decides(net):
    EngineServer(net.server, "--mppe", "128")
    tunnel = call(net, PPTPSETUP, "nodetach", "logfd", "2", more=" --ppp builtin").wait_up()
    assert tunnel.hang_up() == 5
    expect_clean(net.client)


def test_a_secret_for_another_server_is_not_used(net):
    server = EngineServer(net.server)
    tunnel = call(net, PPTPSETUP, "--ppp", "builtin", "nodetach", "logfd", "2", secrets="alice other secret *\n")
    assert tunnel.process.wait_exit(EVENT) not in (0, 5)
    assert not server.find("IPv4 up")


def test_pap_needs_an_entry_in_pap_secrets(net):
    """A password in the peers file is not sent to a server that asks for it in clear text."""
    EngineServer(net.server, "--auth", "pap", faults=("insists",))
    text = PPTPSETUP.replace("require-mppe-128\n", "password secret\n")
    refused = call(net, text, "--ppp", "builtin", "nodetach", "logfd", "2", secrets="")
    assert refused.process.wait_exit(EVENT) == 10  # pppd's status of a failed negotiation
    assert "asks for PAP" in refused.log.text
    allowed = call(net, text, "--ppp", "builtin", "nodetach", "logfd", "2").wait_up()
    assert allowed.hang_up() == 5


def test_auto_makes_the_tunnel_without_pppd_if_there_is_no_dev_ppp(net):
    EngineServer(net.server, "--mppe", "128")
    net.client.run("rm", "-f", "/dev/ppp")
    tunnel = call(net, PPTPSETUP, "nodetach", "logfd", "2").wait_up()
    assert tunnel.hang_up() == 5


def test_pptpsetup_creates_starts_shows_and_stops_a_tunnel_without_pppd(net):
    EngineServer(net.server, "--mppe", "128")
    client = net.client
    env = {**net.environment(), "PATH": f"{os.path.dirname(programs.installed().pptp)}:/usr/sbin:/usr/bin:/sbin:/bin"}

    def pptpsetup(*words, status=0):
        done = client.run(f"{os.path.dirname(programs.installed().pptp)}/pptpsetup", *words, env=env, check=False)
        assert done.returncode == status, done.stdout + done.stderr
        return done.stdout

    client.write_file("/etc/ppp/password", "secret\n", mode=0o600)
    said = pptpsetup("--create", "work", "--server", net.server.address, "--username", "alice", "--encrypt",
                     "--ppp", "builtin", "--password-file", "/etc/ppp/password", "--start")
    assert re.search(r"^work: up: pptp \d+, ppp0, 10\.0\.0\.2", said, re.MULTILINE), said
    client.run("killall", "-USR1", "pptp")  # the gateway writes lines, which nobody reads any more
    assert "work: up: pptp" in pptpsetup("--status", "work")
    assert "already" in pptpsetup("--start", "work")
    pptpsetup("--stop", "work")
    assert pptpsetup("--status", "work", status=3) == "work: down\n"
    expect_clean(client)
