# SPDX-License-Identifier: GPL-2.0-or-later
"""The real pppd as server negotiates anew in mid-call, and the client is the built-in PPP.

With MPPE, pppd can do this with CHAP alone: if its LCP or CCP begins anew, it logs "MPPE disabled" and ends the link
(ccp_down() in pppd's ccp.c). Without MPPE it begins LCP anew, and everything after it, when a Configure-Request comes. CCP
alone begins anew at SIGUSR2 only if CCP is open, which needs MPPE here, because the engine rejects CCP for anything else. pppd
never begins IPCP anew alone. tests/net/test_engine.py and tests/unit/ppp have what pppd cannot do.
"""
import signal

import pytest

from lab import ppp
from lab.engine import EngineTunnel, know_secrets
from lab.gre_socket import GreSocket
from lab.lines import wait_until
from lab.own_time import EVENT
from lab.ppp_tunnel import SERVER_NAME
from lab.wire import Gre

SERVER_OPTIONS = f"name {SERVER_NAME}\nnobsdcomp\nnovj\nnologfd\nmtu 1400\nmru 1400\ndebug\nlcp-restart 1\nchap-restart 1\n" \
    "ipcp-restart 1\nrequire-mschap-v2\n"
MPPE = "nodeflate\nrequire-mppe-128\n"
NO_MPPE = "nomppe\n"
QUICK = ("lcp-restart", "1", "ipcp-restart", "1")
LCP_REQUEST = bytes.fromhex("ff03 c021 01 63 0004")  # Configure-Request, number 0x63, no options
HEADERS = {"LCP": "ff03c021", "CHAP": "ff03c223", "CCP": "ff0380fd", "IPCP": "ff038021"}
SHORT_HEADERS = {"CHAP": "c223", "CCP": "80fd", "IPCP": "8021"}  # without address and control


@pytest.fixture
def dial(bare):
    client, server = bare
    for host in bare:
        know_secrets(host, "".join(f"{user} * {secret} *\n" for user, secret in ppp.USERS.items()))

    def start(server_options, *options):
        server.start_pptpd(ppp_options=SERVER_OPTIONS + server_options)
        return EngineTunnel(client, server.address, "debug", *QUICK, *options)
    return start


def test_challenges_in_mid_call_cost_no_encrypted_packet(dial, bare):
    tunnel = dial(MPPE + "chap-interval 2\n", "require-mppe-128").wait_peer()
    before = len(tunnel.log.find(r"rcvd \[CHAP Success"))
    pings = bare[0].start("ping", "-n", "-q", "-I", tunnel.device, "-c", 100, "-i", 0.05, "-W", 5, tunnel.peer_ip)
    wait_until(lambda: len(tunnel.log.find(r"rcvd \[CHAP Success")) >= before + 3, what="three challenges more")
    pings.wait_exit(EVENT)
    assert "100 received" in pings.stdout.text, pings.stdout.text
    assert not [line for line in bare[1].log if "Failure" in line]
    assert len(tunnel.log.find("MPPE 128-bit stateless compression enabled")) == 1


def test_lcp_that_begins_anew_keeps_the_interface(dial, bare):
    """A request that seems to come from the client makes pppd begin anew, so that the client gets pppd's own request."""
    client, server = bare
    sniffer = GreSocket(server, server.address)
    tunnel = dial(NO_MPPE, "nomppe").wait_peer()
    index = client.ip("-o", "link", "show", "dev", tunnel.device).split(":")[0]
    tunnel.ping()
    since = len(tunnel.log.all)
    last = [packet.gre for packet in sniffer.drain() if packet.source == client.address and packet.gre.payload][-1]
    forger = GreSocket(client, client.address)
    forger.send(Gre(last.call_id, LCP_REQUEST, (last.seq + 1) & 0xFFFFFFFF), server.address)
    tunnel.log.wait(r"rcvd \[LCP ConfReq", EVENT, since)
    tunnel.wait_peer(since)
    assert client.ip("-o", "link", "show", "dev", tunnel.device).split(":")[0] == index
    tunnel.ping()
    assert len(tunnel.log.find("CHAP authentication succeeded")) >= 2
    for each in sniffer, forger:
        each.close()
    assert tunnel.hang_up() == 5


def test_mppe_that_pppd_drops_ends_the_call_and_persist_dials_again(dial, bare):
    tunnel = dial(MPPE, "require-mppe-128", "persist", "holdoff", "1").wait_peer()
    since = len(tunnel.log.all)
    bare[1].signal_all("pppd", signal.SIGUSR2)
    tunnel.log.wait(r"LCP terminated by peer \(MPPE disabled\)", EVENT, since)
    tunnel.wait_peer(since).ping()


def lose_first(host):
    """The host gets the first packet of each handshake only when it comes again."""
    sets, rules = [], []
    for name in HEADERS:
        sets.append(f"set {name} {{ type ipv4_addr; size 16; flags dynamic; }}")
        for acknowledged, offset in ((0, 96), (1, 128)):  # bits from the GRE header to the PPP header
            for header in filter(None, (HEADERS[name], SHORT_HEADERS.get(name))):
                rules.append(f"meta l4proto 47 @th,8,1 {acknowledged} @th,{offset},{4 * len(header)} 0x{header}"
                             f" ip saddr != @{name} add @{name} {{ ip saddr }} counter drop")
    host.nft("table ip lossy {\n" + "\n".join(sets) + "\nchain in { type filter hook input priority 0;\n"
             + "\n".join(rules) + "\n}\n}\n")


def test_the_first_packet_of_each_handshake_may_be_lost_in_both_directions(dial, bare):
    for host in bare:
        lose_first(host)
    tunnel = dial(MPPE, "require-mppe-128").wait_peer()
    for host in bare:
        for name in HEADERS:
            assert "elements" in host.run("nft", "list", "set", "ip", "lossy", name).stdout, f"{host} has lost no {name}"
    tunnel.ping()
