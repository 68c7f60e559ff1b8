# SPDX-License-Identifier: GPL-2.0-or-later
"""A take-over is a transaction. If the new call manager fails at any step, the old one goes on with all calls."""
import array
import os
import signal
import socket
import struct

import pytest

import users
from fake_manager import PLACE
from lab import local_client as lc
from lab import programs
from lab.lines import wait_until
from lab.tunnel import SLOW, expect_clean
from lab.wire import EchoReply, EchoRequest
from traffic import expect_traffic

MOST_IN_BATCH = 200  # descriptors, as callmgr/manager/descriptor_passing.hh says
GOES_ON = "this call manager goes on"


class Taker(lc.LocalClient):
    """What pptp-callmgr --take-over does, step by step. It closes what it is given."""

    def __init__(self, net):
        super().__init__(net.client, 0, 0)
        self.given = 0

    def take_batch(self):
        """Asks for the next batch. True if it was the last one."""
        self.send(lc.take_over())
        octets, control, _, _ = self.socket.recvmsg(9000, socket.CMSG_SPACE(253 * 4))
        assert octets[0] == lc.HAND_OVER
        for _, _, rights in control:
            descriptors = array.array("i", rights)
            self.given += len(descriptors)
            for fd in descriptors:
                os.close(fd)
        return self.given == struct.unpack("!I", octets[1:])[0]

    def take_all(self):
        while not self.take_batch():
            pass


def asks_and_dies(taker):
    taker.send(lc.take_over())


def takes_some_descriptors(taker):
    assert not taker.take_batch()
    assert taker.given == MOST_IN_BATCH


def takes_the_image(taker):
    taker.take_all()


def refuses_the_image(taker):
    taker.take_all()
    taker.send(lc.SAMPLES[lc.CALL_ENDED])


def says_nonsense_in_place_of_taken(taker):
    taker.take_all()
    taker.send(b"\xff\xff")


STEPS = (asks_and_dies, takes_some_descriptors, takes_the_image, refuses_the_image,
         says_nonsense_in_place_of_taken)


def expect_all_goes_on(net, up, manager):
    tunnel, call = up
    assert manager.running
    assert net.client.routes(), "the host route is still there"
    [connection] = net.status()["connections"]
    assert connection["host_route"]
    call.connection.send(EchoRequest(identifier=5))
    assert call.connection.expect(EchoReply).identifier == 5
    expect_traffic(tunnel, call, 7)


def expect_taken_over(net, old):
    new = net.manager("--take-over")
    new.wait_line("took over")
    assert old.wait_exit(2 * SLOW) == 0
    return new


def end(net, up, manager):
    tunnel, call = up
    tunnel.pty.close()
    call.expect_hang_up()
    manager.signal(signal.SIGTERM)
    assert manager.wait_exit(2 * SLOW) == 0
    expect_clean(net.client, manager=True)


@pytest.fixture
def many(net, manager):
    """So many clients that their descriptors take several batches."""
    clients = [lc.LocalClient(net.client, users.NOBODY, users.DIP) for _ in range(MOST_IN_BATCH + 10)]
    yield clients
    for client in clients:
        client.close()


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_if_the_taker_dies_at_a_step_the_manager_goes_on_and_the_next_taker_gets_all(net, server, manager, request, step):
    if step is takes_some_descriptors:
        request.getfixturevalue("many")
    up = net.dial(), server.take_call()
    expect_traffic(*up, 1)
    taker = Taker(net)
    step(taker)
    taker.close()
    if step is not takes_some_descriptors:  # it serves everybody meanwhile, and needs no word
        net.client.syslog.wait(f"did not take over: .*{GOES_ON}")
    expect_all_goes_on(net, up, manager)
    new = expect_taken_over(net, manager)
    expect_all_goes_on(net, up, new)
    end(net, up, new)


def test_a_taker_that_has_everything_and_says_nothing_is_given_up_and_cannot_say_it_later(net, server, manager):
    up = net.dial(), server.take_call()
    taker = Taker(net)
    taker.take_all()
    up[1].connection.send(EchoRequest(identifier=9))
    net.client.syslog.wait(f"wait until it has taken everything: Connection timed out; {GOES_ON}")
    assert up[1].connection.expect(EchoReply).identifier == 9  # what came meanwhile is not lost
    with pytest.raises(BrokenPipeError):
        taker.send(lc.SAMPLES[lc.TAKEN])
    taker.close()
    expect_all_goes_on(net, up, manager)
    end(net, up, manager)


def test_the_manager_that_is_left_goes_only_after_the_taker_has_everything(net, server, manager):
    net.dial()
    server.take_call()
    taker = Taker(net)
    taker.take_all()
    assert manager.running
    taker.send(lc.SAMPLES[lc.TAKEN])
    assert manager.wait_exit(5 * SLOW) == 0
    taker.close()


def test_a_real_taker_that_is_killed_while_it_waits_changes_nothing(net, server, manager):
    up = net.dial(), server.take_call()
    manager.signal(signal.SIGSTOP)
    new = net.manager("--take-over")
    wait_until(lambda: len(net.managers()) == 2, what="the new manager runs")
    new.kill()
    manager.signal(signal.SIGCONT)
    expect_all_goes_on(net, up, manager)
    end(net, up, manager)


def test_if_the_next_manager_is_killed_after_it_has_everything_no_route_is_left(net, server, manager):
    tunnel = net.dial()
    call = server.take_call()
    expect_traffic(tunnel, call, 1)
    new = expect_taken_over(net, manager)
    new.kill()
    assert tunnel.wait_exit(5 * SLOW) == 10
    wait_until(lambda: not [r for r in net.client.routes() if "proto 47" in str(r)])
    expect_clean(net.client)


# --- another release -----------------------------------------------------------------------------

@pytest.mark.parametrize("question, reads", [
    (lc.take_over(lc.IMAGE_VERSION + 1, lc.IMAGE_VERSION + 2), b"versions 4 to 5"),
    (lc.take_over(1, 1), b"version 1"), (lc.SAMPLES[lc.EARLY_TAKE_OVER], b"versions 1 to 2")],
    ids=["newer", "older", "early"])
def test_a_taker_that_cannot_read_the_image_is_refused_before_it_gets_anything(net, server, manager, question, reads):
    up = net.dial(), server.take_call()
    taker = lc.LocalClient(net.client, 0, 0)
    taker.send(question)
    octets, control, _, _ = taker.socket.recvmsg(9000, socket.CMSG_SPACE(253 * 4))
    assert octets[0] == lc.CALL_ENDED and not control
    assert b"the other one reads " + reads in octets and b"pptpctl hangup --all" in octets
    net.client.syslog.wait("does not take over: this call manager hands its calls over in version")
    expect_all_goes_on(net, up, manager)
    taker.close()


def test_a_taker_of_a_later_release_that_still_reads_the_image_is_served(net, server, manager):
    net.dial()
    server.take_call()
    taker = lc.LocalClient(net.client, 0, 0)
    taker.send(lc.take_over(1, lc.IMAGE_VERSION + 4))
    taker.expect(lc.HAND_OVER)
    taker.close()
    net.client.syslog.wait(GOES_ON)


def test_a_manager_of_an_early_release_that_knows_no_such_request_is_left_alone(net):
    """It hangs up on whoever sends a record that it does not know."""
    path = net.client.path(PLACE)
    os.makedirs(os.path.dirname(path))
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.settimeout(10 * SLOW)
        listener.bind(path)
        listener.listen()
        new = net.client.start(programs.installed().callmgr, "--take-over", "--foreground",
                               env={**net.environment(), "PPTP_CALLMGR_SOCKET": PLACE})
        channel, _ = listener.accept()
        channel.send(lc.SAMPLES[lc.WELCOME])
        assert channel.recv(9000) == lc.take_over()
        channel.close()
        assert new.wait_exit(5 * SLOW) == 1
    assert "an early release cannot hand its calls to this one" in new.stderr.text
