# SPDX-License-Identifier: GPL-2.0-or-later
"""Users of this host who mean no good: nothing gained, nobody delayed, said in the log once."""
import grp
import os
import time

import pytest

from lab.lines import wait_until
from lab.tunnel import SLOW
from ppp_frames import data

NOBODY = 65534
CLIENTS = 256  # of one user, as callmgr/quotas.hh says
SOON = 1.0 * SLOW

CONNECT = """
import socket, sys, time
def connect():
    s = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    s.connect('/run/pptp/callmgr.sock')
    return s
"""
HALF_OPEN = CONNECT + """
clients = [connect() for _ in range(400)]
first = [s.recv(9000)[0] for s in clients]  # the tag of the first record
print('tags', sorted((tag, first.count(tag)) for tag in set(first)), flush=True)
time.sleep(600)
"""
WELCOME, CALL_ENDED = 12, 5
FLOOD = CONNECT + """
status = bytes([7, 0, 1])
while True:
    s = connect()
    try:
        while True:
            s.send(status)
            while s.recv(9000)[0] != 10: pass  # until the end of the list
    except (OSError, IndexError):
        print('hung up', flush=True)
"""
RUBBISH = CONNECT + """
import array, os
for tag in range(256):
    for size in (0, 1, 40, 8000, 60000):
        s = connect()
        s.send(bytes([tag]) * (size + 1))
for tag in (3, 6, 7, 11):  # what is a client's to send, out of order, with a descriptor
    s = connect()
    rights = [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array('i', [0, 1, 2]))]
    s.sendmsg([bytes([tag, 0, 1]) + bytes(8)], rights)
print('done', flush=True)
time.sleep(600)
"""


@pytest.fixture
def up(net, server):
    tunnel = net.dial()
    return tunnel, server.take_call()


def attack(net, script):
    return net.client.start("/usr/bin/python3", "-c", script, user=NOBODY, group=grp.getgrnam("dip").gr_gid,
                            extra_groups=[])


def files_of(pid):
    names = [os.readlink(f"/proc/{pid}/fd/{fd}") for fd in os.listdir(f"/proc/{pid}/fd")]
    return sorted(name for name in names if not name.startswith("socket:"))


def expect_served(net, server, up):
    """Another user's new call is up soon, and the one that was up goes on."""
    start = time.monotonic()
    other = net.dial()
    call = server.take_call()
    assert time.monotonic() - start < 2 * SOON
    for tunnel, its in ((other, call), up):
        tunnel.pty.send(data(1))
        assert its.data.recv_data().gre.payload == data(1)


def test_half_open_clients_of_one_user_keep_no_one_out(net, server, up):
    attacker = attack(net, HALF_OPEN)
    tags = attacker.wait_line("tags.*", 10 * SLOW, stream="stdout")[0]
    assert f"({CALL_ENDED}, {400 - CLIENTS}), ({WELCOME}, {CLIENTS})" in tags
    expect_served(net, server, up)
    assert net.client.syslog.text.count("too many are connected") == 1


def test_a_user_who_floods_the_manager_is_hung_up_on_and_delays_no_one(net, server, up):
    attacker = attack(net, FLOOD)
    attacker.wait_line("hung up", 10 * SLOW, stream="stdout")
    expect_served(net, server, up)
    assert net.client.syslog.text.count("sends too many requests") == 1


def test_rubbish_and_records_out_of_order_cost_their_sender_the_connection(net, server, up):
    [manager] = net.managers()
    before = files_of(manager)
    attacker = attack(net, RUBBISH)
    attacker.wait_line("done", 20 * SLOW, stream="stdout")
    expect_served(net, server, up)
    assert files_of(manager) == before, "a descriptor that was passed unasked"


def test_a_member_of_the_group_cannot_lock_the_directory(net, up):
    lock = "import os; os.open('/run/pptp', os.O_RDONLY)"
    attacker = attack(net, lock)
    assert attacker.wait_exit(5 * SLOW) == 1
    assert "PermissionError" in attacker.stderr.text
    assert attack(net, CONNECT + "connect()").wait_exit(5 * SLOW) == 0


def test_a_user_outside_the_group_is_told_who_may(net, up):
    outsider = net.dial(user=NOBODY, group=NOBODY, extra_groups=[])
    outsider.expect_failure(10, "/run/pptp/callmgr.sock", "Permission denied", "in the group dip", within=3)


def test_a_user_outside_the_group_has_a_manager_of_his_own_beside_root_s(net, up):
    own = net.client.path("/run/user/nobody")
    os.makedirs(own)
    os.chown(own, NOBODY, NOBODY)
    tunnel = net.dial(user=NOBODY, group=NOBODY, extra_groups=[], env={"XDG_RUNTIME_DIR": "/run/user/nobody"})
    wait_until(lambda: os.path.exists(f"{own}/pptp/callmgr.sock"), 5 * SLOW)
    tunnel.close()
