# SPDX-License-Identifier: GPL-2.0-or-later
"""How statistics come from the gateways to a client that asks the manager.

They come soon, and only to clients that may see them, even if a gateway, a manager or the client ends.
"""
import contextlib
import os
import resource
import signal
import statistics
import threading
import time

import pytest

import users
from fake_manager import FakeManager
from lab import local_client as lc
from lab import own_time
from lab import programs
from lab.lines import wait_until
from lab.tunnel import SLOW
from ppp_frames import data
from traffic import expect_traffic

PATIENCE = 0.2  # s: callmgr/manager/questions.hh
FRESH = 0.1
MANY, AIM = 200, 0.05  # s for the list of them
SOMEBODY, SOMEBODY_ELSE = 4321, 4322


@contextlib.contextmanager
def stopped(pid):
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def calls_of(status):
    return [call for connection in status["connections"] for call in connection["calls"]]


def timed(function):
    start = own_time.now()
    result = function()
    return result, own_time.now() - start


def status_request(with_statistics=True):
    return lc.SAMPLES[lc.STATUS_REQUEST][:-1] + bytes([with_statistics])


def answer(client):
    """The tags of an answer, and when it was complete."""
    tags = []
    while tags[-1:] != [lc.LIST_END]:
        tags.append(client.receive()[0])
    return tags, own_time.now()


def without_statistics(status):
    return [call["pid"] for call in calls_of(status) if call["statistics"] is None]


# --- a gateway that does not answer ---------------------------------------------------------------

def test_a_gateway_that_is_stopped_delays_nobody_and_its_statistics_are_missing(net, server):
    tunnels = [net.dial() for _ in range(3)]
    for _ in tunnels:
        net.wait_up(server.take_call())
    wait_until(lambda: all(call["statistics"] for call in calls_of(net.status())))
    with stopped(tunnels[1].process.pid):
        time.sleep(2 * FRESH)  # what it said before is not fresh any more
        for _ in range(5):
            status, took = timed(net.status)
            assert took < (PATIENCE + 0.5) * SLOW
            assert {tunnels[1].process.pid, tunnels[1].process.inner_pid} & set(without_statistics(status))
        # Another gateway, too, may get no processor in time.
        wait_until(lambda: len(without_statistics(net.status())) == 1, what="only its statistics are missing")
        wait_until(lambda: ["0B" in line for line in net.client.run(programs.installed().pptpctl).stdout.splitlines()[1:]]
                   .count(False) == 1, what="in the table as well")
    wait_until(lambda: all(call["statistics"] for call in calls_of(net.status())))


def test_many_who_ask_at_once_are_all_answered_in_time(net, server, up):
    net.dial()
    net.wait_up(server.take_call())
    with stopped(up[0].process.pid):
        time.sleep(2 * FRESH)
        clients = [lc.LocalClient(net.client, 0, 0) for _ in range(50)]
        start = own_time.now()
        for client in clients:
            client.send(status_request())
        for client in clients:
            tags, at = answer(client)
            assert tags.count(lc.CALL_INFO) == 2 and tags.count(lc.CALL_STATISTICS) == 1
            assert at - start < (PATIENCE + 0.5) * SLOW
            client.close()
    expect_traffic(*up, 1)


def test_what_an_asker_sends_while_he_waits_is_read_afterwards(net, up):
    client = lc.LocalClient(net.client, 0, 0)
    with stopped(up[0].process.pid):
        time.sleep(2 * FRESH)
        client.send(status_request())
        client.send(status_request(with_statistics=False))
        assert answer(client)[0] == [lc.CONNECTION_INFO, lc.CALL_INFO, lc.LIST_END]
        assert answer(client)[0] == [lc.CONNECTION_INFO, lc.CALL_INFO, lc.LIST_END]
    client.close()


def test_an_asker_who_goes_away_leaves_nothing(net, up):
    [manager] = net.managers()
    before = len(os.listdir(f"/proc/{manager}/fd"))
    with stopped(up[0].process.pid):
        time.sleep(2 * FRESH)
        for _ in range(20):
            client = lc.LocalClient(net.client, 0, 0)
            client.send(status_request())
            client.close()
        wait_until(lambda: len(os.listdir(f"/proc/{manager}/fd")) == before)
    expect_traffic(*up, 1)


def test_a_manager_that_hands_over_answers_who_still_waits(net, server, manager):
    tunnel = net.dial()
    call = net.wait_up(server.take_call())
    client = lc.LocalClient(net.client, 0, 0)
    with stopped(tunnel.process.pid):
        client.send(status_request())
        new = net.manager("--take-over")
        assert answer(client)[0] == [lc.CONNECTION_INFO, lc.CALL_INFO, lc.LIST_END]
        new.wait_line("took over")
    client.send(status_request())
    wait_until(lambda: calls_of(net.status())[0]["statistics"])
    client.close()
    expect_traffic(tunnel, call, 1)


# --- whom they concern ----------------------------------------------------------------------------

def test_another_user_sees_only_his_own_and_disturbs_no_other_gateway(net, server, up):
    """Users outside the group dip, at a socket that is open to all."""
    net.client.run("chmod", "711", "/run/pptp")
    net.client.run("chmod", "666", "/run/pptp/callmgr.sock")
    mine, _ = lc.call_up(net.client, SOMEBODY, SOMEBODY, server)
    asker = lc.LocalClient(net.client, SOMEBODY_ELSE, SOMEBODY_ELSE)
    asker.send(status_request())
    assert answer(asker)[0] == [lc.LIST_END]
    assert mine.is_silent(0.1)
    asker.close()
    own = lc.LocalClient(net.client, SOMEBODY, SOMEBODY)
    own.send(status_request())
    mine.expect(lc.STATISTICS_REQUEST)
    mine.send(lc.SAMPLES[lc.CALL_STATISTICS])
    assert answer(own)[0] == [lc.CONNECTION_INFO, lc.CALL_INFO, lc.CALL_STATISTICS, lc.LIST_END]
    own.close()
    mine.close()


def test_a_user_who_is_asked_often_pays_nothing_for_it(net, server, up):
    """The operator's curiosity cannot use up what a user may send."""
    mine, _ = lc.call_up(net.client, SOMEBODY, users.DIP, server)

    def gateway():
        while mine.receive()[0] == lc.STATISTICS_REQUEST:
            mine.send(lc.SAMPLES[lc.CALL_STATISTICS])
    thread = threading.Thread(target=gateway, daemon=True)
    thread.start()
    operator = lc.LocalClient(net.client, 0, 0)
    for _ in range(1500):
        operator.send(status_request())
        assert lc.CALL_STATISTICS in answer(operator)[0]
    operator.close()
    assert len(calls_of(net.status())) == 2
    mine.socket.shutdown(2)
    thread.join(5 * SLOW)
    mine.close()


# --- a manager that is newer than the gateway, or says rubbish ------------------------------------

def test_a_gateway_goes_on_when_its_manager_says_what_it_does_not_know(net, server):
    with FakeManager(net, server) as manager:
        tunnel = manager.dial()
        manager.send(bytes([200]) + b"from the future")
        manager.send(bytes([201]))
        manager.send(lc.SAMPLES[lc.STATISTICS_REQUEST])
        tag, body = manager.receive()
        assert tag == lc.CALL_STATISTICS and body[8] == 41
        tunnel.pty.send(data(1))
        manager.data.recv_data()
        net.client.syslog.wait("does not know")
        assert len(net.client.syslog.find("does not know")) == 1


def test_a_message_that_it_knows_and_that_is_malformed_ends_the_call(net, server):
    with FakeManager(net, server) as manager:
        tunnel = manager.dial()
        manager.send(lc.SAMPLES[lc.STATISTICS_REQUEST] + b"?")
        assert tunnel.wait_exit(2) == 1
        assert "receive from the call manager" in tunnel.errors[0]


# --- many -----------------------------------------------------------------------------------------

def dial_many(net, server, count, at_once=8):
    for number in range(count + at_once):
        if number < count:
            net.dial()
        if number >= at_once:
            server.take_call()


def processor_time(pids):
    """Seconds that these processes, and the children that have ended, have had on a processor."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/schedstat", encoding="ascii") as schedstat:
            total += int(schedstat.read().split()[0]) / 1e9
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    return total + ended.ru_utime + ended.ru_stime


def list_often(net, times=11):
    """The medians of how long a list takes, and of the processor time of all that have a part in it. A list does not count
    if a gateway got no processor in time to be in it with its statistics."""
    pids, lists, attempts = list(net.client.running()), [], 0
    while len(lists) < times:
        attempts += 1
        time.sleep(2 * FRESH)  # so that every gateway is asked
        before = processor_time(pids)
        shown, took = timed(lambda: net.client.run(programs.installed().pptpctl).stdout)
        assert len(shown.splitlines()) == 1 + MANY and attempts < 5 * times
        if shown.count(" 0B ") == 2 * MANY:
            lists.append((took, processor_time(pids) - before))
    for name, values in zip(("listed in ms", "processor, ms"), zip(*lists)):
        print(f"{name}: " + " ".join(f"{1000 * value:.1f}" for value in sorted(values)))
    return [statistics.median(values) for values in zip(*lists)]


@pytest.mark.ordinary_build  # a measurement
def test_two_hundred_calls_are_listed_with_their_statistics_in_fifty_milliseconds(net, server):
    _, took = timed(lambda: dial_many(net, server, MANY))
    print(f"{MANY} calls set up in {took:.1f} s")
    wait_until(lambda: all(call["statistics"] for call in calls_of(net.status())))
    took, processor = list_often(net)
    # Where others keep the machine busy: as much as one processor would need for all of it.
    assert took < AIM or processor < AIM
