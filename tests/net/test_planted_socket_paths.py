# SPDX-License-Identifier: GPL-2.0-or-later
"""Something is in the place of the manager's socket before a manager runs. A manager replaces what an earlier
manager left. It leaves anything else as it is, follows no link, and logs what it found.
"""
import os
import socket
import stat

import pytest

import users
from lab import local_client as lc
from lab.tunnel import SLOW
from lab.wire import StartControlConnectionReply, StartControlConnectionRequest
from traffic import expect_traffic

PATH = lc.MANAGER_SOCKET
VICTIM = "/run/lab/victim"
STRANGER = 4321


class Place:
    """The directory of the manager's socket, in which the user `uid` has put something."""

    def __init__(self, host, uid):
        self.host, self.uid = host, uid
        os.makedirs(host.path("/run/pptp"))
        os.chmod(host.path("/run/pptp"), 0o777)
        host.write_file(VICTIM, "precious\n", mode=0o600)

    def as_owner(self, function):
        return lc.as_user(self.host, self.uid, self.uid, function)

    def listen(self, path=PATH, backlog=5):
        def body():
            listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
            listener.bind(path)
            os.chmod(path, 0o777)
            listener.listen(backlog)
            return listener
        return self.as_owner(body)

    def look(self):
        """Everything that must stay unchanged."""
        found = [os.lstat(self.host.path(path)) for path in (PATH, VICTIM)]
        return [(info.st_ino, info.st_mode, info.st_uid, info.st_gid, info.st_size) for info in found]


def a_file(place):
    place.as_owner(lambda: os.close(os.open(PATH, os.O_CREAT | os.O_WRONLY, 0o666)))
    return "a file"


def a_directory(place):
    place.as_owner(lambda: os.mkdir(PATH))
    return "a directory"


def a_link_to_a_file(place):
    place.as_owner(lambda: os.symlink(VICTIM, PATH))
    return "a symbolic link"


def a_link_to_nothing(place):
    place.as_owner(lambda: os.symlink("/run/lab/nothing", PATH))
    return "a symbolic link"


def a_stale_socket(place):
    place.listen().close()
    return "a socket"


PLANTS = (a_file, a_directory, a_link_to_a_file, a_link_to_nothing, a_stale_socket)


@pytest.mark.parametrize("plant", PLANTS)
def test_what_a_stranger_has_put_in_the_socket_s_place_stays_and_is_named(net, plant):
    place = Place(net.client, STRANGER)
    words = plant(place), f"of uid {STRANGER}"
    before = place.look()
    net.dial().expect_failure(10, f"replace {PATH}", *words, within=3)
    manager = net.manager()
    assert manager.wait_exit(5 * SLOW) == 1
    for word in words:
        assert word in manager.stderr.text
    assert place.look() == before
    assert not os.path.exists(net.client.path("/run/lab/nothing"))
    assert not net.managers()


@pytest.mark.parametrize("linked", [False, True])
def test_a_stranger_who_listens_there_is_told_nothing(net, linked):
    place = Place(net.client, STRANGER)
    if linked:
        os.chmod(net.client.path("/run/lab"), 0o777)
        listener = place.listen("/run/lab/stranger.sock")
        place.as_owner(lambda: os.symlink("/run/lab/stranger.sock", PATH))
    else:
        listener = place.listen()
    before = place.look()
    net.dial().expect_failure(10, PATH, f"trust uid {STRANGER}, which listens there", within=3)
    listener.settimeout(5)
    assert listener.accept()[0].recv(9000) == b""
    manager = net.manager()
    assert manager.wait_exit(5 * SLOW) == 1
    assert place.look() == before
    listener.close()


@pytest.mark.parametrize("owner", [0, users.PPTP])
def test_a_socket_that_a_manager_has_left_is_replaced(net, server, owner):
    users.add_pptp(net.client)
    place = Place(net.client, owner)
    a_stale_socket(place)
    tunnel = net.dial()
    expect_traffic(tunnel, server.take_call(), 1)
    assert stat.S_ISSOCK(os.lstat(net.client.path(PATH)).st_mode)


@pytest.mark.parametrize("stale", [False, True])
@pytest.mark.parametrize("clients", [2, 20])
def test_clients_at_the_same_moment_get_one_manager_and_a_tunnel_each(net, server, clients, stale):
    if stale:
        a_stale_socket(Place(net.client, 0))
    tunnels = [net.dial() for _ in range(clients)]
    connections = [server.accept() for _ in tunnels]
    calls = []
    for connection in connections:
        connection.expect(StartControlConnectionRequest)
        connection.send(StartControlConnectionReply())
        calls.append(server.answer_call(connection))
    assert len({call.client_call_id for call in calls}) == clients
    assert len(net.managers()) == 1
    assert net.client.syslog.text.count("listens on") == 1
    assert len(net.status()["connections"]) == clients
