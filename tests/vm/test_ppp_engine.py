# SPDX-License-Identifier: GPL-2.0-or-later
"""A tunnel without pppd on the client, to the real pptpd and pppd, with MPPE of the kernel there."""
import re
import signal

import pytest

from lab import pings, ppp
from lab.engine import EngineTunnel, know_secrets
from lab.lines import wait_until
from lab.ppp_tunnel import SERVER_NAME, SLOW

ANY_SERVER = f"name {SERVER_NAME}\nnobsdcomp\nnodeflate\nnovj\nnodefaultroute\nnologfd\nmtu 1400\nmru 1400\ndebug\n"
SECRETS = "".join(f"{user} * {secret} *\n" for user, secret in ppp.USERS.items())
PATH = "delay 20ms reorder 5% 50% loss 1% duplicate 1%"
MPPE = "MPPE {}-bit stateless compression enabled"
KINDS = {  # pppd's options on the server, ours, and what our log says
    "MPPE 128": ("require-mschap-v2 require-mppe-128", "require-mppe-128", MPPE.format(128)),
    "MPPE 40": ("require-mschap-v2 require-mppe-40 nomppe-128", "require-mppe-40", MPPE.format(40)),
    "either may be stateful": ("require-mschap-v2 require-mppe-128 mppe-stateful", "require-mppe-128 mppe-stateful",
                               "MPPE 128-bit state.* compression enabled"),
    "MS-CHAPv2 alone": ("require-mschap-v2 nomppe", "nomppe", "CHAP authentication succeeded"),
    "CHAP with MD5": ("require-chap nomppe", "nomppe", "CHAP authentication succeeded"),
    "PAP": ("require-pap nomppe", "nomppe", "PAP authentication succeeded"),
    "no authentication": ("noauth nomppe", "nomppe", "local  IP address"),
}


@pytest.fixture
def dial(bare):
    """dial(OPTIONS OF THE SERVER'S pppd, OURS): returns the tunnel."""
    client, server = bare
    for host in bare:
        know_secrets(host, SECRETS)

    def start(server_options, *options):
        server.start_pptpd(ppp_options=ANY_SERVER + server_options.replace(" ", "\n") + "\n")
        return EngineTunnel(client, server.address, "debug", *options)
    return start


@pytest.mark.parametrize("kind", KINDS)
def test_each_way_to_authenticate_and_to_encrypt_that_pppd_offers(dial, bare, kind):
    theirs, ours, said = KINDS[kind]
    tunnel = dial(theirs, *ours.split()).wait_peer()
    assert tunnel.log.find(said), tunnel.log.text
    tunnel.ping()
    assert tunnel.hang_up() == 5  # as pppd: ended by a signal
    bare[1].wait_log(r"LCP terminated by peer \(User request\)")
    wait_until(lambda: not bare[0].pids_of("pptp"), what="no process is left")
    assert tunnel.device not in bare[0].ip("-o", "link")


def test_both_address_families_pass(dial, bare):
    tunnel = dial("require-mschap-v2 require-mppe-128 +ipv6", "require-mppe-128", "+ipv6").wait_peer()
    far = tunnel.log.wait(r"remote LL address (fe80::[\da-f:]+)", 30 * SLOW)[1]
    tunnel.ping()
    answered, said = pings.ping(bare[0], 3, "-i", 0.2, f"{far}%{tunnel.device}")
    assert answered == 3, said + tunnel.log.text


def test_a_wrong_password_is_tried_once(dial, bare):
    client, server = bare
    know_secrets(client, "alice * wrong *\n")
    server.count_connections()
    tunnel = dial("require-mschap-v2 require-mppe-128", "require-mppe-128", "persist", "holdoff", "1")
    assert tunnel.process.wait_exit(60 * SLOW) == 19, tunnel.log.text
    assert tunnel.log.find("CHAP authentication failed"), tunnel.log.text
    assert server.connections() == 1


def test_a_server_that_reboots_is_dialled_again(dial, bare):
    client, server = bare
    tunnel = dial("require-mschap-v2 require-mppe-128", "require-mppe-128", "persist", "holdoff", "1", "maxfail",
                  "0", "lcp-echo-interval", "1", "lcp-echo-failure", "3").wait_peer()
    server.crash()
    tunnel.log.wait("No response to 3 echo-requests", 60 * SLOW)
    since = len(tunnel.log.all)
    server.plug_in()
    server.start_pptpd()
    tunnel.wait_peer(since).ping()
    tunnel.process.signal(signal.SIGTERM)
    assert tunnel.process.wait_exit(30 * SLOW) == 5
    assert "ppp" not in client.ip("-o", "link")


def test_a_tunnel_comes_up_and_carries_packets_over_a_bad_path(dial, bare):
    """20 ms each way, 1 % lost, 5 % out of order: no packet waits for another one."""
    for host in bare:
        host.run("tc", "qdisc", "add", "dev", "eth0", "root", "netem", *PATH.split())
    try:
        tunnel = dial("require-mschap-v2 require-mppe-128", "require-mppe-128").wait_peer()
        done = bare[0].run("ping", "-n", "-q", "-I", tunnel.device, "-c", 100, "-i", 0.05, "-W", 2, tunnel.peer_ip,
                           check=False)
        assert int(re.search(r"(\d+) received", done.stdout)[1]) >= 85, done.stdout
        assert "+" not in done.stdout, f"duplicates, errors: {done.stdout}"
    finally:
        for host in bare:
            host.run("tc", "qdisc", "del", "dev", "eth0", "root", check=False)
