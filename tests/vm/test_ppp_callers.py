# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd and pptp as other programs start them.

The command lines and files are those of programs that people use, word for word except for the server's
address and the user. NetworkManager's and ConnMan's command lines end in `plugin ...`, which is left out:
the plugins ask the caller for the password over D-Bus, and end pppd if there is no caller.
"""
import contextlib
import json
import os
import re
import shlex
import signal
import time

import pytest

from lab import programs
from lab.egress import RUNS_SCRIPTS
from lab.lines import Timeout, wait_until
from lab.ppp import USERS
from lab.ppp_tunnel import MPPE_ENABLED, SLOW, in_known_working_order
from lab.scripted_server import ScriptedServer
from lab.tunnel import expect_clean
from lab.wire import (OutgoingCallReply, OutgoingCallRequest, StartControlConnectionReply,
                      StartControlConnectionRequest)

NM_PATIENCE = 2  # s from SIGTERM to SIGKILL
CHILD_TIMEOUT = 5  # s: a pppd with updetach waits in vain for a pptp that its parent has started
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
    "pptpsetup": ("pon vpn updetach persist holdoff 1", PPTPSETUP, "stdout"),
    "vimagick": ("pon vpn debug dump logfd 2 nodetach persist", CONTAINER, "stderr"),
    "containers": ("pppd call vpn nodetach logfd 2 silent persist maxfail 10 holdoff 15", CONTAINER,
                   "stderr"),
    "vimagick persist": ("pon vpn debug logfd 2 nodetach persist holdoff 1", CONTAINER, "stderr"),
    "maxfail": ("pppd call vpn nodetach logfd 2 persist maxfail 3 holdoff 1", CONTAINER, "stderr"),
    "scripts": (f"pppd {BY_HAND} pty 'pptp {{server}} --nolaunchpppd --nobuffer --loglevel 0"
                " --debug'", "", "stderr"),
    "launching pppd": (f"pptp {{server}} {BY_HAND}", "", "stderr"),
    "launching pppd, call": ("pptp {server} --debug logfd 2 call vpn",
                             CONTAINER.split("\n", 1)[1], "stderr"),
    "record": (f"pppd {BY_HAND} record /run/lab/record pty 'pptp {{server}} --nolaunchpppd'", "",
               "stderr"),
    # Two frames that pppd sends at once may come out as one (pptp(8)): soon again, then. What the
    # server had not understood makes it ask once more, and who was up must agree again.
    "sync": (f"pppd {BY_HAND} noipv6 lcp-restart 1 ipcp-restart 1"
             " sync pty 'pptp {server} --nolaunchpppd --sync'", "", "stderr"),
}


@pytest.fixture
def client(client):
    """With Debian's /etc/ppp/options, which every caller has to live with."""
    client.install_pptp()
    client.use_debian_options()
    client.write_file("/etc/ppp/options.pptp", OPTIONS_PPTP)
    yield client
    client.write_file("/etc/ppp/options", "")
    client.run("rm", "-f", "/etc/ppp/ip-up", "/etc/ppp/ip-down")


def call(client, server, name, **more):
    command, peers, log = CALLERS[name]
    client.write_file("/etc/ppp/peers/vpn", peers.format(server=server.address))
    return client.start_caller(server, *shlex.split(command.format(server=server.address)),
                               log=log, **more)


def sync_up(client, server):
    """If the two frames that came out as one were about MPPE, pppd gives up: then it is called again."""
    for _ in range(3):
        link = call(client, server, "sync")
        try:
            link.wait_up().wait_ping()
            return link
        except Timeout:
            if not link.log.find("MPPE disabled|MPPE required but"):
                raise
    raise AssertionError("three times in turn frames were joined")


def shown_call(client):
    """What pptpctl says of the tunnel and the interface of the only call."""
    [connection] = json.loads(client.run(programs.installed().pptpctl, "status", "--json").stdout)["connections"]
    [seen] = connection["calls"]
    return seen["tunnel"], seen["interface"]


OF_OTHER_TESTS = ("pptpsetup", "vimagick persist", "maxfail")


@pytest.mark.parametrize("name", [name for name in CALLERS if name not in OF_OTHER_TESTS])
def test_a_caller_s_command_line_brings_a_tunnel_up(client, server, name):
    link = sync_up(client, server) if "sync" in name else call(client, server, name).wait_up()
    link.ping()
    if " debug" in CALLERS[name][0] and "sync" not in name:
        in_known_working_order(link.log.all)
    assert not link.pptp_errors
    if "unit" in name:
        assert link.device == "ppp7"
    assert shown_call(client) == ("vpn" if re.search("pon vpn|call vpn", CALLERS[name][0]) else "", link.device)
    link.hang_up(NM_PATIENCE)
    server.wait_log(r"CTRL: Received CALL CLR request")
    expect_clean(client)


# --- pon and poff ---------------------------------------------------------------------------------

def test_pon_and_every_poff_of_a_tunnel_that_pptpsetup_has_made(client, server):
    for script in "ip-up", "ip-down":
        client.write_file(f"/etc/ppp/{script}", RUNS_SCRIPTS, mode=0o755)
    link = call(client, server, "pptpsetup")
    assert link.pppd.wait_exit(30 * SLOW) == 0  # updetach: pppd is in the background, and up
    link.log, link.since = client.syslog, client.log_start
    link.wait_up().ping()
    wait_until(lambda: shown_call(client) == ("vpn", link.device), what="ip-up tells the interface")

    client.run("poff", "-d", "vpn")  # SIGUSR1: debug on, or off
    link.ping()
    link.next_session()
    client.run("poff", "-c", "vpn")  # SIGUSR2: compression, which is MPPE, again; pppd hangs up...
    link.wait_up().ping()  # ... for want of it meanwhile, and dials again
    link.next_session()
    client.run("poff", "-r", "vpn")  # SIGHUP: dial again
    link.wait_up().ping()
    client.run("poff", "vpn")
    wait_until(lambda: not server.pids_of("pptpctrl"), what="the server has ended each call")
    expect_clean(client, within=CHILD_TIMEOUT + 2)


# --- demand and persist ---------------------------------------------------------------------------

def test_demand_dials_when_there_is_something_to_send_and_again_after_idle(client, server):
    server.count_connections()
    client.write_file("/etc/ppp/peers/vpn", PPTPSETUP.format(server=server.address))
    link = client.start_caller(
        server, *shlex.split("pppd call vpn nodetach logfd 2 noipv6 demand idle 5 holdoff 0"
                             " ipcp-accept-local ipcp-accept-remote 10.64.0.1:10.64.0.2"))
    link.wait_log(r"Using interface (ppp\d+)")
    wait_until(lambda: "10.64.0.2" in {route.dst for route in client.routes()})
    assert server.connections() == 0
    for calls, far_end in ((1, "10.64.0.2"), (2, "10.99.1.1")):  # the server gave another address
        client.run("ping", "-c", "1", "-W", 1, far_end, check=False)
        link.wait_log(MPPE_ENABLED)
        link.peer_ip = "10.99.1.1"
        link.wait_ping()
        assert server.connections() == calls
        link.wait_log("Terminating connection due to lack of activity")
        link.wait_log("Connection terminated")
        link.next_session()
    link.hang_up()
    expect_clean(client)


SERVER_GOES = {
    "hangs up": lambda server: server.signal_all("pptpctrl", signal.SIGTERM),
    "is killed": lambda server: server.kill_all(),
}


@pytest.mark.parametrize("how", SERVER_GOES)
def test_persist_brings_the_tunnel_back(client, server, how):
    link = call(client, server, "vimagick persist").wait_up()
    link.next_session()
    SERVER_GOES[how](server)
    link.wait_log("Modem hangup", 5)
    if how == "is killed":
        server.start_pptpd()
    link.wait_up().ping()
    link.hang_up(NM_PATIENCE)
    expect_clean(client)


# --- servers that refuse --------------------------------------------------------------------------

def refuse_start(connection):
    connection.expect(StartControlConnectionRequest, 5 * SLOW)
    connection.send(StartControlConnectionReply(result=4))


def refuse_call(connection):
    connection.expect(StartControlConnectionRequest, 5 * SLOW)
    connection.send(StartControlConnectionReply())
    request = connection.expect(OutgoingCallRequest, 5 * SLOW)
    connection.send(OutgoingCallReply(peer_call_id=request.call_id, result=4))


REFUSALS_OF_A_SERVER = {
    "no server": (None, "Connection refused"),
    "not authorised": (refuse_start, "not authorised"),
    "busy": (refuse_call, "busy"),
}
ATTEMPTS, HOLDOFF = 3, 1


@pytest.mark.parametrize("refusal", REFUSALS_OF_A_SERVER)
def test_a_server_that_refuses_is_asked_as_often_as_maxfail_and_holdoff_say(client, hosts, refusal):
    _, server = hosts
    answer, words = REFUSALS_OF_A_SERVER[refusal]
    server.count_connections()
    with contextlib.ExitStack() as stack:
        scripted = answer and stack.enter_context(ScriptedServer(server))
        began = time.monotonic()
        link = call(client, server, "maxfail")
        for _ in range(ATTEMPTS if answer else 0):
            answer(scripted.accept())
        link.pppd.wait_exit(10 * SLOW)
        assert time.monotonic() - began >= (ATTEMPTS - 1) * HOLDOFF
    assert server.connections() == ATTEMPTS
    assert len(link.pptp_errors) == ATTEMPTS
    assert all(words in line for line in link.pptp_errors), link.pptp_errors
    expect_clean(client)
    server.reset()


# --- pppd's sync and ours differ ------------------------------------------------------------------

@pytest.mark.parametrize("theirs, ours, words", [
    ("sync", "", "pppd sends synchronous frames, but pptp was started without --sync"),
    ("", "--sync", "pppd sends asynchronous frames, but pptp was started with --sync")])
def test_a_mode_that_differs_from_pppd_s_is_named(client, server, theirs, ours, words):
    link = client.start_caller(server, *shlex.split(
        f"pppd {BY_HAND} {theirs} lcp-restart 1 pty 'pptp {server.address} --nolaunchpppd {ours}'"))
    link.log.wait(words)
    link.hang_up()
    expect_clean(client)


# --- the egress panel of 2026 ---------------------------------------------------------------------

PANEL_FILE = f"""# Auto-generated
noauth
refuse-eap
refuse-pap
refuse-chap
refuse-mschap
require-mppe-128
nobsdcomp
nodeflate
novj
novjccomp
name "{{user}}"
password "{{password}}"
ifname {{device}}
linkname {{link}}
ipparam {{link}}
noipdefault
ipcp-accept-local
ipcp-accept-remote
noipv6
nodefaultroute
nolock
mtu 1400
mru 1400
lcp-echo-interval 20
lcp-echo-failure 3
persist
maxfail 0
holdoff 10
logfd 1
"""


def raise_outbound(client, server, user):
    """One outbound of the panel, which leads a process group."""
    link, device = f"pptp-out-{user}", f"pptpo-{user}"
    options = f"/etc/ppp/{link}.options"
    client.write_file(options, PANEL_FILE.format(user=user, password=USERS[user], link=link,
                                                 device=device), mode=0o600)
    pty = (f"'/usr/sbin/pptp' '{server.address}' --nolaunchpppd --nohostroute"
           f" --logstring '{link}'")
    return client.start_caller(
        server, "pppd", "file", options, "pty", pty, "nodetach", "ifname", device, "linkname", link,
        "ipparam", link, user=user, log="stdout", start_new_session=True)


def recorded_device(client, user):
    """By what the panel knows that the device is this tunnel's."""
    with open(client.path(f"/run/ppp-pptp-out-{user}.pid"), encoding="ascii") as recorded:
        pid, device = recorded.read().split()
    with open(client.path(f"/run/{device}.pid"), encoding="ascii") as owned:
        assert owned.read().strip() == pid
    return device


def test_three_outbounds_of_the_panel_at_once(client, server):
    links = [raise_outbound(client, server, user) for user in USERS]
    for link in links:
        link.wait_up(60)
        assert recorded_device(client, link.user) == f"pptpo-{link.user}"
    assert not any(route.dst == server.address for route in client.routes())  # --nohostroute
    shown = client.run(programs.installed().pptpctl, "status").stdout
    for link in links:
        link.device = f"pptpo-{link.user}"
        link.ping()  # bound to the device
        assert f"pptp-out-{link.user}" in shown
    for link in links:
        os.killpg(link.pppd.pid, signal.SIGTERM)
    for link in links:
        link.pppd.wait_exit(NM_PATIENCE * SLOW)
    expect_clean(client)


def test_the_panel_s_log_has_the_words_that_it_looks_for(client, hosts):
    _, server = hosts
    link = raise_outbound(client, server, "alice")
    link.log.wait("Connection refused")
    link.log.wait("Modem hangup")
    wait_until(lambda: terminate(link) or not link.pppd.running, what="pppd has ended", interval=1)
    expect_clean(client)


def terminate(link):
    """Again and again, because pppd 2.5.2 loses the signal while it takes a lost link down."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(link.pppd.pid, signal.SIGTERM)
