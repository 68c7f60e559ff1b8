# SPDX-License-Identifier: GPL-2.0-or-later
"""Who sees a call."""
import json

import users
from lab import programs
from lab.tunnel import SLOW
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
    for words, wanted in ((("hangup", number), "hang up"), (("hangup", net.server.address), "hang up"),
                          (("capture", number, "-"), "capture"),
                          (("log-level", "debug", number), "change the log level of")):
        process, status = ctl(net, *words, **MEMBER)
        assert status == 1
        assert (f"you may see call {number}, which belongs to uid 0, but only this user and root may {wanted} it"
                in process.stderr.text)
    process, status = ctl(net, "hangup", "--all", **MEMBER)
    assert (status, process.stdout.text) == (0, "0 calls hung up\n")
    expect_traffic(*up)


def test_a_user_outside_the_group_sees_nothing_of_it_even_if_the_socket_is_open_to_all(net, up):
    net.client.run("chmod", "711", "/run/pptp")
    net.client.run("chmod", "666", "/run/pptp/callmgr.sock")
    assert calls(net, **OUTSIDE) == []
    number = up[1].client_call_id
    for unknown in number, number ^ 1:
        process, status = ctl(net, "hangup", unknown, **OUTSIDE)
        assert (status, process.stdout.text) == (1, "0 calls hung up\n")
        process, status = ctl(net, "log-level", "debug", unknown, **OUTSIDE)
        assert status == 1 and "you have no such call" in process.stderr.text
    expect_traffic(*up)
