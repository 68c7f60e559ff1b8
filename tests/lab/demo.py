# SPDX-License-Identifier: GPL-2.0-or-later
"""What scripts/demo shows once everything is built: two encrypted tunnels, each step checked.

Runs where the kernel has PPP: `python3 -m lab.demo` in tests/. Ends with a verdict; status 0 or 1.
"""
import os
import re
import sys
import time

from . import ppp, programs
from .host import connect
from .ppp_tunnel import MPPE_ENABLED, in_known_working_order
from .tunnel import expect_clean

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
        with ppp.PptpServer("server") as server, ppp.PppClient("client") as client:
            connect("192.0.2.0/24", client, server)
            demonstrate(client, server)
    except Exception as error:  # the verdict must come whatever went wrong
        say(f"FAILED: {error}")
        return 1
    say("PASSED: two encrypted tunnels to one server, traffic, an orderly end, nothing left.")
    return 0


def demonstrate(client, server):
    say(f"two hosts, client {client.address} and server {server.address}, on one cable")
    server.start_pptpd()
    capture = server.capture_control()
    say("the server runs Debian's pptpd")
    first = show_dialling(client, server)
    show_traffic(first)
    second = show_second_tunnel(client, server, first)
    show_hang_up(client, server, capture, (first, second))


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
    quote("client", summary(tunnel.ping(count=5)))
    sent = tunnel.iperf(seconds=3)["end"]["sum_received"]
    assert sent["bytes"] > MIN_BYTES, f"iperf3 moved only {sent['bytes']} bytes"
    say(f"ping and iperf3 through {tunnel.device}: {sent['bits_per_second'] / 1e6:.1f} Mbit/s "
        "(an emulated processor does both ends; it says nothing about the speed of real ones)")


def summary(ping):
    return [line for line in ping.splitlines() if re.search("transmitted|rtt", line)]


def show_second_tunnel(client, server, first):
    second = client.dial(server, "bob").wait_up()
    assert second.peer_ip != first.peer_ip
    for tunnel in (first, second):
        tunnel.ping()
    say(f"a second tunnel to the same server beside it: {second.device}; both answer pings")
    quote("pptpctl", client.run(programs.installed().pptpctl, "status").stdout.splitlines())
    return second


def show_hang_up(client, server, capture, tunnels):
    say("client: SIGTERM to both pppds")
    for tunnel in tunnels:
        tunnel.hang_up()
        status = tunnel.wait_pptp_exit(5)
        assert status == 0, f"pptp exited {status}: {tunnel.pptp_errors}"
    for message in ("CCRQ", "StopCCRQ"):
        capture.stdout.wait(f"CTRL_MSGTYPE={message}", 5 * ppp.SLOW)
    server.wait_log("CTRL: Received CALL CLR request")
    server.wait_log("CTRL: Client .* control connection finished")
    expect_clean(client, within=IDLE_MANAGER, manager=True)
    quote("pptpd's log", [line for line in server.log if re.search("CALL CLR|finished", line)])
    quote("its network", [wire_line(line) for line in capture.stdout.find("MSGTYPE=(CCRQ|Stop)")])
    say("Call-Clear-Request is in pptpd's log, Stop-Control-Connection-Request reached its host "
        "(pptpd closes without reading it); no process, socket or route is left on the client")


def wire_line(line):
    """The interesting words of a line from tcpdump."""
    found = re.search(r"IP (\S+) > (\S+): .*(CTRL_MSGTYPE=.*)", line)
    return f"{found[1]} > {found[2]} {found[3]}"


if __name__ == "__main__":
    sys.exit(main())
