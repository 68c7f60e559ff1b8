# SPDX-License-Identifier: GPL-2.0-or-later
"""`pptpctl diagnose --log` understands what a tunnel without pppd writes: the verdicts are those of pppd's logs."""
import json

import pytest

from lab import programs
from lab.engine import DNS, EngineServer, EngineTunnel, know_secrets

MPPE = ("require-mppe-128", "nomppe-stateful", "refuse-eap")
# The options of the server and of the tunnel, the secrets, pppd's exit status, what pptp says, and the rule that must hold.
FAULTS = {
    "a wrong password": (("--mppe", "128"), MPPE, "alice * wrong *\n", 19, "E=691 .*wrong", "chap-failed"),
    "an account that may not dial in": (("--mppe", "128", "--fault", "failure=E=649 R=0 V=3 M=no"), MPPE, None, 19,
                                        "E=649 .*dial in", "no-dial-in-permission"),
    "a password that has expired": (("--mppe", "128", "--fault", "failure=E=648 R=0 V=3 M=no"), MPPE, None, 19,
                                    "E=648 .*expired", "password-expired"),
    "an account that is disabled": (("--mppe", "128", "--fault", "failure=E=647 R=0 V=3 M=no"), MPPE, None, 19,
                                    "E=647 .*disabled", "account-disabled"),
    "an account that may not log on at this hour": (("--mppe", "128", "--fault", "failure=E=646 R=0 V=3 M=no"), MPPE, None,
                                                    19, "E=646 .*time of the day", "outside-logon-hours"),
    "a server with another password": (("--mppe", "128", "--fault", "wrong-proof"), MPPE, None, 19,
                                       "server does not know the password", "server-proof-wrong"),
    "only PAP": (("--auth", "pap", "--mppe", "none", "--fault", "insists"), ("refuse-pap",), None, 10, "asks for PAP",
                 "pap-only-refused"),
    "no CCP": (("--mppe", "none", "--no-ccp"), MPPE, None, 10, "MPPE required", "mppe-negotiation-failed"),
    "40 bit only": (("--mppe", "40"), MPPE, None, 10, "MPPE required", "mppe-40-bit-only"),
    "no address": (("--mppe", "128", "--fault", "no-address"), MPPE, None, 10, "no address for us", "no-local-address"),
    "addresses without end": (("--mppe", "128", "--fault", "nak-address"), MPPE, None, 10, "went on making suggestions",
                              "address-suggested-endlessly"),
    "an MRU of the server's own": (("--mppe", "128", "--fault", "nak-mru"), (*MPPE, "mru", "1400"), None, 10,
                                   "went on making suggestions", "mru-refused"),
    "no network protocol": (("--mppe", "128", "--no-ipv4"), (*MPPE, "+ipv6"), None, 10, "No network protocols running",
                            "no-network-protocol"),
    "silence": (("--mppe", "128", "--fault", "silent-to-echo"), (*MPPE, "lcp-echo-interval", "1", "lcp-echo-failure", "2"),
                None, 15, "No response to 2 echo-requests", "peer-echo-lost"),
}
# These do no harm: the tunnel comes up, and the diagnosis finds no problem.
HARMLESS = ("repeat-challenge", "mixed-state", "nak-unasked", "public-address", "unknown-options", "early-data",
            "lose-sent=ipcp:1", "lose-received=lcp:1", "delay-data=2", "lose-data=9")


def diagnosed(net, tunnel):
    """What the diagnosis says of the last attempt in the tunnel's log: its verdict, stage and best rule."""
    net.client.write_file("/run/lab/tunnel.log", tunnel.log.text)
    said = net.client.run(programs.installed().pptpctl, "diagnose", "--json", "--log", "/run/lab/tunnel.log", check=False)
    return json.loads(said.stdout)["attempts"][-1]


@pytest.mark.parametrize("fault", FAULTS)
def test_each_fault_of_the_server_has_the_verdict_that_pppd_s_log_has(net, fault):
    server, options, secrets, status, words, rule = FAULTS[fault]
    know_secrets(net.client, *([secrets] if secrets else []))
    EngineServer(net.server, *server)
    tunnel = EngineTunnel(net.client, net.server.address, *options, "debug")
    assert tunnel.process.wait_exit(60) == status, tunnel.log.text
    tunnel.log.wait(words)
    found = diagnosed(net, tunnel)
    assert found["rule"] == rule, (found, tunnel.log.text)


def test_a_server_that_does_not_encrypt_is_named_while_the_tunnel_is_up(net):
    know_secrets(net.client)
    server = EngineServer(net.server, "--mppe", "128", faults=("clear-text",))
    tunnel = EngineTunnel(net.client, net.server.address, *MPPE, "debug").wait_up()
    for _ in range(2):  # it is said once
        net.server.run("ping", "-n", "-q", "-c", 4, "-i", 0.2, "-W", 1, "-I", server.device(), tunnel.local_ip, check=False)
    assert len(tunnel.log.find("sends packets that are not encrypted")) == 1, tunnel.log.text
    assert tunnel.hang_up() == 5
    assert diagnosed(net, tunnel)["rule"] == "server-sends-clear-text"


def test_the_number_of_the_error_that_windows_sends_is_read(net):
    know_secrets(net.client)
    server = EngineServer(net.server, "--mppe", "128", faults=("windows-reason",))
    tunnel = EngineTunnel(net.client, net.server.address, *MPPE, "debug").wait_up()
    server.terminate_links()
    assert tunnel.process.wait_exit(60) == 16, tunnel.log.text
    tunnel.log.wait("LCP terminated by peer")
    found = diagnosed(net, tunnel)
    assert found["rule"] == "lcp-terminated-unread", (found, tunnel.log.text)


@pytest.mark.parametrize("fault", HARMLESS)
def test_a_fault_that_does_no_harm_is_no_problem_for_the_diagnosis(net, fault):
    know_secrets(net.client)
    stateful = ("mppe-stateful",) if fault == "mixed-state" else ()
    EngineServer(net.server, "--restart", "0.5", "--mppe", "128", *(["--stateful"] if stateful else []), faults=(fault,))
    tunnel = EngineTunnel(net.client, net.server.address, "require-mppe-128", *stateful, "lcp-restart", "1", "debug")
    tunnel.wait_up().hang_up()
    found = diagnosed(net, tunnel)
    assert (found["verdict"], found["stage"]) == ("healthy", "ipcp"), (found, tunnel.log.text)


def test_a_tunnel_that_comes_up_is_found_healthy(net):
    know_secrets(net.client)
    EngineServer(net.server, "--mppe", "128", "--dns", DNS)
    tunnel = EngineTunnel(net.client, net.server.address, *MPPE, "usepeerdns", "debug").wait_up()
    tunnel.hang_up()
    found = diagnosed(net, tunnel)
    assert (found["verdict"], found["stage"]) == ("healthy", "ipcp")
