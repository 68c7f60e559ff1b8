# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd and pptp as their callers start them: the command lines and files of programs that people
use, word for word but for the server's address and the user.

NetworkManager's and ConnMan's command lines end in `plugin ...`, which is left out: the plugins ask
the caller for the password over D-Bus, and end pppd where there is none.
"""
import os
import shlex
import signal

import pytest

from lab.lines import wait_until
from lab.ppp import USERS
from lab.ppp_tunnel import SLOW, in_known_working_order
from lab.tunnel import expect_clean

NM_PATIENCE = 2  # s from SIGTERM to SIGKILL
PASSWORD = USERS["alice"]
REFUSALS = "refuse-eap refuse-pap refuse-chap refuse-mschap"

NETWORK_MANAGER = (
    "pppd pty '/usr/sbin/pptp {server} --nolaunchpppd --loglevel {loglevel}"
    " --logstring nm-pptp-service-4711' {debug} ipparam nm-pptp-service-4711 nodetach lock"
    " usepeerdns noipdefault nodefaultroute noauth user alice remotename {server} "
    f"{REFUSALS} require-mppe-128 nobsdcomp nodeflate novj"
    " lcp-echo-failure 0 lcp-echo-interval 0")
CONNMAN = (
    "pppd nodetach lock logfd 2 usepeerdns noipdefault noauth nodefaultroute ipparam pptp_plugin"
    f" user alice lcp-echo-failure 0 lcp-echo-interval 0 {REFUSALS} require-mppe-128 debug"
    " pty '/usr/sbin/pptp {server} --nolaunchpppd --loglevel 2 --idle-wait 60 --max-echo-wait 60'")

# pptpsetup --create vpn --server S --username alice --password ... --encrypt
PPTPSETUP = """# written by pptpsetup
pty "/usr/sbin/pptp {server} --nolaunchpppd"
lock
noauth
nobsdcomp
nodeflate
name alice
remotename vpn
ipparam vpn
require-mppe-128
"""
CONTAINER = f"""pty "pptp {{server}} --nolaunchpppd"
name "alice"
password "{PASSWORD}"
remotename PPTP
require-mppe-128
file /etc/ppp/options.pptp
ipparam "vpn"
"""
OPTIONS_PPTP = f"""lock noauth {REFUSALS}
nobsdcomp nodeflate
"""
BY_HAND = f"nodetach debug logfd 2 noauth user alice {REFUSALS} require-mppe-128"

# command line, peers file, where pppd's log goes
CALLERS = {
    "NetworkManager": (NETWORK_MANAGER.format(server="{server}", loglevel=0, debug=""), "",
                       "stdout"),
    "NetworkManager, debugging, unit": (
        NETWORK_MANAGER.format(server="{server}", loglevel=2, debug="debug") + " unit 7", "",
        "stdout"),
    "ConnMan": (CONNMAN, "", "stderr"),
    "pptpsetup --start": ("pppd call vpn updetach", PPTPSETUP, "stdout"),
    "vimagick": ("pon vpn debug dump logfd 2 nodetach persist", CONTAINER, "stderr"),
    "corpusops": ("pon vpn nodetach logfd 2 silent", CONTAINER, "stderr"),
    "Home Assistant": ("pppd call vpn nodetach logfd 2 persist maxfail 10 holdoff 15", CONTAINER,
                       "stderr"),
    "--nobuffer": (f"pppd {BY_HAND} pty 'pptp {{server}} --nolaunchpppd --nobuffer --loglevel 0'",
                   "", "stderr"),
    "--debug": (f"pppd {BY_HAND} pty 'pptp {{server}} --nolaunchpppd --debug'", "", "stderr"),
    "launching pppd": (f"pptp {{server}} {BY_HAND}", "", "stderr"),
    "launching pppd, call": ("pptp {server} --debug logfd 2 call vpn",
                             CONTAINER.split("\n", 1)[1], "stderr"),
    "record": (f"pppd {BY_HAND} record /run/lab/record pty 'pptp {{server}} --nolaunchpppd'", "",
               "stderr"),
    "sync": (f"pppd {BY_HAND} sync pty 'pptp {{server}} --nolaunchpppd --sync'", "", "stderr"),
    "launching pppd, sync": (f"pptp {{server}} --sync {BY_HAND}", "", "stderr"),
}


@pytest.fixture
def client(client):
    """With Debian's /etc/ppp/options, which every caller has to live with."""
    client.install_pptp()
    client.use_debian_options()
    client.write_file("/etc/ppp/options.pptp", OPTIONS_PPTP)
    yield client
    client.write_file("/etc/ppp/options", "")


def call(client, server, name, **more):
    command, peers, log = CALLERS[name]
    client.write_file("/etc/ppp/peers/vpn", peers.format(server=server.address))
    return client.start_caller(server, *shlex.split(command.format(server=server.address)),
                               log=log, **more)


@pytest.mark.parametrize("name", [name for name in CALLERS if name != "pptpsetup --start"])
def test_a_caller_s_command_line_brings_a_tunnel_up(client, server, name):
    link = call(client, server, name).wait_up()
    link.ping()
    if " debug" in CALLERS[name][0] and "sync" not in name:
        in_known_working_order(link.log.all)
    assert not link.pptp_errors
    if "unit" in name:
        assert link.device == "ppp7"
    link.hang_up(NM_PATIENCE)
    server.wait_log(r"CTRL: Received CALL CLR request")
    expect_clean(client)
