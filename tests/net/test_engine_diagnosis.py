# SPDX-License-Identifier: GPL-2.0-or-later
"""`pptpctl diagnose --log` understands what a tunnel without pppd writes: the verdicts are those of pppd's logs."""
import json

import pytest

from lab import programs
from lab.engine import DNS, EngineServer, EngineTunnel, know_secrets

MPPE = ("require-mppe-128", "nomppe-stateful", "refuse-eap")
# The options of the server and of the tunnel, the secrets, and the rule that must hold.
FAULTS = {
    "a wrong password": (("--mppe", "128"), MPPE, "alice * wrong *\n", "chap-failed"),
    "an account that may not dial in": (("--mppe", "128", "--fault", "failure=E=649 R=0 V=3 M=no"), MPPE, None,
                                        "no-dial-in-permission"),
    "only PAP": (("--auth", "pap", "--mppe", "none", "--fault", "insists"), ("refuse-pap",), None, "pap-only-refused"),
    "no CCP": (("--mppe", "none", "--no-ccp"), MPPE, None, "mppe-negotiation-failed"),
    "40 bit only": (("--mppe", "40"), MPPE, None, "mppe-40-bit-only"),
    "no address": (("--mppe", "128", "--fault", "no-address"), MPPE, None, "no-local-address"),
    "an MRU of the server's own": (("--mppe", "128", "--fault", "nak-mru"), (*MPPE, "mru", "1400"), None, "mru-refused"),
    "silence": (("--mppe", "128", "--fault", "silent-to-echo"), (*MPPE, "lcp-echo-interval", "1", "lcp-echo-failure", "2"),
                None, "peer-echo-lost"),
}


def diagnosed(net, tunnel):
    """What the diagnosis says of the last attempt in the tunnel's log: its verdict, stage and best rule."""
    net.client.write_file("/run/lab/tunnel.log", tunnel.log.text)
    said = net.client.run(programs.installed().pptpctl, "diagnose", "--json", "--log", "/run/lab/tunnel.log", check=False)
    return json.loads(said.stdout)["attempts"][-1]


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_the_server_has_the_verdict_that_pppd_s_log_has(net, fault):
    server, options, secrets, rule = FAULTS[fault]
    know_secrets(net.client, *([secrets] if secrets else []))
    EngineServer(net.server, *server)
    tunnel = EngineTunnel(net.client, net.server.address, *options, "debug")
    tunnel.process.wait_exit(60)
    found = diagnosed(net, tunnel)
    assert found["rule"] == rule, (found, tunnel.log.text)


def test_a_tunnel_that_comes_up_is_found_healthy(net):
    know_secrets(net.client)
    EngineServer(net.server, "--mppe", "128", "--dns", DNS)
    tunnel = EngineTunnel(net.client, net.server.address, *MPPE, "usepeerdns", "debug").wait_up()
    tunnel.hang_up()
    found = diagnosed(net, tunnel)
    assert (found["verdict"], found["stage"]) == ("healthy", "ipcp")
