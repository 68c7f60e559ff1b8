# SPDX-License-Identifier: GPL-2.0-or-later
"""Hostile users of this host gain nothing and delay nobody, and the log reports them once.

test_out_of_order.py tests messages out of order, and test_planted_socket_paths.py what they put in the socket's place.
"""
import contextlib
import fcntl
import os
import resource
import socket
import struct
import time

import pytest

import users
from lab import local_client as lc
from lab import own_time
from lab import programs
from lab.lines import wait_until
from lab.tunnel import SLOW
from traffic import SOON, expect_served, expect_traffic

CLIENTS, PLACES = 256, 4096  # of one user, and of all: callmgr/manager/quotas.hh and manager.hh
FIRST_UID = 5000
NEWCOMER = 6000
ALL_TAKEN = "all places are taken"

FLOOD = """
import socket
status = bytes([7, 0, 1, STATISTICS])
while True:
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect('/run/pptp/callmgr.sock')
    try:
        while True:
            s.send(status)
            while s.recv(9000)[0] != 10: pass  # until the end of the list
    except (OSError, IndexError):
        print('hung up', flush=True)
"""
RUBBISH = """
import socket, time
served = []
for tag in range(256):
    for size in (0, 1, 40, 8000, 60000):
        s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        s.connect('/run/pptp/callmgr.sock')
        s.settimeout(5)
        try:
            s.send(bytes([tag]) * (size + 1))
            while s.recv(9000): pass  # until it is hung up on
        except TimeoutError:
            served.append((tag, size + 1))
        except OSError:
            pass
print('done', served, flush=True)
time.sleep(600)
"""


def attack(net, script):
    return net.client.start("/usr/bin/python3", "-c", script, **users.IN_GROUP)


def half_open_channel():
    """With a number beyond what select() takes, so that the others' are below."""
    with lc.connected() as channel:
        return socket.socket(fileno=fcntl.fcntl(channel.fileno(), fcntl.F_DUPFD_CLOEXEC, 2000))


@contextlib.contextmanager
def half_open(host, uids, each):
    """Connections of each of the users, who say nothing."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    channels = []
    try:
        for uid in uids:
            channels += lc.as_user(host, uid, users.DIP, lambda: [half_open_channel() for _ in range(each)])
        yield channels
    finally:
        for channel in channels:
            channel.close()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def expect_newcomer_served(net, server):
    """An ordinary user, for whom no place is kept free, has a call as soon as ever."""
    start = own_time.now()
    client, call = lc.call_up(net.client, NEWCOMER, users.DIP, server)
    assert own_time.now() - start < SOON
    client.close()
    call.connection.close()


# --- too many --------------------------------------------------------------------------------------

def test_half_open_clients_of_one_user_keep_no_one_out(net, server, up):
    with half_open(net.client, [users.NOBODY], 400) as channels:
        first = [channel.recv(9000)[0] for channel in channels]
        assert (first.count(lc.WELCOME), first.count(lc.CALL_ENDED)) == (CLIENTS, 400 - CLIENTS)
        expect_served(net, server, up)
        expect_newcomer_served(net, server)
    assert net.client.syslog.text.count("too many are connected") == 1


def test_ten_thousand_half_open_clients_of_forty_users_delay_no_one(net, server, up):
    """Together they may have more places than there are."""
    [manager] = net.managers()
    start = time.monotonic()
    with half_open(net.client, range(FIRST_UID, FIRST_UID + 40), 250) as channels:
        print(f"{len(channels)} clients in {time.monotonic() - start:.2f} s")
        assert len(channels) == 10_000
        assert len(os.listdir(f"/proc/{manager}/fd")) <= PLACES + 20
        for _ in range(3):
            expect_newcomer_served(net, server)
        expect_served(net, server, up)
        assert net.client.syslog.text.count(ALL_TAKEN) == 1
    assert net.managers() == [manager]
    wait_until(lambda: len(os.listdir(f"/proc/{manager}/fd")) < 40, what="the attackers are forgotten")


def test_a_manager_with_few_descriptors_has_places_for_as_many_clients_and_no_more(net, server):
    manager = net.client.start("prlimit", "--nofile=600:600", programs.installed().callmgr, "--foreground",
                               env=net.environment())
    manager.wait_line("listens on")
    tunnel = net.dial()
    up = tunnel, server.take_call()
    with half_open(net.client, range(FIRST_UID, FIRST_UID + 4), 200):
        expect_newcomer_served(net, server)
        expect_served(net, server, up)
    assert "cannot accept" not in manager.stderr.text
    assert manager.stderr.text.count(ALL_TAKEN) == 1


@pytest.mark.parametrize("statistics", [False, True])
def test_a_user_who_floods_the_manager_is_hung_up_on_and_delays_no_one(net, server, up, statistics):
    attacker = attack(net, FLOOD.replace("STATISTICS", str(int(statistics))))
    attacker.wait_line("hung up", stream="stdout")
    expect_served(net, server, up)
    assert net.client.syslog.text.count("sends too many requests") == 1


def test_rubbish_costs_its_sender_the_connection_and_is_said_once(net, server, up):
    attacker = attack(net, RUBBISH)
    attacker.wait_line(r"done \[\]", stream="stdout")
    expect_served(net, server, up)
    assert net.client.syslog.text.count("hung up on pid") == 1


# --- another user ------------------------------------------------------------------------------------

def test_a_member_of_the_group_ends_nothing_of_another_s(net, server, up):
    client = lc.LocalClient(net.client, users.NOBODY, users.DIP)
    client.send(lc.hang_up_request(everything=True))
    assert struct.unpack("!I", client.expect(lc.LIST_END)) == (0,)
    client.send(lc.hang_up_request(up[1].client_call_id))
    assert b"only this user and root may hang it up" in client.expect(lc.CALL_ENDED)
    client.send(lc.SAMPLES[lc.TAKE_OVER])
    assert b"only root and the user who started it may take over" in client.expect(lc.CALL_ENDED)
    client.send(lc.call_request(client.network_namespace, server.address, mark=5))
    assert b"--rtmark is for root" in client.expect(lc.CALL_ENDED)
    expect_traffic(*up, 1)


def test_a_client_that_asks_for_the_status_and_leaves_takes_no_one_along(net, server, up):
    """Its own call is among what it would be told: once, the manager died of that."""
    [manager] = net.managers()
    for _ in range(20):
        client = lc.LocalClient(net.client, users.NOBODY, users.DIP)
        client.send(lc.call_request(client.network_namespace, "10.9.0.3"))  # where nobody is
        client.send(lc.SAMPLES[lc.STATUS_REQUEST])
        client.close()
    expect_served(net, server, up)
    assert net.managers() == [manager]


def test_a_member_of_the_group_cannot_lock_the_directory(net, up):
    with pytest.raises(PermissionError):
        lc.as_user(net.client, users.NOBODY, users.DIP, lambda: os.open("/run/pptp", os.O_RDONLY))
    lc.LocalClient(net.client, users.NOBODY, users.DIP)


def test_a_user_outside_the_group_is_told_who_may(net, up):
    outsider = net.dial(**users.OUTSIDE)
    outsider.expect_failure(10, "/run/pptp/callmgr.sock", "Permission denied", "in the group dip", within=3)


def test_a_user_outside_the_group_who_wants_pppd_is_told_who_may(net):
    net.client.run("install", "-m", "750", "-g", "dip", "/bin/true", "/run/lab/pppd")
    net.client.run("mount", "--bind", "/run/lab/pppd", "/usr/sbin/pppd")
    process = net.client.start(net.pptp, net.server.address, "--ppp", "pppd", "noauth", env=net.environment(),
                               **users.OUTSIDE)
    assert process.wait_exit(5 * SLOW) == 1
    for words in "/usr/sbin/pppd", "Permission denied", "in the group dip":
        assert words in process.stderr.text


def test_a_user_outside_the_group_gets_no_manager_of_his_own_instead_of_root_s(net, up):
    """Its calls could not be made: see test_gateway_trust.py."""
    own = net.client.path("/run/user/nobody")
    os.makedirs(own)
    os.chown(own, users.NOBODY, users.NOBODY)
    outsider = net.dial(**users.OUTSIDE, env={"XDG_RUNTIME_DIR": "/run/user/nobody"})
    outsider.expect_failure(10, "/run/pptp/callmgr.sock", "Permission denied", "in the group dip", within=3)
    assert os.listdir(own) == [] and len(net.managers()) == 1
