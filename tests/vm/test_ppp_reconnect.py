# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls that follow one another: nothing leaks, and nothing waits for an earlier call.

tests/net/test_two_hundred_calls.py makes two hundred calls without pppd.
"""
import os
import re
import signal

from lab import ppp, programs
from lab.footprint import Footprint, has_grown_from
from lab.lines import wait_until
from lab.ppp_tunnel import SLOW
from lab.tunnel import expect_clean

ROUNDS = 3  # of three tunnels each
MEMORY = 256  # KiB
ATTEMPTS = 4  # of a pppd whose password is wrong
LOGIN_REFUSED = 11  # pptp(8), EXIT STATUS
# Else the kernel tells the server, before anything of ours runs again, that nobody listens for GRE.
NO_ICMP_ERRORS = """
table ip quiet {
  chain out {
    type filter hook output priority 0;
    icmp type destination-unreachable drop
  }
}
"""


def test_nine_dials_leave_the_manager_as_it_was(client, server):
    keep_nothing = os.environ["ASAN_OPTIONS"] + ":quarantine_size_mb=0"
    manager = client.start(programs.installed().callmgr, "--foreground",
                           env={"ASAN_OPTIONS": keep_nothing})
    wait_until(lambda: os.path.exists(client.path("/run/pptp/callmgr.sock")))
    for number in range(ROUNDS):
        tunnels = [client.dial(server, user) for user in ppp.USERS]
        for tunnel in tunnels:
            tunnel.wait_up(60).ping(count=1)
        for tunnel in tunnels:
            tunnel.hang_up()
        expect_clean(client)
        if number == 0:
            before = Footprint.of(manager.pid)
            files = os.listdir(client.path("/run/pptp"))
    after = Footprint.of(manager.pid)
    print(f"{before} -> {after}")  # pytest -rP shows it
    assert not has_grown_from(before, after, MEMORY * SLOW)
    assert os.listdir(client.path("/run/pptp")) == files


def test_a_client_that_lost_power_dials_again_while_the_server_still_holds_its_call(client, server):
    """The old call's packets reach the client, and belong to nobody there."""
    lost = client.dial(server).wait_up()
    client.nft(NO_ICMP_ERRORS)
    client.crash()
    client.plug_in()
    again = client.dial(server).wait_up()
    assert again.peer_ip != lost.peer_ip and len(server.pids_of("pptpctrl")) == 2
    server.run("ping", "-c", "3", "-i", "0.2", "-W", "1", lost.local_ip, check=False)
    again.ping()
    assert again.pppd.running and len(server.pids_of("pptpctrl")) == 2
    counted = again.statistics()
    assert counted["rx under win"] + counted["rx over win"] + counted["rx foreign"] == 0
    again.hang_up()
    expect_clean(client)


def test_persist_outlives_the_manager(client, server):
    tunnel = client.dial(server, pppd_options="persist holdoff 1").wait_up()
    tunnel.next_session()
    client.signal_all("pptp-callmgr", signal.SIGKILL)
    assert tunnel.wait_pptp_exit(5) == 10
    tunnel.wait_up().ping()
    tunnel.hang_up()
    expect_clean(client)


def test_a_pppd_that_persists_sends_a_refused_password_only_once(client, server):
    server.count_connections()
    refused = client.dial(server, pppd_options=f"password wrong persist holdoff 1 maxfail {ATTEMPTS}")
    refused.pppd.wait_exit(60 * SLOW)
    assert len([line for line in server.log if "failed CHAP authentication" in line]) == 1
    assert server.connections() == 1
    statuses = re.findall(r"Script .* finished \(pid \d+\), status = 0x([0-9a-f]+)", refused.log.text)
    assert [int(status, 16) for status in statuses[1:]] == [LOGIN_REFUSED] * (ATTEMPTS - 1)
    sentence = "refused the name or the password [0-9]+ s ago: this pppd does not dial it again"
    assert len([line for line in client.log if re.search(sentence, line)]) == 1
    client.dial(server).wait_up().ping()
