# SPDX-License-Identifier: GPL-2.0-or-later
"""One tunnel between two pppds: negotiation, traffic, and an orderly end."""
import signal

import pytest

from lab import ppp
from lab.ppp_tunnel import MPPE_ENABLED, SLOW, in_known_working_order
from lab.scripted_server import ScriptedServer
from lab.tunnel import expect_clean

IDLE_MANAGER = 15  # s, within which a manager started on demand is gone after its last call


@pytest.mark.drop_in
def test_the_negotiation_runs_in_the_known_working_order_to_mppe_128(client, server, tunnel):
    in_known_working_order(tunnel.log.all)
    server.wait_log(MPPE_ENABLED)
    assert tunnel.local_ip.startswith(ppp.REMOTE_NET) and tunnel.peer_ip.startswith(ppp.LOCAL_NET)


@pytest.mark.drop_in
def test_pings_and_bulk_data_pass_both_ways(tunnel):
    tunnel.ping(count=10)
    up, down = tunnel.iperf(3), tunnel.iperf(3, "--reverse")
    for result in (up, down):
        assert result["end"]["sum_received"]["bytes"] > 100_000
    assert not tunnel.log.find("MPPE|[Pp]rotocol-?[Rr]eject")[1:], "MPPE lost its place"


def test_a_hang_up_is_orderly_and_leaves_nothing(client, server):
    """pptpd closes when it has read Call-Clear-Request: Stop is shown by the test after this."""
    tunnel = client.dial(server).wait_up()
    tunnel.hang_up()
    assert tunnel.wait_pptp_exit(1) == 0
    server.wait_log(r"CTRL: Received CALL CLR request \(closing call\)")
    server.wait_log("CTRL: Client .* control connection finished")
    assert len(tunnel.pptp_errors) <= 1
    expect_clean(client)
    expect_clean(client, within=IDLE_MANAGER, manager=True)


def test_a_server_that_keeps_to_the_rfc_sees_call_clear_and_stop(client, server):
    server.reset()  # no pptpd
    with ScriptedServer(server) as scripted:
        tunnel = client.dial(server)
        call = scripted.take_call()
        tunnel.pppd.signal(signal.SIGTERM)
        call.expect_hang_up(5 * SLOW)
        assert tunnel.wait_pptp_exit(1) == 0
        expect_clean(client)


@pytest.mark.drop_in
def test_the_same_user_can_dial_again_at_once(client, server):
    """pptp-linux's TODO of 2005: a tunnel restarted within a minute gets no traffic."""
    for _ in range(3):
        tunnel = client.dial(server).wait_up()
        tunnel.ping()
        tunnel.hang_up()
