# SPDX-License-Identifier: GPL-2.0-or-later
"""What scripts/demo shows of pppd: two encrypted tunnels, with a check of each step.

Needs a kernel with PPP; engine_demo.py does not. Run `python3 -m lab.demo` in tests/. It prints a verdict at the end, and its
status is 0 or 1.
"""
import os
import re
import signal
import sys
import time

from . import ppp, programs
from .host import connect
from .lines import wait_until
from .ppp_tunnel import MPPE_ENABLED, in_known_working_order
from .scripted_server import ScriptedServer
from .tunnel import expect_clean
from .wire import CallClearRequest

STARTED = float(os.environ.get("CALLGATE_DEMO_STARTED") or time.time())
MIN_BYTES = 100_000  # that iperf3 must have moved
IDLE_MANAGER = 15  # s, within which a manager started on demand is gone after its last call


def say(text):
    print(f"[{time.time() - STARTED:3.0f} s] {text}", flush=True)


def quote(who, lines):
    for line in lines:
        print(f"        {who:<12} | {line}", flush=True)


def main():
    try:
        if not ppp.kernel_has_ppp():
            raise AssertionError("this kernel has no PPP; run it in scripts/vm")
        say("making two hosts out of namespaces")
        with ppp.PptpServer("server") as server, ppp.PppClient("client") as client:
            connect("192.0.2.0/24", client, server)
            try:
                demonstrate(client, server)
            except Exception:
                show_logs(client, server)
                raise
    except Exception as error:  # the verdict must come whatever went wrong
        say(f"FAILED: {error}")
        return 1
    say("PASSED: two encrypted tunnels to one server, traffic, an orderly end, nothing left.")
    return 0


def show_logs(*hosts):
    for host in hosts:
        quote(f"{host.name}'s log", grep("pptp", host.concise_log)[-40:])


def demonstrate(client, server):
    say(f"two hosts, client {client.address} and server {server.address}, on one cable")
    server.start_pptpd()
    say("the server runs Debian's pptpd")
    first = show_dialling(client, server)
    show_traffic(first)
    second = show_second_tunnel(client, server, first)
    show_hang_up(client, server, (first, second))
    show_end_by_the_book(client, server)


def show_dialling(client, server):
    say(f"client: pppd pty \"{programs.installed().pptp} {server.address} --nolaunchpppd\"")
    tunnel = client.dial(server, "alice").wait_up()
    log = tunnel.log.all
    start = next(i for i, line in enumerate(log) if line.startswith("Using interface"))
    quote("client pppd", log[start:])
    quote("server pppd", server_pppd_says(server, f"{MPPE_ENABLED}|local  IP|remote IP"))
    in_known_working_order(log)
    server.wait_log(MPPE_ENABLED)
    say("tunnel up: known-working order, ending in MPPE 128-bit stateless at both ends")
    return tunnel


def server_pppd_says(server, pattern):
    return [found[1] for line in server.log
            if (found := re.search(rf"pppd\[\d+\]: ((?:{pattern}).*)", line))]


def show_traffic(tunnel):
    quote("client", grep("transmitted|rtt", tunnel.ping(count=5).splitlines()))
    sent = tunnel.iperf(3)["end"]["sum_received"]
    assert sent["bytes"] > MIN_BYTES, f"iperf3 moved only {sent['bytes']} bytes"
    speed = f"{sent['bits_per_second'] / 1e6:.1f} Mbit/s"
    if "CALLGATE_IN_VM" in os.environ:
        speed += " (an emulated processor does both ends: no measure of a real one)"
    say(f"ping and iperf3 through {tunnel.device}: {speed}")


def show_second_tunnel(client, server, first):
    second = client.dial(server, "bob").wait_up()
    assert second.peer_ip != first.peer_ip
    for tunnel in (first, second):
        tunnel.ping()
    say(f"a second tunnel to the same server beside it: {second.device}; both answer pings")
    quote("pptpctl", client.run(programs.installed().pptpctl, "status").stdout.splitlines())
    return second


def show_hang_up(client, server, tunnels):
    """pptpd closes when it has read Call-Clear-Request, so it never gets to see Stop."""
    say("client: SIGTERM to both pppds")
    for tunnel in tunnels:
        tunnel.hang_up()
        expect_status(tunnel, 0)
    for line in ("Received CALL CLR request", "Client .* control connection finished"):
        wait_until(lambda: len(grep(line, server.log)) == len(tunnels), what=f"pptpd logs {line!r} for each tunnel")
    expect_clean(client, within=IDLE_MANAGER, manager=True)
    quote("pptpd's log", grep("type: 12|CALL CLR|finished", server.log))
    say("both hung up; no process, socket or route is left on the client")


def show_end_by_the_book(client, server):
    """The same programs towards a server that answers Call-Clear-Request as RFC 2637 says."""
    server.reset()
    with ScriptedServer(server) as scripted:
        say("client: a call to a server that keeps to the RFC, to see the whole end of it")
        tunnel = client.dial(server, "carol")
        call = scripted.take_call(20 * ppp.SLOW)
        tunnel.pppd.signal(signal.SIGTERM)
        clear = call.connection.expect(CallClearRequest, 5 * ppp.SLOW)
        call.disconnect()
        stop = call.connection.expect_stop(5 * ppp.SLOW)
        quote("server saw", [clear, stop])
        expect_status(tunnel, 0)
    expect_clean(client, within=IDLE_MANAGER, manager=True)
    say("Call-Clear-Request, Call-Disconnect-Notify, Stop-Control-Connection-Request, its reply")


def expect_status(tunnel, status):
    found = tunnel.wait_pptp_exit(5)
    assert found == status, f"pptp exited {found}, not {status}: {tunnel.pptp_errors}"


def grep(pattern, lines):
    return [line for line in lines if re.search(pattern, line)]


if __name__ == "__main__":
    sys.exit(main())
