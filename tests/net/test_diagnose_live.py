# SPDX-License-Identifier: GPL-2.0-or-later
"""`pptpctl diagnose SERVER` finds each fault at its step, in time, and names a command against it.

These tests do not judge the steps that need PPP in the kernel, because this machine may not have it.
"""
import contextlib
import functools
import gzip
import json
import os
import shutil
import subprocess
from types import SimpleNamespace

import pytest

from lab import own_time, programs
from lab.host import Host, connect
from lab.lines import wait_until
from lab.pptpd import ECHO_PPP, PPTPD, start_pptpd
from lab.scripted_server import ScriptedServer
from lab.tunnel import SLOW, expect_clean
from lab.wire import (OutgoingCallRequest, StartControlConnectionReply,
                      StartControlConnectionRequest)

WHOLE_RUN = 20  # s
PROBLEM, UNKNOWN = 1, 2  # exit status
NETWORK = ("name", "route", "path-mtu", "tcp", "control", "gre", "sizes", "auth")  # the steps before PPP
FILTER = "table ip f { chain c { type filter hook %s priority 0; policy accept\n%s\n }\n }\n"

pytestmark = pytest.mark.skipif(not shutil.which(PPTPD), reason="pptpd is not installed")


def run(client, *words, status=None):
    """pptpctl diagnose WORDS on a host, and the time that it took."""
    began = own_time.now()
    done = client.run(programs.installed().pptpctl, "diagnose", *words, check=False,
                      timeout=WHOLE_RUN * SLOW + 10)
    assert own_time.now() - began < WHOLE_RUN * SLOW, done.stdout
    assert status in (None, done.returncode), done.stdout + done.stderr
    return done


def parsed(text):
    """What --json says, with the steps by name."""
    report = json.loads(text)
    report["steps"] = {step["step"]: SimpleNamespace(**step) for step in report["steps"]}
    return SimpleNamespace(**report)


@functools.cache
def explained():
    """The rules that --explain knows."""
    listed = subprocess.run([programs.installed().pptpctl, "diagnose", "--list", "--json"],
                            check=True, capture_output=True, text=True, timeout=10 * SLOW).stdout
    return {rule["rule"] for rule in json.loads(listed)}


def diagnose(client, *words, **more):
    report = parsed(run(client, *words, "--json", **more).stdout)
    assert {finding["rule"] for finding in report.findings} <= explained()
    return report


def in_kernel(option):
    """Whether the kernel was built with it, where it tells."""
    try:
        with gzip.open("/proc/config.gz", "rt") as config:
            return f"CONFIG_{option}=y" in config.read()
    except OSError:
        return False


def start(net):
    """It runs while the test plays the server."""
    return net.client.start(programs.installed().pptpctl, "diagnose", net.server.address, "--json")


def outcomes(report, names=NETWORK):
    return {name: report.steps[name].outcome for name in names}


def expect_broken(report, step, rule, *words):
    """That step is the first broken one, and the best finding has this name and these words."""
    assert report.verdict == "problem"
    assert report.first_broken == step, report.steps
    best = report.findings[0]
    assert best["rule"] == rule, report.findings
    assert best["remedy"], best
    for word in words:
        assert word in report.steps[step].seen + best["cause"] + best["remedy"], (word, best)
    before = NETWORK[:NETWORK.index(step)]
    assert set(outcomes(report, before).values()) <= {"pass"}, report.steps


@pytest.fixture
def pptpd(net):
    return start_pptpd(net.server)


@contextlib.contextmanager
def beyond_router(net, name, network):
    """A host on the other side of net.server, the router; it has no way back yet."""
    router = net.server
    with Host(name) as host:
        connect(network, router, host, left_device="wan")
        router.forward()
        net.client.add_route("default", via=router.address)
        yield host


@pytest.fixture
def routed(net):
    """A router (its device to there: wan), and a host behind it."""
    with beyond_router(net, "far", "10.20.0.0/24") as far:
        far.add_route("default", via="10.20.0.1")
        yield net.server, far


# --- a server that is in order --------------------------------------------------------------------

def test_a_healthy_server_passes_every_step_of_the_network(net, pptpd):
    report = diagnose(net.client, net.server.address)
    assert set(outcomes(report).values()) == {"pass"}, report.steps
    for step in ("filter", "tunnels", "nat", "helper"):
        assert report.steps[step].outcome == "pass", report.steps[step]
    assert report.stage == "lcp-heard"
    assert 'vendor "linux"' in report.steps["control"].seen
    assert report.first_broken in (None, "ppp-device", "ppp-async", "mppe", "crypto")


def test_the_call_is_hung_up_in_order_and_nothing_is_left(net, pptpd):
    diagnose(net.client, net.server.address)
    net.server.syslog.wait("CTRL: Received CALL CLR request")
    expect_clean(net.client, within=5)


def test_a_program_gets_each_step_as_an_event_when_it_ends(net):
    done = run(net.client, net.server.address, "--events", status=PROBLEM)
    *steps, end = [json.loads(line) for line in done.stdout.splitlines()]
    assert {step["event"] for step in steps} == {"step"} and end["event"] == "end"
    assert [{"event": "step", **step} | {"seconds": 0} for step in end["steps"]] == [step | {"seconds": 0} for step in steps]
    assert end["first_broken"] == "tcp" and end["findings"][0]["actions"] == []
    assert run(net.client, "--log", "/dev/null", "--events", status=2).stderr == "pptpctl: diagnose: --events goes with SERVER only\n"


def test_a_terminal_sees_one_line_for_each_step_and_the_remedy(net):
    done = run(net.client, net.server.address, status=PROBLEM)
    lines = done.stdout.splitlines()
    assert lines[0].split()[:2] == ["ok", "name"]
    assert lines[3].split()[:2] == ["FAIL", "tcp"]
    assert "skip control     skipped: TCP port 1723" in done.stdout
    assert "First broken step: tcp" in done.stdout and "What to do:" in done.stdout


def test_a_tunnel_to_the_same_server_is_seen(net, pptpd):
    net.dial()
    wait_until(lambda: net.status()["connections"])
    net.client.syslog.wait("GRE to .* is up")
    report = diagnose(net.client, net.server.address)
    assert report.steps["tunnels"].outcome == "pass"
    assert "has a tunnel to the same server already" in report.steps["tunnels"].seen
    assert report.steps["gre"].outcome == "pass"


# --- before a control connection ------------------------------------------------------------------

def test_a_name_that_does_not_resolve(net):
    net.client.mask_file("/etc/resolv.conf",
                         f"nameserver {net.server.address}\noptions timeout:1 attempts:1\n")
    report = diagnose(net.client, "no-such-host.example", status=PROBLEM)
    expect_broken(report, "name", "name-not-resolved", "getent ahosts no-such-host.example")
    assert report.steps["tcp"].seen == "skipped: the server's name did not resolve"


def test_no_route(net):
    report = diagnose(net.client, "192.0.2.1", status=PROBLEM)
    expect_broken(report, "route", "tcp-network-unreachable", "ip route get 192.0.2.1")


def test_a_host_without_a_server(net):
    report = diagnose(net.client, net.server.address, status=PROBLEM)
    expect_broken(report, "tcp", "tcp-refused", "Connection refused", "ss -ltn")
    assert report.findings[0]["entry"] == "S08"


def test_a_silent_host(net):
    net.server.nft(FILTER % ("input", "tcp dport 1723 drop"))
    report = diagnose(net.client, net.server.address, status=PROBLEM)
    expect_broken(report, "tcp", "tcp-timed-out", "no answer")


@pytest.mark.parametrize("way", ["peer", "process"])
def test_a_route_that_leads_into_the_tunnel_itself(net, pptpd, way):
    """S48: the PPP peer calls itself by the server's address; or pppd's default route caught it."""
    client, server = net.client, net.server.address
    client.ip("link", "add", "ppp0", "type", "bridge")  # pppd's needs PPP in the kernel
    client.link_up("ppp0")
    if way == "peer":
        client.ip("route", "del", "10.9.0.0/24")
        client.ip("address", "add", "10.66.0.10", "peer", f"{server}/32", "dev", "ppp0")
    else:
        client.add_route(f"{server}/32", device="ppp0")
        pppd = client.start("sh", "-c", f"sh -c 'sleep 60 # pptp {server}' & wait")
        client.write_file("/run/ppp0.pid", f"{pppd.inner_pid}\nppp0\n")
    report = diagnose(client, server, status=PROBLEM)
    expect_broken(report, "route", "route-loop", "ppp0", f"ip route add {server}/32")


# --- what listens on port 1723 --------------------------------------------------------------------

def test_a_web_server_on_the_port(net):
    net.server.start("/usr/bin/python3", "-m", "http.server", "1723")
    wait_until(lambda: [s for s in net.server.sockets("tcp") if s.local_port == 1723])
    report = diagnose(net.client, net.server.address, status=PROBLEM)
    expect_broken(report, "control", "control-not-pptp", "a web server")


def answered(net, answer):
    """The diagnosis of a server that takes the connection, and then does as `answer` says."""
    with ScriptedServer(net.server) as server:
        process = start(net)
        connection = server.accept()
        connection.expect(StartControlConnectionRequest)
        answer(connection)
        assert process.wait_exit(WHOLE_RUN * SLOW) == PROBLEM
    return parsed(process.stdout.text)


@pytest.mark.parametrize("answer, rule, entry", [
    (lambda connection: None, "control-silent", "F3"),
    (lambda connection: connection.close(), "control-closed", "S54"),
    (lambda connection: connection.send(StartControlConnectionReply(result=4)),
     "control-refused", "F3")], ids=["silent", "closed", "refused"])
def test_a_server_that_does_not_want_us(net, answer, rule, entry):
    report = answered(net, answer)
    expect_broken(report, "control", rule)
    assert report.findings[0]["entry"] == entry


# --- GRE ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("hook, rule, tells", [
    ("output", "ip protocol gre counter drop", "not let GRE packets out"),
    ("output", "meta l4proto 47 drop", "not let GRE packets out"),
    ("input", "iifname eth0 ip protocol gre counter drop", "none came back")])
def test_a_local_filter_is_named(net, pptpd, hook, rule, tells):
    net.client.nft(FILTER % (hook, rule))
    report = diagnose(net.client, net.server.address, status=PROBLEM)
    expect_broken(report, "gre", "gre-filtered-here", tells,
                  "nft insert rule ip f c meta l4proto gre accept")
    assert report.steps["filter"].outcome == "fail"
    if "counter" in rule:
        assert "packets during the test" in report.steps["filter"].seen


def test_what_the_remedy_says_mends_it(net, pptpd):
    net.client.nft(FILTER % ("output", "ip protocol gre drop"))
    report = diagnose(net.client, net.server.address)
    commands = [line for line in report.findings[0]["remedy"].splitlines() if line.startswith("  ")]
    for command in commands:
        net.client.run(*command.split())
    assert diagnose(net.client, net.server.address).steps["gre"].outcome == "pass"


@pytest.mark.parametrize("way, rule", [("iifname", "gre-nothing-heard"),
                                       ("oifname", "gre-one-way")])
def test_a_firewall_on_the_way(net, routed, way, rule):
    """Dropped on its way to us, GRE is not heard; on its way to the server, it is not answered."""
    router, far = routed
    router.nft(FILTER % ("forward", f"{way} wan ip protocol gre drop"))
    start_pptpd(far)
    report = diagnose(net.client, far.address, status=PROBLEM)
    expect_broken(report, "gre", rule, "tcpdump -n -i any proto 47")
    assert report.stage == "control"
    assert (report.steps["filter"].outcome, report.steps["nat"].outcome) == ("pass", "pass")


@pytest.mark.parametrize("answer, rule, words", [
    ("prot-unreachable", "gre-protocol-unreachable", "Protocol not available"),
    ("admin-prohibited", "gre-rejected", "No route to host")])
def test_icmp_in_place_of_an_answer(net, pptpd, answer, rule, words):
    net.server.nft(FILTER % ("input", f"ip protocol gre reject with icmp type {answer}"))
    report = diagnose(net.client, net.server.address, status=PROBLEM)
    expect_broken(report, "gre", rule, words)
    assert report.findings[0]["entry"] == "S13"


@pytest.mark.parametrize("narrow", ["there", "back"])
def test_a_black_hole_for_large_packets(net, routed, narrow):
    """A router with a narrow link behind it drops what does not fit, and a filter its ICMP messages."""
    router, far = routed
    router.ip("link", "set", "wan" if narrow == "there" else "eth0", "mtu", "1300")
    router.nft(FILTER % ("output", "icmp type destination-unreachable drop"))
    start_pptpd(far)
    report = diagnose(net.client, far.address, status=PROBLEM)
    expect_broken(report, "sizes", "packets-too-big", "1200 bytes", "mtu 1200")
    assert (report.stage, report.findings[0]["entry"]) == ("lcp-heard", "S50")


def test_large_packets_that_the_kernel_cuts_into_fragments_pass(net, routed):
    """The ICMP message arrives: later packets are sent in fragments."""
    router, far = routed
    router.ip("link", "set", "wan", "mtu", "1300")
    far.ip("link", "set", "eth0", "mtu", "1300")
    start_pptpd(far)
    report = diagnose(net.client, far.address)
    assert report.steps["sizes"].outcome == "pass", report.steps


def asked(net, server, answer):
    """The diagnosis of a server that speaks PPTP, and whose second connection, for the call, is
    handled by `answer`."""
    process = start(net)
    server.establish().expect_stop()
    answer(server.establish())
    assert process.wait_exit(WHOLE_RUN * SLOW) == PROBLEM
    return parsed(process.stdout.text)


def test_a_server_that_refuses_the_call(net, server):
    def refuse(connection):
        call = server.call_from(connection, connection.expect(OutgoingCallRequest))
        connection.send(call.reply(result=7))
        connection.expect_stop()
    report = asked(net, server, refuse)
    expect_broken(report, "gre", "call-refused", "administratively not accepted")
    assert report.stage == "control"


def test_a_server_that_hangs_up_before_a_word_of_ppp(net, server):
    """What a pppd with a typing error in its options looks like from here."""
    report = asked(net, server, lambda tcp: server.answer_call(tcp).disconnect(result=3))
    expect_broken(report, "gre", "gre-server-hung-up", "pppd file /etc/ppp/options.pptpd dryrun")
    assert report.findings[0]["entry"] == "S12"


@pytest.mark.parametrize("asks, then, outcome", [
    ("0304c023", "0304c023", "fail"), ("0304c023", "", "fail"), ("0304c023", "0305c22381", "pass"),
    ("0305c22381", None, "pass")], ids=["pap-only", "pap-only-as-pppd-does", "both", "mschap-v2"])
def test_a_server_that_takes_only_pap_is_named_before_a_password_is_needed(
        net, tmp_path, asks, then, outcome):
    """It asks for something, and for `then` after a Configure-Nak, as pppd and accel-ppp do."""
    ppp = tmp_path / "ppp"
    ppp.write_text(f"#!/bin/sh\nASKS={asks} THEN={then or ''} exec {ECHO_PPP}\n")
    ppp.chmod(0o755)
    start_pptpd(net.server, ppp)
    files(net, peers=PEERS + "require-mppe-128\nrefuse-pap\n")
    report = diagnose(net.client, "--tunnel", "work")
    assert report.steps["auth"].outcome == outcome, report.steps
    if outcome == "fail":
        expect_broken(report, "auth", "server-without-mschap", "PAP", "require-mppe", "accel-ppp")


# --- NAT ------------------------------------------------------------------------------------------

@pytest.fixture
def behind_nat(net):
    """net.client behind a NAT router, pptpd at a public address. Yields that, and the router."""
    router = net.server
    with beyond_router(net, "public", "198.51.100.0/24") as host:
        router.nft('table ip nat { chain post { type nat hook postrouting priority 100;\n'
                   'oifname "wan" masquerade\n }\n }\n')
        start_pptpd(host)
        yield host.address, router


def test_nat_without_a_helper(net, behind_nat):
    server, _ = behind_nat
    report = diagnose(net.client, server, status=PROBLEM)
    expect_broken(report, "gre", "nat-without-helper", "modprobe nf_nat_pptp")
    assert report.steps["nat"].outcome == "fail"


def test_nat_with_a_helper(net, behind_nat):
    server, router = behind_nat
    if not os.path.isdir("/sys/module/nf_nat_pptp") and not in_kernel("NF_NAT_PPTP"):
        pytest.skip("this kernel has no nf_nat_pptp")
    router.nft('table ip pptp { ct helper pptp { type "pptp" protocol tcp;\n }\n'
               'chain assign { type filter hook prerouting priority 0;\n'
               'tcp dport 1723 ct helper set "pptp"\n }\n }\n')
    report = diagnose(net.client, server)
    assert set(outcomes(report).values()) == {"pass"}, report.steps
    assert "there is NAT on the way" in report.steps["nat"].seen


# --- a tunnel's files -----------------------------------------------------------------------------

PEERS = 'pty "%s %s --nolaunchpppd"\nname "corp\\\\alice"\nremotename vpn\nnoauth\nrequire-mppe\n'
SECRETS = '"corp\\\\alice" vpn "hush hush" *\n'


def files(net, peers=PEERS, secrets=SECRETS, mode=0o600):
    net.client.write_file("/etc/ppp/peers/work",
                          peers % (programs.installed().pptp, net.server.address))
    net.client.write_file("/etc/ppp/chap-secrets", secrets, mode=mode)


def test_a_tunnel_whose_files_are_in_order(net, pptpd):
    """The server's address is in the tunnel's file."""
    files(net)
    report = diagnose(net.client, "--tunnel", "work")
    assert report.server == net.server.address
    assert set(outcomes(report, ("gre", "peers", "secrets")).values()) == {"pass"}, report.steps


def test_files_that_pppd_accepts_are_in_order(net):
    """Without a server, because this is about the files only."""
    peers = "require-mschap-v2\ndebug\nlogfd 1\n" + PEERS.replace('pty "', 'pty "exec ')
    files(net, peers=peers.replace("\n", "\r\n"), secrets=SECRETS.replace(" *", ""))
    report = diagnose(net.client, "--tunnel", "work", status=PROBLEM)
    assert set(outcomes(report, ("peers", "secrets")).values()) == {"pass"}, report.steps
    assert report.first_broken == "tcp"


@pytest.mark.parametrize("change, step, entry, words", [
    ({"peers": PEERS.replace("alice", "\\\\\\alice")}, "peers", "S22", "two backslashes"),
    ({"peers": PEERS + "sync\n"}, "peers", "S26c", "sync for pppd only"),
    ({"peers": PEERS + "remotemname PPTP\n"}, "peers", "F5", "unrecognized option 'remotemname'"),
    ({"peers": PEERS.replace("%s --no", "%s:1723 --no")}, "name", "F1", "more than the name"),
    ({"peers": "plugin pptp.so\npptp_server %.0s%s\n"}, "peers", "S18", "which pppd does not have"),
    ({"secrets": SECRETS.replace("vpn", "other")}, "secrets", "S28", "no entry"),
    ({"mode": 0o644}, "secrets", "S28", "every user")],
    ids=["four-backslashes", "sync", "unknown-word", "port", "kernel-plugin", "no-entry", "world-readable"])
def test_a_tunnel_whose_files_are_not(net, change, step, entry, words):
    files(net, **change)
    report = diagnose(net.client, "--tunnel", "work", status=PROBLEM)
    assert report.steps[step].outcome == "fail"
    assert report.steps[step].entry == entry
    assert words in report.steps[step].seen
    assert "hush" not in str(report)


@pytest.mark.parametrize("words", [["--tunnel", "../shadow"], ["--tunnel", "none"], ["a", "b"],
                                   ["-x", "a"]])
def test_wrong_usage(net, words):
    done = run(net.client, *words, status=UNKNOWN)
    assert done.stderr.startswith("pptpctl: diagnose") and not done.stdout
