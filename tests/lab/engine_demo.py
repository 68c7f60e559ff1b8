# SPDX-License-Identifier: GPL-2.0-or-later
"""What scripts/demo shows first: an encrypted tunnel without pppd, with a check of each step.

Needs root and /dev/net/tun, and no PPP in the kernel. Run `python3 -m lab.engine_demo` in tests/. It prints a
verdict at the end, and its status is 0 or 1.
"""
import os
import sys
import time

from . import programs
from .demo import IDLE_MANAGER, MIN_BYTES, grep, quote, say
from .engine import LOCAL, EngineServer, EngineTunnel, know_secrets
from .host import Host, connect
from .lines import wait_until
from .ppp_tunnel import MPPE_ENABLED, iperf_result
from .tunnel import expect_clean

BUILT = float(os.environ.get("CALLGATE_DEMO_BUILT") or time.time())
IPERF = 5201  # its port
TERMINATED = 5  # exit status of pppd(8): a signal has ended the tunnel


def main():
    try:
        say("making two hosts out of namespaces")
        with Host("server") as server, Host("client") as client:
            connect("192.0.2.0/24", client, server)
            try:
                demonstrate(client, server)
            except Exception:
                for process in client.processes + server.processes:
                    quote(process.name, process.stdout.all[-20:] + process.stderr.all[-40:])
                raise
    except Exception as error:  # the verdict must come whatever went wrong
        say(f"FAILED: {error}")
        return 1
    say(f"PASSED: an encrypted tunnel without pppd, traffic, an orderly end, nothing left; "
        f"{time.time() - BUILT:.0f} s after the build.")
    return 0


def demonstrate(client, server):
    serving = EngineServer(server, "--mppe", "128")
    say(f"the server {server.address} runs pptp-test-server, which demands MS-CHAPv2 and MPPE with 128 bits")
    know_secrets(client)
    options = ("require-mppe-128", "nomppe-stateful", "defaultroute")
    say(f"client: pptp {server.address} --ppp builtin nodetach user alice {' '.join(options)}")
    tunnel = EngineTunnel(client, server.address, *options).wait_up()
    quote("client", tunnel.log.all)
    quote("server", serving.said.all[1:])
    assert tunnel.log.find(MPPE_ENABLED), tunnel.log.text
    say(f"{time.time() - BUILT:.1f} s after the build the tunnel is up: {tunnel.device}, {tunnel.local_ip}")
    show_traffic(client, server, tunnel)
    show_end(client, serving, tunnel)


def show_traffic(client, server, tunnel):
    quote("client", grep("transmitted|rtt", tunnel.ping(count=5).splitlines()))
    server.start("iperf3", "-s", "-1", "-B", LOCAL)
    wait_until(lambda: any(s.state == "LISTEN" and s.local_port == IPERF for s in server.sockets("tcp")),
               what="iperf3 listens")
    sent = iperf_result(client.start("iperf3", "-c", LOCAL, "-t", 2, "-J"), 2)["end"]["sum_received"]
    assert sent["bytes"] > MIN_BYTES, f"iperf3 moved only {sent['bytes']} bytes"
    say(f"ping and iperf3 through {tunnel.device}: {sent['bits_per_second'] / 1e6:.0f} Mbit/s, encrypted")
    quote("pptpctl", client.run(programs.installed().pptpctl, "status").stdout.splitlines())


def show_end(client, serving, tunnel):
    say("client: SIGTERM to pptp")
    seen = len(tunnel.log.all)
    status = tunnel.hang_up()
    assert status == TERMINATED, f"pptp exited {status}, not {TERMINATED}: {tunnel.log.text}"
    serving.wait("call ended")
    quote("client", tunnel.log.all[seen:])
    quote("server", serving.find("terminates|ended"))
    expect_clean(client, within=IDLE_MANAGER, manager=True)
    left = client.ip("-brief", "link", "show")
    assert tunnel.device not in left, left
    assert not serving.find("clear text"), serving.said.text
    say("hung up in order; no process, socket, route or interface is left on the client")


if __name__ == "__main__":
    sys.exit(main())
