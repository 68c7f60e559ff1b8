# SPDX-License-Identifier: GPL-2.0-or-later
"""Failures of authentication, encryption and GRE, made on purpose: the diagnosis names the cause."""
import pytest
from test_ppp_nat import MASQUERADE, Nat

from lab.diagnosis import DROP, SOON, Attempt, changed, diagnosis, expect
from lab.ppp import SERVER_PPP_OPTIONS
from lab.ppp_tunnel import SERVER_NAME
from lab.scripted_server import ScriptedServer

SHOWN = "debug dump logfd 2"
NO_MPPE = ("require-mppe-128", "nomppe")
GRE_SILENT = ("gre-none-came", "gre-nothing-heard")  # the first where pptp had time to notice


@pytest.fixture
def secrets(hosts, client):
    """write(text, name): a file of the client's secrets, for this test only."""
    path = client.path("/etc/ppp/chap-secrets")
    with open(path, encoding="utf-8") as file:
        before = file.read()
    yield lambda text, name="chap-secrets": client.write_file(f"/etc/ppp/{name}", text, mode=0o600)
    client.write_file("/etc/ppp/chap-secrets", before, mode=0o600)
    for host in hosts:
        host.run("rm", "-f", "/etc/ppp/pap-secrets")


# --- secrets -------------------------------------------------------------------------------------

SECRETS = {
    "wrong-password": ("alice * wrong *", (), "chap-failed"),
    "password-cut-at-hash": ("alice * wonder#land *", (), "chap-failed"),
    "password-begins-with-hash": ("alice * #wonderland *", (), "no-secret-for-mschap"),
    "no-secrets": ("", (), "no-secret-for-mschap"),
    "other-remotename": ("alice OFFICE wonderland *", (), "no-secret-for-mschap"),
    "auth-demanded": ("alice * wonderland *", (("noauth", "auth"),), "noauth-missing"),
    "no-address-field": (f"{SERVER_NAME} * wonderland", (("noauth", "auth"),),
                         "secrets-no-address"),
}


@pytest.mark.parametrize("case", SECRETS)
def test_secrets(client, server, secrets, case):
    text, changes, rule = SECRETS[case]
    secrets(text + "\n")
    expect(client, case, Attempt(client, server.address, changes).end().logs(), rule)


def test_a_wrong_domain(client, server, secrets):
    secrets("OTHER\\\\alice * wonderland *\n")
    attempt = Attempt(client, server.address, user="OTHER\\\\alice").end()
    expect(client, "wrong-domain", attempt.logs(), "chap-failed")


# --- what the two ends want ----------------------------------------------------------------------

REQUIRE = "refuse-pap\nrefuse-chap\nrefuse-mschap\nrequire-mschap-v2\nrequire-mppe-128"
OPTIONS = {
    "pap-only": ((), ((REQUIRE, "require-pap"),), "pap-only-refused"),
    "pap-accepted": ((("refuse-pap", ""),), ((REQUIRE, "require-pap"),), "mppe-without-mschap"),
    "eap-offered": ((("refuse-eap", ""),), ((REQUIRE, "require-eap"),), "mppe-without-keys"),
    "server-refuses-mppe": ((), (NO_MPPE,), "mppe-refused-by-server"),
    "server-40-bit": ((), (("require-mppe-128", "require-mppe-40 nomppe-128"),),
                      "mppe-40-bit-wanted-by-server"),
    "client-without-mppe": ((("require-mppe-128", ""),), (), "mppe-not-offered-here"),
    "client-sync-only": ((("debug", "sync debug"), SOON), (), "sync-one-side-only"),
    "option-unknown": ((("debug", "no-such-option debug"),), (), "option-unknown"),
}


@pytest.mark.parametrize("case", OPTIONS)
def test_options(client, server, secrets, case):
    changes, server_changes, rule = OPTIONS[case]
    secrets("alice * wonderland *\n", "pap-secrets")
    server.write_file("/etc/ppp/pap-secrets", "alice * wonderland *\n", mode=0o600)
    server.write_file("/etc/ppp/options.pptpd", changed(SERVER_PPP_OPTIONS, server_changes))
    expect(client, case, Attempt(client, server.address, changes).end().logs(), rule)


def test_a_log_without_the_packets(client, server):
    """The rule asks for them, in the words that make pppd show them; then they tell why."""
    server.write_file("/etc/ppp/options.pptpd", changed(
        SERVER_PPP_OPTIONS, (("require-mppe-128", "require-mppe-40 nomppe-128"),)))
    attempt = Attempt(client, server.address, ((SHOWN, ""),)).end()
    logs = {"stdout": attempt.pppd.stdout.all, "syslog": client.concise_log}
    assert not any("ConfReq" in line for lines in logs.values() for line in lines)
    expect(client, "no-packets", logs, "mppe-negotiation-failed")
    best = diagnosis(client, "no-packets", logs["syslog"])["findings"][0]
    assert f"{SHOWN} nodetach" in best["remedy"]
    expect(client, "with-packets", {"terminal": Attempt(client, server.address).end().logs()["terminal"]},
           "mppe-40-bit-wanted-by-server")


def test_eap_with_a_wrong_password(client, server, secrets):
    secrets("alice * wrong *\n")
    server.write_file("/etc/ppp/options.pptpd",
                      changed(SERVER_PPP_OPTIONS, ((REQUIRE, "require-eap"),)))
    attempt = Attempt(client, server.address, (("refuse-eap", ""),)).end()
    expect(client, "eap-wrong-password", attempt.logs(), "eap-failed")


def test_the_servers_pppd_has_an_option_it_does_not_know(client, server):
    server.write_file("/etc/ppp/options.pptpd", SERVER_PPP_OPTIONS + "no-such-option\n")
    Attempt(client, server.address).end()
    server.wait_log("control connection finished", 10)
    expect(client, "server-option-unknown", {"server": server.concise_log}, "option-unknown")


# --- GRE -----------------------------------------------------------------------------------------

FILTERS = {
    "gre-out-dropped": ("client", "output", "gre-write-not-permitted"),
    "gre-in-dropped": ("client", "input", GRE_SILENT),
    "gre-dropped-at-server": ("server", "input", "gre-does-not-arrive"),
}


@pytest.mark.parametrize("case", FILTERS)
def test_gre_dropped(client, server, case):
    where, hook, rule = FILTERS[case]
    (client if where == "client" else server).nft(DROP.format(hook, "ip protocol gre"))
    expect(client, case, Attempt(client, server.address, (SOON,)).end(20).logs(), rule)


def test_nobody_takes_gre_at_the_server(bare):
    client, server = bare
    with ScriptedServer(server, gre=False) as scripted:
        attempt = Attempt(client, server.address)
        scripted.take_call()
        expect(client, "gre-protocol-unreachable", attempt.end(20).logs(), "gre-port-unreachable")


def test_a_nat_gateway_without_helper(hosts):
    network = Nat()
    try:
        network.server.start_pptpd()
        network.filter(MASQUERADE)
        client = network.clients[0]
        attempt = Attempt(client, network.server.address).end(20)
        expect(client, "nat-without-helper", attempt.logs(), GRE_SILENT)
    finally:
        network.close()
