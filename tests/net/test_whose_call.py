# SPDX-License-Identifier: GPL-2.0-or-later
"""Who sees a call, and what pptpctl knows of its tunnel and its interface."""
import json
import sys

import pytest

import users
from lab import local_client as lc
from lab import programs
from lab.engine import EngineServer, EngineTunnel, know_secrets
from lab.lines import wait_until
from lab.tunnel import SLOW
from test_refused_login import PPPD
from traffic import expect_traffic

MEMBER = {"user": users.NOBODY, "group": users.NOBODY, "extra_groups": [users.DIP]}
OUTSIDE = {"user": users.NOBODY, "group": users.NOBODY, "extra_groups": []}


def ctl(net, *words, **who):
    process = net.client.start(programs.installed().pptpctl, *map(str, words), **who)
    return process, process.wait_exit(10 * SLOW)


def calls(net, **who):
    process, status = ctl(net, "status", "--json", **who)
    assert status == 0, process.stderr.text
    return [call for connection in json.loads(process.stdout.text)["connections"] for call in connection["calls"]]


# --- who sees it ----------------------------------------------------------------------------------

def test_a_member_of_the_group_sees_root_s_call_and_may_do_no_more_with_it(net, up):
    number = up[1].client_call_id
    [call] = calls(net, **MEMBER)
    assert (call["call_id"], call["uid"]) == (number, 0) and call["statistics"]
    for words, wanted in ((("hangup", number), "hang it up"), (("hangup", net.server.address), "hang it up"),
                          (("capture", number, "-"), "capture it"),
                          (("log-level", "debug", number), "change its log level")):
        process, status = ctl(net, *words, **MEMBER)
        assert status == 1
        assert (f"you may see call {number}, which belongs to uid 0, but only this user and root may {wanted}"
                in process.stderr.text)
    process, status = ctl(net, "hangup", "--all", **MEMBER)
    assert (status, process.stdout.text) == (0, "0 calls hung up")
    expect_traffic(*up)


def test_a_user_outside_the_group_sees_nothing_of_it_even_if_the_socket_is_open_to_all(net, up):
    net.client.run("chmod", "711", "/run/pptp")
    net.client.run("chmod", "666", "/run/pptp/callmgr.sock")
    assert calls(net, **OUTSIDE) == []
    number = up[1].client_call_id
    for unknown in number, number ^ 1:
        process, status = ctl(net, "hangup", unknown, **OUTSIDE)
        assert (status, process.stdout.text) == (1, "0 calls hung up")
        process, status = ctl(net, "log-level", "debug", unknown, **OUTSIDE)
        assert status == 1 and "you have no such call" in process.stderr.text
    expect_traffic(*up)


# --- its tunnel -----------------------------------------------------------------------------------

def test_a_tunnel_without_pppd_has_its_name_and_interface_from_the_beginning(net):
    know_secrets(net.client)
    EngineServer(net.server, "--mppe", "128")
    net.client.write_file("/etc/ppp/peers/work", f'pty "pptp {net.server.address} --nolaunchpppd"\nuser alice\n'
                                                 "require-mppe-128\nnomppe-stateful\nifname tun-work\n")
    tunnel = EngineTunnel(net.client, net.server.address, env=net.environment(),
                          words=("call", "work", "--ppp", "builtin", "nodetach", "logfd", "2"))
    tunnel.wait_up().ping()
    [call] = calls(net)
    assert (call["tunnel"], call["interface"]) == ("work", "tun-work")
    shown, _ = ctl(net, "show", "work")
    assert shown.stdout.find("^interface: +tun-work$") and shown.stdout.find("^last received: +[0-9]+s ago$")
    tunnel.hang_up()


@pytest.fixture
def dialled(net, server):
    """A call of a process named pppd. Its command line names the tunnel, and pptp ignores the words after its own."""
    process = net.client.start(sys.executable, PPPD, net.pptp, net.server.address, "--nolaunchpppd", "call", "work",
                               stdin="pipe", env=net.environment())
    process.write(b"\n")
    server.take_call()
    wait_until(lambda: calls(net), what="the call is listed")
    return process


def test_a_call_through_pppd_has_its_tunnel_and_its_interface_once_there_is_one(net, dialled):
    [call] = calls(net)
    assert (call["tunnel"], call["interface"]) == ("work", "")
    net.client.write_file("/run/ppp4.pid", "1\n")
    net.client.write_file("/run/ppp5.pid", f"{dialled.inner_pid}\n")
    net.client.write_file("/run/ppp-work.pid", f"{dialled.inner_pid}\nppp5\n")
    [call] = calls(net)
    assert (call["tunnel"], call["interface"]) == ("work", "ppp5")
    assert [call["interface"] for call in calls(net, **MEMBER)] == ["ppp5"]


@pytest.mark.usefixtures("dialled")
def test_a_tunnel_is_hung_up_by_its_name_and_no_other_one_is(net, up):
    process, status = ctl(net, "hangup", "work")
    assert (status, process.stdout.text) == (0, "1 call hung up")
    wait_until(lambda: [call["call_id"] for call in calls(net)] == [up[1].client_call_id], what="the call is gone")
    expect_traffic(*up)
    process, status = ctl(net, "hangup", "work")
    assert (status, process.stdout.text) == (1, "0 calls hung up")


def test_a_user_gets_no_interface_for_the_pppd_of_root_or_one_that_does_not_exist(net, server, up):
    net.client.write_file("/run/ppp5.pid", f"{up[0].process.inner_pid}\n")
    with open(f"/proc/{up[0].process.pid}/stat", encoding="ascii") as file:
        started = int(file.read().rpartition(")")[2].split()[19])
    client = lc.LocalClient(net.client, users.NOBODY, users.DIP)
    client.send(lc.call_request(client.network_namespace, server.address, pppd=(up[0].process.inner_pid, started),
                                tunnel=b"work", interface=b"ppp5"))
    wait_until(lambda: len(calls(net)) == 2, what="the call is listed")
    [call] = [call for call in calls(net) if call["uid"] == users.NOBODY]
    assert (call["tunnel"], call["interface"]) == ("work", "")
    client.close()
