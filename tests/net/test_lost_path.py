# SPDX-License-Identifier: GPL-2.0-or-later
"""The network of this host moves, or the host sleeps: a call goes on if its own address survives, and
otherwise ends within seconds and says why."""
import re
import time

import pytest

import over_ipv6
from lab import programs
from lab.tunnel import SLOW
from lab.wire import EchoRequest
from traffic import expect_traffic, passes_again

WITHIN = 8.0  # s, from the loss of the address to the end of the call
SHORT_WAIT = 4.0  # s, as kAnswersOnBrokenPath in callmgr/control/control_link.cc says
TWO_HOURS = 7200  # s


class Path:
    """The client's address, and a tunnel from it with its call."""

    def __init__(self, net, server, own, length, *options):
        self.net, self.own, self.length = net, own, length
        self.tunnel = net.dial(*options, server=server.address)
        self.call = net.wait_up(server.take_call())
        expect_traffic(self.tunnel, self.call)

    def address(self, action, address=None):
        nodad = ["nodad"] if action == "add" and ":" in self.own else []
        self.net.client.ip("address", action, f"{address or self.own}/{self.length}", "dev", "eth0", *nodad)

    def lives(self, seconds):
        """The call goes on for this long, while the server answers."""
        self.call.connection.expect_nothing(seconds)
        passes_again(self.tunnel, self.call)

    def ends(self, words):
        ends(self.tunnel, words)


def ends(tunnel, words):
    """The last line says why. Before it, there may be one about a packet that could not be sent."""
    assert tunnel.wait_exit(WITHIN) == 8
    assert re.search(words, tunnel.errors[-1]), tunnel.errors


@pytest.fixture(params=["IPv4", "IPv6"])
def path(request, net):
    if request.param == "IPv4":
        return Path(net, request.getfixturevalue("server"), "10.9.0.1", 24)
    request.getfixturevalue("net6")
    return Path(net, request.getfixturevalue("server6"), over_ipv6.CLIENT, 64)


# --- the address is gone --------------------------------------------------------------------------

def test_a_call_whose_address_is_removed_for_good_ends_and_says_so(path):
    path.address("del")
    path.ends(f"this host has lost the address {path.own}")


def test_a_call_whose_address_changes_ends_and_the_next_one_has_the_new_address(net, server):
    path = Path(net, server, "10.9.0.1", 24)
    path.address("del")
    path.address("add", "10.9.0.77")
    path.ends("this host has lost the address 10.9.0.1")
    net.dial()
    assert server.take_call().connection.client == "10.9.0.77"


def test_a_call_whose_interface_goes_down_for_good_ends_and_says_why(path):
    path.net.client.link_down("eth0")
    path.ends(f"this host has (lost the address|no way to it from) {path.own}")


def test_a_call_whose_route_is_removed_for_good_ends_and_says_why(net, far):
    path = Path(net, far, "10.9.0.1", 24, "--nohostroute")
    net.client.ip("route", "del", "default")
    path.ends(r"this host has no way to it from 10\.9\.0\.1 any more: Network is unreachable")


def test_the_address_counts_even_if_the_server_is_never_asked(net, server):
    path = Path(net, server, "10.9.0.1", 24, "--idle-wait", "0")
    path.address("del")
    path.ends("this host has lost the address 10.9.0.1")


# --- the address survives -------------------------------------------------------------------------

def test_a_call_survives_the_renewal_of_its_address(path):
    path.address("del")
    path.address("add")
    path.lives(SHORT_WAIT + 0.5)


def test_a_call_survives_if_its_address_comes_back_before_the_short_wait_is_over(path):
    path.address("del")
    path.net.client.syslog.wait("this host cannot send from", WITHIN * SLOW)
    time.sleep(1)
    path.address("add")
    path.lives(SHORT_WAIT)


def test_a_call_survives_an_interface_that_goes_down_and_up(net, server):
    path = Path(net, server, "10.9.0.1", 24)
    net.client.link_down("eth0")
    net.client.link_up("eth0")
    path.lives(SHORT_WAIT + 0.5)


def test_a_call_survives_a_cable_that_is_out_for_some_seconds(path):
    path.net.server.link_down("eth0")
    time.sleep(SHORT_WAIT + 1)
    path.net.server.link_up("eth0")
    if ":" in path.own:  # the server's interface has lost its address, and has it again
        path.net.server.ip("address", "replace", f"{over_ipv6.SERVER}/64", "dev", "eth0", "nodad")
    path.lives(0.5)


def test_other_calls_do_not_notice_what_happens_to_one_address(net, server):
    net.client.ip("address", "add", "10.9.0.88/24", "dev", "eth0")
    path = Path(net, server, "10.9.0.1", 24)
    other = net.dial("--localbind", "10.9.0.88")
    other_call = net.wait_up(server.take_call())
    net.client.ip("address", "del", "10.9.0.88/24", "dev", "eth0")
    ends(other, r"lost the address 10\.9\.0\.88")
    expect_traffic(path.tunnel, path.call)
    assert other_call.connection.client == "10.9.0.88"


# --- the host slept -------------------------------------------------------------------------------

@pytest.fixture
def slept(net, server, manager):
    """A tunnel of a host whose boot clock jumps, as after a sleep: that of the next manager does."""
    tunnel = net.dial()
    call = net.wait_up(server.take_call())
    call.connection.answer_echoes = False
    new = net.client.start("unshare", "--time", "--boottime", TWO_HOURS, "--fork", "--kill-child",
                           programs.installed().callmgr, "--foreground", "--take-over", env=net.environment())
    new.wait_line("took over")
    return tunnel, call


def test_after_a_sleep_the_server_is_asked_at_once_and_the_call_goes_on(net, slept):
    tunnel, call = slept
    call.connection.expect(EchoRequest, 2 * SLOW)  # and not after the 60 s of the idle wait
    expect_traffic(tunnel, call)
    [connection] = net.status()["connections"]
    assert connection["age_seconds"] >= TWO_HOURS
