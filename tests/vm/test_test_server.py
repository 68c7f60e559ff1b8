# SPDX-License-Identifier: GPL-2.0-or-later
"""pptp-test-server, on which the network tests rely, is a PPTP server to a real pppd with the kernel's MPPE."""
import re

import pytest

from lab.engine import EngineServer

COMMON = ("--user", "alice", "--password", "wonderland", "--local", "10.99.1.1", "--remote", "10.99.2.1")


def dial(bare, *server_options, faults=()):
    client, server = bare
    serving = EngineServer(server, *COMMON, *server_options, faults=faults)
    return serving, client.dial(server)


@pytest.mark.parametrize("faults", ((), ("lose-data=7", "repeat-challenge")), ids=("", "losses"))
def test_pppd_brings_an_encrypted_tunnel_up_and_hangs_up(bare, faults):
    serving, tunnel = dial(bare, "--mppe", "128", faults=faults)
    tunnel.wait_up()
    assert (tunnel.local_ip, tunnel.peer_ip) == ("10.99.2.1", "10.99.1.1")
    serving.wait("MPPE to the client 128-bit stateless, from the client 128-bit stateless")
    if faults:
        lost = bare[0].run("ping", "-n", "-q", "-c", 20, "-i", 0.1, tunnel.peer_ip, check=False).stdout
        assert re.search(r"\b1[678] received", lost), lost
    else:
        tunnel.ping()
    tunnel.hang_up()
    serving.wait("call ended")
    assert not serving.find("clear text")


def test_pppd_negotiates_anew_in_mid_call_and_answers_another_challenge(bare):
    serving, tunnel = dial(bare, "--mppe", "128", "--ipv6")
    tunnel.wait_up()
    serving.challenge_again()
    serving.wait_count(2, "authenticated by MS-CHAPv2")
    tunnel.ping()
    serving.renegotiate()
    serving.wait_count(2, "IPv4 up")
    tunnel.wait_ping()
    tunnel.hang_up()
