# SPDX-License-Identifier: GPL-2.0-or-later
"""Whole tunnels without pppd and without PPP in the kernel: pptp's built-in engine and pptp-test-server."""
import re

import pytest

from lab.engine import DNS, LOCAL, PASSWORD, REMOTE, EngineServer, EngineTunnel, know_secrets
from lab.lines import wait_until
from lab.tunnel import expect_clean
from over_ipv6 import SERVER as SERVER6

MPPE = ("require-mppe-128", "nomppe-stateful")
QUICK = ("lcp-restart", "1")  # s: lost packets are repeated sooner
# Exit statuses of pppd(8).
NEGOTIATION_FAILED, PEER_DEAD, HANGUP, AUTH_FAILED = 10, 15, 16, 19


class Pair:
    """The server and the tunnels of a test."""

    def __init__(self, net):
        self.net, self.server, self.tunnels = net, None, []
        know_secrets(net.client)

    def serve(self, *options, faults=()):
        self.server = EngineServer(self.net.server, "--restart", "0.5", *options, faults=faults)
        return self.server

    def dial(self, *options, server=None, **more):
        tunnel = EngineTunnel(self.net.client, server or self.net.server.address, *options,
                              env=self.net.environment(), **more)
        self.tunnels.append(tunnel)
        return tunnel

    def up(self, *server_options, options=MPPE, faults=()):
        """A tunnel that is up: with MPPE, unless the options say otherwise."""
        if self.server is None:
            self.serve(*(server_options or ("--mppe", "128")), faults=faults)
        return self.dial(*options).wait_up()

    def ends(self, status, *words, options=MPPE, **more):
        """The tunnel does not come up, and ends with this status and these words in its log."""
        tunnel = self.dial(*options, **more)
        assert tunnel.process.wait_exit(60) == status, tunnel.log.text
        for word in words:
            tunnel.log.wait(word)
        return tunnel


@pytest.fixture
def pair(net):
    pair = Pair(net)
    yield pair
    for tunnel in pair.tunnels:
        assert PASSWORD not in tunnel.log.text.replace("/etc/ppp/pap-secrets", "")
        tunnel.process.stop()
    if pair.server is not None:
        assert not pair.server.said.find("clear text"), pair.server.said.text
        pair.server.stop()
        assert not pair.server.process.stderr.text


def received(tunnel):
    with tunnel.host.entered():
        link = tunnel.host.ip("-s", "-j", "link", "show", "dev", tunnel.device)
    return int(re.search(r'"rx":\{"bytes":\d+,"packets":(\d+)', link)[1])


def flood(tunnel, pace=("-i", 0.02)):
    """50 quick pings, some of which may get no reply. Returns ping's summary."""
    return tunnel.host.run("ping", "-n", "-q", "-I", tunnel.device, "-c", 50, *pace, "-W", 2, LOCAL,
                           check=False).stdout


def test_a_tunnel_comes_up_carries_pings_and_ends_in_order(pair, net):
    tunnel = pair.up()
    assert tunnel.local_ip == REMOTE
    tunnel.ping()
    assert tunnel.hang_up() == 5  # pppd(8): ended by a signal
    pair.server.wait("the client terminates the link")
    pair.server.wait("call ended")
    assert "does not exist" in net.client.run("ip", "link", "show", tunnel.device, check=False).stderr
    expect_clean(net.client)


@pytest.mark.parametrize("kind", ("pap", "chap-md5", "ms-chap-v2", "none"))
def test_each_authentication(pair, kind):
    pair.serve("--mppe", "none", "--auth", kind)
    tunnel = pair.dial("nomppe").wait_up()
    tunnel.ping()
    name = {"pap": "PAP", "chap-md5": "CHAP-MD5", "ms-chap-v2": "MS-CHAPv2", "none": "nothing"}[kind]
    assert pair.server.find(f"authenticated by {name}")


@pytest.mark.parametrize("state", ("stateless", "stateful"))
@pytest.mark.parametrize("bits", ("40", "128"))
def test_each_encryption(pair, bits, state):
    pair.serve("--mppe", bits, *(["--stateful"] if state == "stateful" else []))
    tunnel = pair.dial(f"require-mppe-{bits}", "mppe-stateful").wait_up()
    tunnel.ping()
    tunnel.log.wait(f"MPPE {bits}-bit {state} compression enabled")
    assert pair.server.find(f"MPPE to the client {bits}-bit {state}, from the client {bits}-bit {state}")


def test_ipv6_passes_beside_ipv4(pair):
    pair.serve("--mppe", "128", "--ipv6")
    tunnel = pair.dial(*MPPE, "+ipv6").wait_up()
    tunnel.log.wait("remote LL address fe80::5e$|remote LL address fe80::0?0?5e")
    tunnel.ping()
    wait_until(lambda: any(a.startswith("fe80") for a in tunnel.addresses()))
    tunnel.ping(f"fe80::5e%{tunnel.device}")


def test_a_server_without_ipv6_changes_nothing(pair):
    pair.serve("--mppe", "128")
    pair.dial(*MPPE, "+ipv6").wait_up().ping()


def test_a_tunnel_goes_to_an_ipv6_server(pair, net6):
    pair.serve("--mppe", "128")
    pair.dial(*MPPE, server=SERVER6).wait_up().ping()


def test_two_tunnels_go_to_one_server(pair):
    pair.serve("--mppe", "128")
    first, second = (pair.dial(*MPPE).wait_up() for _ in range(2))
    assert first.device != second.device and first.local_ip != second.local_ip
    first.ping()
    second.ping()


def test_a_name_with_a_domain_is_hashed_without_it(pair, net):
    know_secrets(net.client, rf"CORP\\alice * {PASSWORD} *" + "\n")
    pair.serve("--mppe", "128", "--user", "CORP\\alice")
    pair.dial(*MPPE, user="CORP\\alice").wait_up().ping()


# --- MS-CHAPv2 ------------------------------------------------------------------------------------

def test_a_repeated_challenge_gets_the_same_response_so_that_both_have_the_same_keys(pair):
    pair.up(faults=("repeat-challenge", "lose-received=chap:1")).ping()


def test_another_challenge_in_mid_call_does_not_change_the_keys(pair):
    tunnel = pair.up()
    pair.server.challenge_again()
    pair.server.wait_count(2, "authenticated by MS-CHAPv2")
    tunnel.ping()
    assert pair.server.count("MPPE to the client") == 1


def test_a_wrong_password_is_said_and_not_tried_again(pair, net):
    know_secrets(net.client, "alice * wrong *\n")
    pair.serve("--mppe", "128")
    pair.ends(AUTH_FAILED, "E=691", options=(*MPPE, "persist", "maxfail", "3", "holdoff", "1"))
    assert pair.server.said.text.count("refused the password") == 1


@pytest.mark.parametrize("code, words", (("646", "time of the day"), ("647", "disabled"), ("648", "expired"),
                                         ("649", "dial in")))
def test_the_server_s_reason_is_explained(pair, code, words):
    pair.serve("--mppe", "128", faults=(f"failure=E={code} R=0 V=3 M=no",))
    pair.ends(AUTH_FAILED, f"E={code} .*{words}")


def test_a_server_that_cannot_prove_that_it_knows_the_password_is_left(pair):
    pair.serve("--mppe", "128", faults=("wrong-proof",))
    pair.ends(AUTH_FAILED, "does not know the password")


def test_a_server_that_insists_on_pap_does_not_get_the_password(pair):
    pair.serve("--auth", "pap", "--mppe", "none", faults=("insists",))
    pair.ends(NEGOTIATION_FAILED, "asks for PAP.* this tunnel does not allow", options=("refuse-pap",))
    assert not pair.server.find("authenticated|refused the password")


# --- MPPE -----------------------------------------------------------------------------------------

def test_a_server_without_ccp_gets_no_tunnel_if_mppe_is_required(pair):
    pair.serve("--mppe", "none", "--no-ccp")
    tunnel = pair.ends(NEGOTIATION_FAILED, "MPPE required")
    assert not tunnel.log.find("local  IP address")


def test_a_server_with_shorter_keys_gets_no_tunnel_if_longer_ones_are_required(pair):
    pair.serve("--mppe", "40")
    tunnel = pair.ends(NEGOTIATION_FAILED, "MPPE required")
    assert not tunnel.log.find("local  IP address")


def test_what_is_not_encrypted_never_comes_in_if_mppe_is_required(pair):
    tunnel = pair.up(faults=("clear-text", "early-data"))
    pair.net.server.run("ping", "-c", 3, "-i", 0.2, "-W", 1, tunnel.local_ip, check=False)
    assert received(tunnel) == 0


def test_stateless_mppe_loses_only_the_packets_that_are_lost(pair):
    tunnel = pair.up(faults=("lose-data=10",))
    said = flood(tunnel)
    assert re.search(r"\b45 received", said), said


def test_late_packets_are_decrypted_with_the_key_that_was_kept_for_them(pair):
    tunnel = pair.up(faults=("delay-data=5",))
    said = flood(tunnel)
    assert re.search(r"\b(49|50) received", said), said


def test_stateful_mppe_recovers_from_each_loss_by_one_reset_request(pair):
    tunnel = pair.up("--mppe", "128", "--stateful", options=("require-mppe-128", "mppe-stateful"),
                     faults=("lose-data=10",))
    said = flood(tunnel, pace=["-i", 0.1])  # what is sent before the Reset-Ack is lost too
    lost = pair.server.count("Reset-Request")
    assert 3 <= lost <= 8, pair.server.said.text
    assert int(re.search(r"(\d+) received", said)[1]) >= 50 - 3 * lost, said


# --- LCP ------------------------------------------------------------------------------------------

def test_a_server_that_negotiates_anew_in_mid_call_keeps_the_interface(pair):
    tunnel = pair.up()
    lines = len(tunnel.log.all)
    pair.server.renegotiate()
    pair.server.wait_count(2, "IPv4 up")
    device = tunnel.device
    tunnel.wait_up(since=lines)
    assert tunnel.device == device
    tunnel.ping()


@pytest.mark.parametrize("protocol, number", (("lcp", 1), ("lcp", 2), ("chap", 1), ("chap", 2), ("ccp", 1), ("ccp", 2),
                                              ("ipcp", 1), ("ipcp", 2)))
def test_a_packet_of_each_handshake_may_be_lost(pair, protocol, number):
    faults = (f"lose-sent={protocol}:{number}", f"lose-received={protocol}:{min(number, 1 if protocol == 'chap' else 2)}")
    pair.up(options=(*MPPE, *QUICK), faults=faults).ping()
    assert pair.server.find("lost a packet")


def test_options_that_nobody_needs_are_rejected_and_the_tunnel_comes_up(pair):
    pair.up(faults=("unknown-options",)).ping()


def test_endless_suggestions_of_an_mru_end_in_a_sentence(pair):
    pair.serve("--mppe", "128", faults=("nak-mru",))
    pair.ends(NEGOTIATION_FAILED, "went on making suggestions")


def test_a_silent_server_is_left_after_its_last_echo_request(pair):
    pair.serve("--mppe", "128", faults=("silent-to-echo",))
    pair.ends(PEER_DEAD, "No response to 2 echo-requests", "Serial link appears to be disconnected",
              options=(*MPPE, "lcp-echo-interval", "1", "lcp-echo-failure", "2"))


def test_a_server_that_answers_no_echo_but_sends_traffic_is_alive(pair):
    tunnel = pair.up(faults=("silent-to-echo",),
                     options=(*MPPE, "lcp-echo-interval", "1", "lcp-echo-failure", "2"))
    tunnel.ping(count=20)  # 4 s, in which it would be left
    assert tunnel.process.running


def test_the_reason_that_windows_sends_is_bytes_and_does_no_harm(pair):
    tunnel = pair.up(faults=("windows-reason",))
    pair.server.terminate_links()
    tunnel.log.wait("LCP terminated by peer")
    assert tunnel.process.wait_exit(60) == HANGUP
    assert all(line.isprintable() for line in tunnel.log.all)


# --- IPCP -----------------------------------------------------------------------------------------

def test_a_server_without_an_address_for_the_client_is_left(pair):
    pair.serve("--mppe", "128", faults=("no-address",))
    pair.ends(NEGOTIATION_FAILED, "no address for us")


def test_endless_suggestions_of_an_address_end_in_a_sentence(pair):
    pair.serve("--mppe", "128", faults=("nak-address",))
    pair.ends(NEGOTIATION_FAILED, "went on making suggestions")


def test_a_server_without_an_address_serves_nevertheless(pair):
    tunnel = pair.up("--mppe", "128", "--local", "0.0.0.0")
    assert not tunnel.log.find("remote IP address")


def test_a_server_whose_address_in_the_tunnel_is_its_public_one_makes_no_route_loop(pair, net):
    tunnel = pair.up(faults=("public-address",))
    assert {route.dev for route in net.client.routes()
            if route.dst == net.server.address and route.kind == "unicast"} == {"eth0"}
    net.client.run("ping", "-c", 1, "-W", 5, net.server.address)
    assert tunnel.process.running


def test_name_servers_are_told_if_the_user_asks_for_them(pair):
    tunnel = pair.up("--mppe", "128", "--dns", f"{DNS},10.0.0.54", options=(*MPPE, "usepeerdns"))
    tunnel.log.wait(f"primary   DNS address {DNS}")
    tunnel.log.wait("secondary DNS address 10.0.0.54")


def test_name_servers_that_nobody_asked_for_are_not_used(pair):
    tunnel = pair.up(faults=("nak-unasked",))
    assert not tunnel.log.find("DNS address")


# --- the call below the link ----------------------------------------------------------------------

def test_a_server_that_crashes_ends_the_tunnel(pair, net):
    tunnel = pair.up()
    pair.server.process.kill()
    assert tunnel.process.wait_exit(60) == HANGUP
    tunnel.log.wait("Modem hangup")
    expect_clean(net.client)
