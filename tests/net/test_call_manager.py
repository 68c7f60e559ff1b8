# SPDX-License-Identifier: GPL-2.0-or-later
"""The call manager: what it holds, who notices its loss, and its host routes."""
import os
import signal
import time

from lab import programs
from lab.host import Route
from lab.lines import wait_until
from lab.ppp_interface import PointToPoint
from lab.process import proc_status
from lab.tunnel import SLOW, expect_clean
from lab.wire import CallClearRequest, StopControlConnectionRequest, WanErrorNotify
from ppp_frames import data

AT_ONCE = 1.0
REMOTE_SERVER = "10.20.0.2"
ROUTE = Route(REMOTE_SERVER, "eth0", "10.9.0.2")


def end_by_signal(net, number):
    for pid in net.managers():
        os.kill(pid, number)


# --- status ---------------------------------------------------------------------------------------

def test_status_shows_what_the_manager_holds(net, server):
    tunnel = net.dial("--logstring", "office")
    call = server.answer_call(server.establish(maximum_channels=7, host_name=b"gate",
                                               vendor=b"Acme"))
    call.connection.send(WanErrorNotify(peer_call_id=call.client_call_id))
    tunnel.pty.send(data(1))
    call.data.recv_data()
    [connection] = wait_until(lambda: [c for c in net.status()["connections"]
                                       if c["wan_errors"] == 1], 2 * SLOW)
    assert connection["server"] == server.address and connection["local"] == net.client.address
    assert connection["state"] == "established"
    assert connection["maximum_channels"] == 7
    assert (connection["peer_host_name"], connection["peer_vendor"]) == ("gate", "Acme")
    [shown] = connection["calls"]
    assert (shown["call_id"], shown["peer_call_id"]) == (call.client_call_id, call.call_id)
    assert shown["state"] == "established" and shown["name"] == "office"
    assert shown["pid"] in (tunnel.process.inner_pid, tunnel.process.pid)


def test_status_shows_calls_of_every_connection_and_none_after_their_end(net, server):
    tunnels = [net.dial(), net.dial()]
    calls = [server.take_call() for _ in tunnels]
    assert len(net.status()["connections"]) == 2
    for tunnel in tunnels:
        tunnel.pty.close()
    for call in calls:
        call.expect_hang_up()
    wait_until(lambda: net.status()["connections"] == [], 2 * SLOW)


def test_status_without_a_manager_is_empty_and_no_failure(net):
    assert net.status()["connections"] == []


def test_texts_of_the_server_cannot_harm_the_terminal(net, server):
    net.dial()
    server.answer_call(server.establish(host_name=b"\x1b[31mred\x07\xff", vendor=b"\r\n$(id)"))
    for words in (["status"], ["status", "--json"]):
        shown = net.client.run(programs.installed().pptpctl, *words).stdout
        assert "\x1b" not in shown and "\x07" not in shown and "\r" not in shown


def test_pptpctl_hangs_up_a_call_in_order(net, server):
    tunnel = net.dial()
    call = server.take_call()
    net.client.run(programs.installed().pptpctl, "hangup", str(call.client_call_id))
    call.expect_hang_up()
    assert tunnel.wait_exit(AT_ONCE) == 0
    expect_clean(net.client)


# --- its end --------------------------------------------------------------------------------------

def test_a_killed_manager_ends_the_call_at_once_and_the_next_call_works(net, server):
    tunnel = net.dial()
    call = server.take_call()
    end_by_signal(net, signal.SIGKILL)
    tunnel.expect_failure(10, "call manager", within=AT_ONCE)
    call.connection.expect_end(AT_ONCE * SLOW)
    expect_clean(net.client, within=5)
    again = net.dial()
    call = server.take_call()
    again.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)


def test_a_manager_that_is_told_to_end_tells_the_server_and_its_clients(net, server):
    tunnel = net.dial()
    call = server.take_call()
    end_by_signal(net, signal.SIGTERM)
    call.connection.expect(CallClearRequest)
    call.disconnect()
    call.connection.expect(StopControlConnectionRequest)
    assert tunnel.wait_exit(AT_ONCE) == 10
    assert "call manager" in tunnel.errors[0]


def test_a_manager_that_cannot_be_reached_is_named(net):
    net.client.write_file("/run/lab/file", "")
    tunnel = net.dial(env={"PPTP_CALLMGR_SOCKET": "/run/lab/file/callmgr.sock"})
    tunnel.expect_failure(10, "call manager", "/run/lab/file/callmgr.sock", within=2)


def test_a_stale_socket_of_a_dead_manager_does_not_matter(net, server):
    net.dial()
    server.take_call()
    end_by_signal(net, signal.SIGKILL)
    wait_until(lambda: not net.managers(), 2 * SLOW)
    net.dial()
    server.take_call()


def test_a_manager_that_an_init_system_started_stays_when_idle(net, server):
    manager = net.manager()
    manager.wait_line("listens on")
    tunnel = net.dial()
    call = server.take_call()
    tunnel.pty.close()
    call.expect_hang_up()
    expect_clean(net.client)
    assert manager.running
    assert net.managers() == [manager.pid]
    manager.signal(signal.SIGTERM)
    assert manager.wait_exit(2 * SLOW) == 0


def test_idle_exit_ends_a_manager_that_has_no_call(net, server):
    manager = net.manager("--idle-exit", "1")
    manager.wait_line("listens on")
    tunnel = net.dial()
    call = server.take_call()
    time.sleep(1.5)  # longer than --idle-exit: a call is not idleness
    assert manager.running
    tunnel.pty.close()
    call.expect_hang_up()
    assert manager.wait_exit(3 * SLOW) == 0


# --- host routes ----------------------------------------------------------------------------------

def host_routes(net):
    """Without the second route, which makes the server unreachable if this one goes."""
    return {Route(r.dst, r.dev, r.gateway) for r in net.client.routes()
            if r.dst == REMOTE_SERVER and r.kind == "unicast"}


def test_a_host_route_to_the_server_is_added_for_the_call_and_removed_after_the_last(net, far):
    tunnels, calls = [], []
    for _ in range(2):
        tunnels.append(net.dial(server=REMOTE_SERVER))
        calls.append(far.take_call())
    assert host_routes(net) == {ROUTE}
    tunnels[0].pty.close()
    calls[0].expect_hang_up()
    wait_until(lambda: len(net.status()["connections"]) == 1, 2 * SLOW)
    assert host_routes(net) == {ROUTE}
    tunnels[1].pty.close()
    calls[1].expect_hang_up()
    wait_until(lambda: host_routes(net) == set(), 2 * SLOW)


def test_the_host_route_outlives_a_default_route_into_the_tunnel(net, far):
    tunnel = net.dial(server=REMOTE_SERVER)
    call = far.take_call()
    with PointToPoint(net.client, "ppp0"):
        net.client.ip("route", "replace", "default", "dev", "ppp0")
        tunnel.pty.send(data(1))
        assert call.data.recv_data().gre.payload == data(1)


def test_a_route_that_was_there_before_is_left_alone(net, far):
    net.client.add_route(f"{REMOTE_SERVER}/32", via="10.9.0.2")
    tunnel = net.dial(server=REMOTE_SERVER)
    call = far.take_call()
    tunnel.pty.close()
    call.expect_hang_up()
    wait_until(lambda: net.status()["connections"] == [], 2 * SLOW)
    assert host_routes(net) == {ROUTE}


def test_a_host_route_needs_no_ip_program(net, far):
    """The peer's defect 19: where there is no /bin/ip it had no route, and said nothing."""
    ip = net.client.run("sh", "-c", "readlink -f $(command -v ip)").stdout.strip()
    net.client.run("mount", "--bind", "/dev/null", ip)
    net.dial(server=REMOTE_SERVER)
    far.take_call()
    assert host_routes(net) == {ROUTE}


def test_nohostroute_adds_no_route(net, far):
    net.dial("--nohostroute", server=REMOTE_SERVER)
    far.take_call()
    assert host_routes(net) == set()


def test_a_killed_manager_s_host_route_is_removed_all_the_same(net, far):
    net.dial(server=REMOTE_SERVER)
    far.take_call()
    assert host_routes(net) == {ROUTE}
    end_by_signal(net, signal.SIGKILL)
    wait_until(lambda: host_routes(net) == set())
    expect_clean(net.client, within=5)


# --- privileges -----------------------------------------------------------------------------------

def test_the_manager_keeps_at_most_net_admin(net, server):
    net.dial()
    server.take_call()
    [pid] = net.managers()
    status = proc_status(pid)
    net_admin = 1 << 12
    for name in ("CapInh", "CapAmb", "CapBnd"):
        assert int(status[name], 16) == 0, name
    for name in ("CapPrm", "CapEff"):
        assert int(status[name], 16) & ~net_admin == 0, name
    assert status["NoNewPrivs"] == "1"
