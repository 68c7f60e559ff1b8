# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd's options of a tunnel without pppd that the other tests leave out: limits, routes, names, the terminal."""
import contextlib
import os
import re
import signal
import socket
import time

import pytest

from lab import programs
from lab.engine import LOCAL, USER, EngineServer, EngineTunnel, know_secrets
from lab.lines import wait_until
from lab.ppp_tunnel import iperf_result
from lab.process import proc_statuses
from lab.tunnel import expect_clean

MPPE = ("require-mppe-128", "nomppe-stateful")
IPERF = 5201  # its port
NO_INTERFACE, IDLE, CONNECT_TIME = 4, 12, 13  # exit statuses of pppd(8)


@pytest.fixture
def serve(net):
    """serve(OPTIONS OF THE SERVER...): returns it."""
    know_secrets(net.client)
    return lambda *options, **more: EngineServer(net.server, *(options or ("--mppe", "128")), **more)


@pytest.fixture
def dial(net):
    return lambda *options, **more: EngineTunnel(net.client, net.server.address, *MPPE, *options, **more)


# --- limits ---------------------------------------------------------------------------------------

def test_maxconnect_ends_a_tunnel_that_is_in_use(serve, dial):
    serve()
    tunnel = dial("maxconnect", "1").wait_up()
    assert tunnel.process.wait_exit() == CONNECT_TIME
    tunnel.log.wait("Connect time expired")


def test_idle_ends_a_tunnel_without_traffic(serve, dial):
    serve()
    tunnel = dial("idle", "1").wait_up()
    assert tunnel.process.wait_exit() == IDLE
    tunnel.log.wait("Terminating connection due to lack of activity")


def test_a_janitor_that_dies_again_and_again_is_not_started_for_ever_and_the_tunnel_stays(net, serve, dial):
    serve()
    tunnel = dial().wait_up()

    def janitors():
        return [pid for pid, status in proc_statuses(net.client.running()).items()
                if status["Name"] == "pptp-janitor" and int(status["PPid"]) == tunnel.process.pid]
    seen = set()
    for _ in range(6):  # the first one, and five more
        wait_until(lambda: set(janitors()) - seen, what="a janitor")
        seen.update(janitors())
        os.kill(max(seen & set(janitors())), signal.SIGKILL)
    tunnel.log.wait("the janitor has died too often")
    tunnel.ping()
    assert not janitors()


# --- the interface and its routes -----------------------------------------------------------------

def test_an_interface_of_that_name_is_said(net, serve, dial):
    serve()
    net.client.ip("link", "add", "ppp7", "type", "veth", "peer", "name", "other")
    tunnel = dial("unit", "7")
    assert tunnel.process.wait_exit() == NO_INTERFACE
    tunnel.log.wait("cannot create the network interface ppp7: an interface of this name exists.* by unit or ifname")


def test_defaultroute6_sets_a_default_route_for_ipv6(net, serve, dial):
    serve("--mppe", "128", "--ipv6")
    tunnel = dial("+ipv6", "defaultroute6").wait_up()
    wait_until(lambda: f"default dev {tunnel.device} " in net.client.ip("-6", "route"), what="the default route")
    assert tunnel.hang_up() == 5
    assert "default" not in net.client.ip("-6", "route")


@pytest.mark.parametrize("mtu", (576, 1000))
def test_a_large_transfer_keeps_within_the_mtu_of_the_tunnel(net, serve, dial, mtu):
    """Its segments are as large as the MTU allows, and arrive: nothing is too large, in either direction."""
    serve()
    tunnel = dial("mtu", mtu, "mru", mtu, "defaultroute").wait_up()
    wait_until(lambda: f"mtu {mtu} " in net.client.ip("link", "show", "dev", tunnel.device), what="the MTU")
    net.server.start("iperf3", "-s", "-B", LOCAL)
    wait_until(lambda: any(s.state == "LISTEN" and s.local_port == IPERF for s in net.server.sockets("tcp")),
               what="iperf3 listens")
    for direction in ((), ("-R",)):
        result = iperf_result(net.client.start("iperf3", "-c", LOCAL, "-t", 1, "-J", *direction), 1)
        assert result["end"]["sum_received"]["bytes"] > 500_000
        assert result["start"]["tcp_mss_default"] <= mtu - 40


# --- MPPE -----------------------------------------------------------------------------------------

def test_one_direction_may_be_stateful_and_the_other_stateless(net, serve):
    """As Windows 9x has it."""
    server = serve(faults=("mixed-state",))
    tunnel = EngineTunnel(net.client, net.server.address, "require-mppe-128", "mppe-stateful").wait_up()
    assert server.find("MPPE to the client 128-bit stateless, from the client 128-bit stateful")
    tunnel.log.wait("MPPE 128-bit stateless / MPPE 128-bit stateful compression enabled")
    tunnel.ping(count=10)


# --- who waits for it -----------------------------------------------------------------------------

NOTIFY = "/run/lab/notify"


@contextlib.contextmanager
def systemd_s_socket(net):
    """Yields the socket on which systemd would listen for messages of the tunnel's unit."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as manager:
        manager.bind(net.client.path(NOTIFY))
        manager.settimeout(60)
        yield manager


def wait_ready(manager):
    """Returns the message that the unit is ready. Others tell how far it is."""
    said = ""
    while "READY=1" not in said:
        said = manager.recv(1000).decode()
    return said


def test_systemd_is_told_when_the_tunnel_is_up(net, serve, dial):
    serve()
    with systemd_s_socket(net) as manager:
        tunnel = dial("up_sdnotify", env={"NOTIFY_SOCKET": NOTIFY})
        said = wait_ready(manager)
    assert re.search(r"^READY=1\nSTATUS=ppp\d+ to .* is up", said)
    assert tunnel.process.running  # in the foreground


def slow_ip_up(net):
    """A script that runs until its end is asked for. Returns the option that names it."""
    net.client.write_file("/run/lab/ip-up", "#!/bin/sh\n: >/run/lab/begun\nuntil [ -e /run/lab/end ]; do sleep 0.05; done\n",
                          mode=0o755)
    return "ip-up-script", "/run/lab/ip-up"


def wait_script(net):
    wait_until(lambda: os.path.exists(net.client.path("/run/lab/begun")), what="ip-up runs")


def test_systemd_is_told_that_the_tunnel_is_up_when_ip_up_has_ended(net, serve, dial):
    serve()
    with systemd_s_socket(net) as manager:
        dial("up_sdnotify", *slow_ip_up(net), env={"NOTIFY_SOCKET": NOTIFY}).wait_up()
        wait_script(net)
        manager.settimeout(0.3)  # a time in which an early message would have come
        with pytest.raises(TimeoutError):
            wait_ready(manager)
        net.client.write_file("/run/lab/end", "")
        manager.settimeout(60)
        wait_ready(manager)


def test_updetach_returns_when_ip_up_has_ended(net, serve):
    serve()
    process = net.client.start(programs.installed().pptp, net.server.address, "--ppp", "builtin", "updetach", "user",
                               USER, *MPPE, *slow_ip_up(net))
    process.wait_line("local  IP address", stream="stdout")
    wait_script(net)
    time.sleep(0.3)  # a time in which pptp would have gone
    assert process.running
    net.client.write_file("/run/lab/end", "")
    assert process.wait_exit() == 0


def test_systemd_need_not_wait_for_a_packet_that_may_never_come(net, serve, dial):
    serve()
    with systemd_s_socket(net) as manager:
        tunnel = dial("up_sdnotify", "demand", env={"NOTIFY_SOCKET": NOTIFY})
        assert manager.recv(1000).decode().startswith("READY=1\n")
    assert not tunnel.log.find("Connect: ")


def test_after_updetach_no_process_holds_the_streams_of_its_caller(net, serve):
    serve()
    # run() returns when both streams are at their end.
    done = net.client.run(programs.installed().pptp, net.server.address, "--ppp", "builtin", "updetach", "user", USER, *MPPE)
    assert done.returncode == 0
    for line in ("Using interface ppp0", "CHAP authentication succeeded", "local  IP address"):
        assert line in done.stdout
    wait_until(lambda: "inet " in net.client.ip("address", "show", "dev", "ppp0"), what="the address is set")
    net.client.run("ping", "-c", 1, "-W", 5, "-I", "ppp0", LOCAL)
    with open(net.client.path("/run/ppp0.pid"), encoding="ascii") as file:
        net.client.run("kill", file.read().strip())
    expect_clean(net.client)


def test_noresolvconf_writes_no_file_and_the_scripts_get_the_name_servers(net, serve, dial):
    serve("--mppe", "128", "--dns", "10.0.0.53")
    net.client.write_file("/etc/ppp/ip-up", '#!/bin/sh\necho "$DNS1 $USEPEERDNS" >/run/lab/up\n', mode=0o755)
    dial("usepeerdns", "noresolvconf").wait_up()
    said = net.client.path("/run/lab/up")
    wait_until(lambda: os.path.exists(said) and open(said, encoding="ascii").read() == "10.0.0.53 1\n", what="ip-up")
    assert not os.path.exists(net.client.path("/etc/ppp/resolv.conf"))
