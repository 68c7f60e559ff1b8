# SPDX-License-Identifier: GPL-2.0-or-later
"""pptpctl log-level changes how much the call manager and each gateway log, at once."""
import pytest

import users
from lab import local_client as lc
from lab import programs
from lab.lines import wait_until
from lab.tunnel import SLOW
from ppp_frames import data
from traffic import expect_traffic


def log_level(net, *words, check=True, **user):
    command = net.client.start(programs.installed().pptpctl, "log-level", *map(str, words), **user)
    status = command.wait_exit(15 * SLOW)
    assert not check or status == 0, command.stderr.text
    return command


def shown(net, *words, **user):
    """{"call manager": "notice", "call 4711": "debug"}"""
    lines = log_level(net, *words, **user).stdout.all
    return {line[:13].strip(): line[13:].strip() for line in lines}


def twice(call, number):
    """A packet and its duplicate, which is a detail."""
    for _ in range(2):
        call.data.send(data(number), seq=number)
    call.data.recv_ack(number)
    return rf"discarding duplicate or old packet {number} "


def test_it_is_shown_and_set_for_all_at_once(net, up):
    _, call = up
    both = {"call manager", f"call {call.client_call_id}"}
    assert shown(net) == dict.fromkeys(both, "notice")
    assert shown(net, "debug") == dict.fromkeys(both, "debug")
    assert shown(net) == dict.fromkeys(both, "debug")
    net.client.syslog.wait(twice(call, 0))
    assert shown(net, "warning") == dict.fromkeys(both, "warning")
    detail = twice(call, 1)
    shown(net, "debug", call.client_call_id)
    net.client.syslog.wait("log level: warning -> debug")
    assert not net.client.syslog.find(detail)


def test_one_call_s_gateway_alone(net, server):
    tunnels = [net.dial(), net.dial()]
    calls = [server.take_call() for _ in tunnels]
    first, second = (f"call {call.client_call_id}" for call in calls)
    assert shown(net, "debug", calls[0].client_call_id) == {first: "debug"}
    assert shown(net) == {"call manager": "notice", first: "debug", second: "notice"}
    assert shown(net, calls[1].client_call_id) == {second: "notice"}


def test_before_the_call_is_up_as_well(net, server):
    net.dial("--loglevel", "0")
    server.establish()
    [connection] = net.status()["connections"]
    call = connection["calls"][0]["call_id"]
    assert shown(net, call) == {f"call {call}": "warning"}
    assert shown(net, "debug", call) == {f"call {call}": "debug"}


def test_the_change_itself_is_in_the_log(net, up):
    log_level(net, "error")
    changes = "log level: notice -> error"
    wait_until(lambda: sum(changes in line for line in net.client.syslog.all) == 2, what=changes)


def test_the_next_manager_logs_as_much(net, server, manager):
    net.dial()
    server.take_call()
    log_level(net, "debug")
    net.manager("--take-over").wait_line("took over")
    assert set(shown(net).values()) == {"debug"}


def test_a_user_has_his_own_call_and_not_the_manager(net, up):
    _, call = up
    assert shown(net, **users.IN_GROUP) == {}
    for words, why in ((("debug",), "name one of your calls"),
                       (("debug", call.client_call_id), "only this user and root may change its log level"),
                       ((call.client_call_id,), "only this user and root may ask for its log level")):
        refused = log_level(net, *words, check=False, **users.IN_GROUP)
        assert refused.status == 1 and why in refused.stderr.text
    assert set(shown(net).values()) == {"notice"}


def test_a_user_sets_his_own(net, server, manager):
    net.dial(**users.IN_GROUP)
    call = server.take_call().client_call_id
    assert shown(net, "debug", call, **users.IN_GROUP) == {f"call {call}": "debug"}
    assert shown(net, **users.IN_GROUP) == {f"call {call}": "debug"}


def test_being_asked_costs_a_user_nothing(net, server, manager):
    """More often than he might send records himself (callmgr/manager/quotas.hh)."""
    tunnel = net.dial(**users.IN_GROUP)
    call = net.wait_up(server.take_call())
    root = lc.LocalClient(net.client, 0, 0)
    asked = [lc.LOG_LEVEL_INFO, lc.LIST_END, lc.LOG_LEVEL_INFO]  # the manager's, and the gateway's
    for _ in range(100):
        for _ in range(30):
            root.send(lc.SAMPLES[lc.LOG_LEVEL_REQUEST])
        assert sorted(root.receive()[0] for _ in range(90)) == sorted(asked * 30)
    root.close()
    expect_traffic(tunnel, call, 1)


@pytest.mark.parametrize("words, said", [
    (("loud",), "takes error, warning, notice, debug and a call id, not 'loud'"),
    (("debgu",), "did you mean 'debug'?"),
    (("debug", "notice"), "not 'notice'"),
    (("99999",), "not '99999'"),
    (("debug", "1", "2"), "not '2'")])
def test_what_is_no_level_is_wrong_usage(net, words, said):
    refused = log_level(net, *words, check=False)
    assert refused.status == 2 and said in refused.stderr.text


def test_no_such_call_is_said(net, up):
    refused = log_level(net, "debug", up[1].client_call_id ^ 1, check=False)
    assert refused.status == 1 and "no such call" in refused.stderr.text
