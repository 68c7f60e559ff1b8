# SPDX-License-Identifier: GPL-2.0-or-later
"""Calls with only what a container has.

That is few capabilities, no gain by exec, a user namespace with one user, no log, and an end without
warning. doc/containers.md says what follows from this. tests/vm/test_ppp_container.py tests what pppd
needs in addition.
"""
import json
import os
import re

import pytest

import users
from lab import programs
from lab.pptpd import start_pptpd
from lab.pty import Pty
from lab.tunnel import SLOW, Tunnel
from lab.wire import CallClearRequest, StopControlConnectionRequest

FEW = "net_raw"
USUAL = "chown,dac_override,fowner,fsetid,kill,net_raw,setgid,setpcap,setuid"  # of docker's default
AS_MEMBER = ("--reuid=65534", f"--regid={users.DIP}", "--clear-groups")


class Confined(Tunnel):
    """pptp behind a program that takes something away from it."""

    def __init__(self, net, wrapper, server=None, **start):
        self.host, self.pty = net.client, Pty()
        self.process = self.pty.start(
            net.client, *wrapper, programs.installed().pptp, server or net.server.address,
            "--nolaunchpppd", **{"env": net.environment(), **start})
        net.tunnels.append(self)


def with_capabilities(names, *more):
    """These in the bounding set, and no other: what `--cap-drop ALL --cap-add NAME` does."""
    kept = "".join(f",+{name}" for name in names.split(",") if name)
    return ("setpriv", f"--bounding-set=-all{kept}", "--inh-caps=-all", *more, "--")


def hang_up(tunnel):
    tunnel.pty.close()
    assert tunnel.wait_exit(5) == 0, tunnel.process.stderr.text


@pytest.fixture(params=("no user pptp", "a user pptp"))
def image(request, net):
    """Made from source, or from the package."""
    if request.param == "a user pptp":
        users.add_pptp(net.client)
    return request.param


@pytest.mark.parametrize("held", (FEW, USUAL))
@pytest.mark.parametrize("admin", ("", ",net_admin"))
def test_root_calls_with_net_raw_and_has_a_host_route_with_net_admin(net, server, image, held, admin):
    tunnel = Confined(net, with_capabilities(held + admin))
    server.take_call()
    assert (net.server.address in {route.dst for route in net.client.routes()}) == bool(admin)
    hang_up(tunnel)


@pytest.mark.parametrize("held", ("chown,net_raw", "setuid,setgid,net_raw", "net_raw,setuid,setgid,chown"))
def test_no_half_set_of_capabilities_is_worse_than_few(net, server, image, held):
    tunnel = Confined(net, with_capabilities(held))
    server.take_call()
    hang_up(tunnel)


def test_without_net_raw_the_gateway_says_so(net, image):
    Confined(net, with_capabilities("net_admin")).expect_failure(7, "GRE", "cap_net_raw", within=5)


def test_root_may_be_forbidden_to_gain_privileges(net, server, image):
    hang_up_after_a_call(server, Confined(net, with_capabilities(FEW, "--no-new-privs")))


def hang_up_after_a_call(server, tunnel):
    server.take_call()
    hang_up(tunnel)


@pytest.mark.parametrize("taken_away", ("nothing", "gaining", "bounding set"))
def test_a_user_s_gateway_lives_on_its_file_capability(net, server, manager, taken_away):
    """The kernel gives it at exec, but neither under no_new_privs nor beyond the bounding set."""
    users.gateway_with(net.client, "cap_net_raw+p")
    wrapper = {"nothing": with_capabilities(FEW, *AS_MEMBER),
               "gaining": with_capabilities(FEW, "--no-new-privs", *AS_MEMBER),
               "bounding set": with_capabilities("", *AS_MEMBER)}[taken_away]
    tunnel = Confined(net, wrapper)
    if taken_away == "nothing":
        return hang_up_after_a_call(server, tunnel)
    tunnel.expect_failure(7, "GRE", "cap_net_raw", within=5)


def test_a_user_namespace_that_knows_root_alone_is_enough(net, image):
    """In a network of its own, in which no server is: all that has to be had is had before that."""
    wrapper = ("unshare", "--user", "--map-root-user", "--net", "sh", "-c",
               'ip link set lo up; exec "$0" "$@"')
    Confined(net, wrapper, server="127.0.0.1").expect_failure(4, "127.0.0.1", "refused", within=5)


def test_without_a_log_the_reason_is_still_on_standard_error(net):
    os.unlink(net.client.path("/dev/log"))
    Confined(net, ()).expect_failure(4, net.server.address, "refused", within=5)


def test_the_end_of_the_container_is_the_end_of_the_call(net, server):
    """Process 1 ends with pppd, and the kernel ends the call manager, whatever it had still to say."""
    process_1 = 'exec 3<&0; "$@" <&3 & wait'
    tunnel = Confined(net, ("unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "sh", "-c",
                            process_1, "sh"))
    call = server.take_call()
    tunnel.pty.close()
    call.connection.expect_end(5 * SLOW, passing_over=(CallClearRequest,
                                                       StopControlConnectionRequest))
    assert tunnel.wait_exit(5) == 0
    assert not net.managers()


@pytest.mark.parametrize("known_by", ("a file", "process 1"))
def test_the_diagnosis_knows_a_container_and_how_it_is_given_the_device(net, known_by):
    if os.path.exists(net.client.path("/dev/ppp")):
        os.unlink(net.client.path("/dev/ppp"))
    if known_by == "a file":
        net.client.write_file("/run/.containerenv", "")
    wrapper = () if known_by == "a file" else (
        "env", "container=podman", "unshare", "--pid", "--fork", "--mount-proc", "sh", "-c", '"$0" "$@"; exit')
    said = net.client.run(*wrapper, programs.installed().pptpctl, "diagnose", net.server.address,
                          "--json", check=False, timeout=60).stdout
    device, = [step for step in json.loads(said)["steps"] if step["step"] == "ppp-device"]
    assert "docker run --device /dev/ppp --cap-add NET_ADMIN" in device["remedy"], device


def test_the_diagnosis_says_which_capability_root_lacks(net):
    start_pptpd(net.server)
    said = net.client.run(*with_capabilities("net_admin"), programs.installed().pptpctl, "diagnose",
                          net.server.address, check=False, timeout=60).stdout
    assert re.search(r"gre +not tested: cannot open a raw socket .* root has no CAP_NET_RAW", said), said
