# SPDX-License-Identifier: GPL-2.0-or-later
"""A control connection that works and GRE that does not come: whatever ends the call reports this."""
import time

from lab.lines import wait_until

NO_GRE = r"no GRE packet \(IP protocol 47\) has come from 10\.9\.0\.2"
PATIENCE = 3  # s before a hang-up of our own is worth the remark


def test_a_server_that_hangs_up_after_hearing_nothing_from_gre_is_explained(net, up):
    tunnel, call = up
    call.disconnect()
    tunnel.expect_failure(9, "Call-Disconnect-Notify", NO_GRE, within=1)


def test_a_server_that_hangs_up_before_pppd_has_said_a_word_is_explained(net, server):
    """As pptpd does whose first packet a NAT gateway answers with ICMP, when pppd starts slowly here."""
    tunnel = net.dial()
    call = server.take_call()
    call.connection.close()
    tunnel.expect_failure(8, "closed by the server", NO_GRE, within=1)


def test_pppd_giving_up_after_a_while_is_explained(net, up):
    tunnel, _ = up
    time.sleep(PATIENCE + 0.1)  # the program's own patience: there is no condition to wait for
    tunnel.pty.close()
    tunnel.expect_failure(0, "hung up", NO_GRE, within=1)


def test_hanging_up_at_once_needs_no_explanation(net, up):
    tunnel, _ = up
    tunnel.pty.close()
    assert tunnel.wait_exit(1) == 0
    assert not net.client.syslog.find(NO_GRE)
    assert tunnel.errors == []


def test_one_packet_of_any_kind_is_enough(net, up):
    tunnel, call = up
    call.data.send_ack(0)
    wait_until(lambda: tunnel.statistics()["rx acks"] == 1)
    call.disconnect()
    assert tunnel.wait_exit(1) == 9
    assert not tunnel.process.stderr.find(NO_GRE)
