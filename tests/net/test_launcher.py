# SPDX-License-Identifier: GPL-2.0-or-later
"""What happens before pptp becomes pptp-gre or pppd: its command line, and finding its manager."""
import os
import signal

import pytest

from lab import local_client as lc
from lab import programs
from lab.lines import wait_until
from lab.process import command_line
from lab.tunnel import SLOW, expect_clean
from lab.wire import OutgoingCallRequest

PPPD = "/usr/sbin/pppd"
NOBODY = 65534
WELCOME_PATIENCE = 10  # s


def replace(host, program, text):
    """Puts a shell script in the place of one of the host's programs."""
    private = f"/run/lab/fake-{os.path.basename(program)}"
    host.write_file(private, f"#!/bin/sh\n{text}\n", mode=0o755)
    host.run("mount", "--bind", private, program)


def cannot_be_run(host, program):
    host.run("mount", "--bind", "/dev/null", program)


def pptp(net, *words, **start):
    return net.client.start(programs.installed().pptp, *words,
                            env={**net.environment(), **start.pop("env", {})}, **start)


# --- without --nolaunchpppd -----------------------------------------------------------------------

def test_launch_mode_becomes_pppd_with_a_pty_line_that_starts_pptp_again(net):
    replace(net.client, PPPD, "printf '%s\\n' \"$@\"")
    process = pptp(net, "--phone", "it's 5", net.server.address, "call", "--timeout=1", "office",
                   "--debug", "--ppp", "pppd", "--", "-chap")
    assert process.wait_exit(5 * SLOW) == 0
    assert process.stdout.all == [
        "pty", f"{programs.installed().pptp} {net.server.address} --nolaunchpppd "
               "'--phone=it'\\''s 5' --timeout=1", "nodetach", "call", "office", "-chap"]
    assert process.stderr.all == []


def test_the_pty_line_of_launch_mode_makes_the_call_that_was_asked_for(net, server):
    replace(net.client, PPPD, 'exec sh -c "$2" </dev/ptmx >&0')
    pptp(net, net.server.address, "--ppp=pppd", "--phone", "it's 5; exit", "--logstring", "a b", "noauth")
    request = server.establish().expect(OutgoingCallRequest)
    assert request.phone_number == b"it's 5; exit"
    wait_until(lambda: net.status()["connections"][0]["calls"][0]["name"] == "a b", 2 * SLOW)


def test_launch_mode_starts_no_pppd_for_a_name_that_does_not_resolve(net):
    replace(net.client, PPPD, "echo started")
    process = pptp(net, "no such host", "--ppp=pppd", "noauth")
    assert process.wait_exit(10 * SLOW) == 3
    assert process.stdout.all == [] and len(process.stderr.all) == 1


def test_launch_mode_warns_when_only_pppd_is_synchronous(net):
    replace(net.client, PPPD, "printf '%s\\n' \"$@\"")
    process = pptp(net, net.server.address, "--ppp=pppd", "sync")
    assert process.wait_exit(5 * SLOW) == 0
    assert "--sync" in process.stderr.text
    both = pptp(net, net.server.address, "--ppp=pppd", "--sync", "noauth")
    assert both.wait_exit(5 * SLOW) == 0
    assert both.stdout.all[2:] == ["sync", "noauth"] and both.stderr.all == []


def test_mtu_hint_says_and_passes_on_what_the_path_leaves_for_ppp(net):
    replace(net.client, PPPD, "printf '%s\\n' \"$@\"")
    net.client.ip("link", "set", "eth0", "mtu", "1400")
    process = pptp(net, net.server.address, "--ppp=pppd", "--mtu-hint")
    assert process.wait_exit(5 * SLOW) == 0
    assert process.stdout.all[2:] == ["mtu", "1356", "mru", "1356"]
    assert "1400 bytes: mtu 1356" in process.stderr.text


# --- call TUNNEL ----------------------------------------------------------------------------------

def peers(net, text, name="work"):
    net.client.write_file(f"/etc/ppp/peers/{name}", text)


def test_call_becomes_pppd_with_the_tunnel_and_adds_options_to_its_pty_line(net):
    replace(net.client, PPPD, "printf '%s\\n' \"$@\"")
    peers(net, f'pty "pptp {net.server.address} --nolaunchpppd --ppp pppd"\nnoauth\n')
    process = pptp(net, "call", "work", "updetach")
    assert process.wait_exit(5 * SLOW) == 0
    assert process.stdout.all == ["call", "work", "updetach"] and process.stderr.all == []
    more = pptp(net, "call", "work", "--phone=1 2", "--debug")
    assert more.wait_exit(5 * SLOW) == 0
    assert more.stdout.all == ["call", "work", "pty", f"pptp {net.server.address} --nolaunchpppd --ppp pppd '--phone=1 2'",
                               "nodetach"]


@pytest.mark.parametrize("text, said", [
    (None, "there is no tunnel work: cannot read /etc/ppp/peers/work: No such file"),
    ('pty "/opt/dial"\n', "starts /opt/dial and not pptp"),
    ("noauth\n", "has no line pty"),
    ('pty "pptp vpn --nolaunchpppd"\nplugin x.so\nnoauth\n', "line 2 of /etc/ppp/peers/work: plugin is not possible"),
    ('pty "pptp vpn --nolaunchpppd"\nnoath\n', "did you mean 'noauth'?"),
    ('pty "pptp vpn --nolaunchpppd"\nfile /none\n', "cannot read /none: No such file or directory")])
def test_a_tunnel_without_pppd_that_cannot_be_has_one_sentence_and_pppd_s_status(net, text, said):
    if text:
        peers(net, text)
    process = pptp(net, "call", "work", "--ppp", "builtin", "nodetach")
    assert process.wait_exit(5 * SLOW) == 2
    assert said in process.stderr.text and len(process.stderr.all) == 1, process.stderr.text
    assert not net.managers()


def test_dryrun_shows_what_a_tunnel_without_pppd_would_do_and_not_the_password(net):
    peers(net, 'pty "pptp vpn --nolaunchpppd"\nnoauth\nname alice\npassword hush\nlock\n')
    process = pptp(net, "call", "work", "--ppp", "builtin", "dryrun", "mtu", "1400")
    assert process.wait_exit(5 * SLOW) == 0
    assert "name alice\t\t# line 3 of /etc/ppp/peers/work" in process.stdout.all
    assert "password ******\t\t# line 4 of /etc/ppp/peers/work" in process.stdout.all
    assert "mtu 1400\t\t# the command line" in process.stdout.all
    assert "hush" not in process.stdout.text + process.stderr.text


def test_auto_is_without_pppd_only_where_there_is_no_dev_ppp(net):
    replace(net.client, PPPD, "echo pppd")
    peers(net, 'pty "pptp vpn --nolaunchpppd"\nnoauth\n')
    without = pptp(net, "call", "work", "dryrun")
    assert without.wait_exit(5 * SLOW) == 0
    there = os.path.exists("/dev/ppp")
    assert ("pppd" in without.stdout.all) == there, "this host's /dev/ppp decides"


def test_a_tunnel_without_pppd_needs_root_and_says_so(net):
    process = pptp(net, net.server.address, "--ppp", "builtin", "noauth", "nodetach", user=NOBODY)
    assert process.wait_exit(5 * SLOW) == 3
    assert "needs root" in process.stderr.text and "--ppp pppd" in process.stderr.text


# --- with it --------------------------------------------------------------------------------------

def test_words_for_pppd_are_ignored_aloud_where_pppd_is_already_there(net, server):
    tunnel = net.dial("noauth", "mtu", "1400")
    server.take_call()
    assert "noauth" in tunnel.process.stderr.text


def test_a_person_who_types_the_pty_command_is_told(net, server):
    """Standard input and standard error are one terminal: a shell's, not pppd's."""
    master, slave = os.openpty()
    try:
        process = pptp(net, net.server.address, "--nolaunchpppd", stdin=slave, stderr=slave)
        assert b"pppd is expected" in os.read(master, 4096)
        server.take_call()
        assert process.running
    finally:
        os.close(slave)
        os.close(master)


def test_pppd_on_its_pty_is_not_taken_for_a_person(net, server):
    tunnel = net.dial()
    server.take_call()
    assert tunnel.errors == []


@pytest.mark.parametrize("words, status", [
    (["--frobnicate"], 1), (["--lo", "1"], 1), (["--sync=1"], 1), (["--phone"], 1), (["-x"], 1),
    (["--timeout", "20"], 2), (["--loglevel", "3"], 2), (["--missing-window", "0"], 2),
    (["--localbind", "localhost"], 2), (["--quirks", "OTHER"], 2), (["--call-id", "65536"], 2)])
def test_a_wrong_command_line_starts_nothing(net, words, status):
    process = pptp(net, net.server.address, "--nolaunchpppd", *words)
    assert process.wait_exit(5 * SLOW) == status
    assert words[0].split("=")[0] in process.stderr.all[0]
    assert not net.managers()


# --- the call manager -----------------------------------------------------------------------------

def test_a_stopped_manager_costs_a_bounded_time_and_is_named(net, server):
    net.dial()
    server.take_call()
    [manager] = net.managers()
    os.kill(manager, signal.SIGSTOP)
    net.dial().expect_failure(10, "call manager at /run/pptp/callmgr.sock", "welcome",
                              within=WELCOME_PATIENCE + 4)
    os.kill(manager, signal.SIGCONT)
    net.dial()
    server.take_call()


def test_a_manager_that_cannot_be_run_is_named_and_leaves_no_socket(net):
    cannot_be_run(net.client, programs.installed().callmgr)
    net.dial().expect_failure(10, programs.installed().callmgr, "Permission denied", within=3)
    assert os.listdir(net.client.path("/run/pptp")) == []


def test_a_manager_that_dies_at_its_start_is_not_started_for_ever(net):
    replace(net.client, programs.installed().callmgr, "echo >>/run/lab/starts")
    net.dial().expect_failure(10, "call manager", "3 times", within=3)
    assert os.path.getsize(net.client.path("/run/lab/starts")) == 3


def test_a_gateway_that_cannot_be_run_is_named_and_the_call_is_not_made(net, server):
    cannot_be_run(net.client, programs.installed().gateway)
    net.dial().expect_failure(1, programs.installed().gateway, "Permission denied", within=3)
    expect_clean(net.client)


@pytest.mark.parametrize("record, status, said", [
    (None, 1, "not the pipe that brings its settings"),
    (lc.gateway_settings()[:-1], 1, "not a valid record of settings"),
    (lc.gateway_settings() + b"x", 1, "not a valid record of settings"),
    (lc.gateway_settings(log_name=b"mine"), 0, "mine: hung up")], ids=["missing", "short", "long", "good"])
def test_a_gateway_started_by_hand_reads_a_valid_record_and_refuses_others(net, record, status, said):
    """Its standard input is at its end: it hangs up as soon as it has read its settings."""
    octets = "".join(f"\\{octet:03o}" for octet in record or b"")
    command = f"printf '{octets}' | exec \"$0\" vpn 3<&- 4<&0" if record else 'exec "$0" 3<&- 4<&-'
    done = net.client.run("sh", "-c", command, programs.installed().gateway, check=False)
    assert done.returncode == status
    assert said in done.stderr


def test_a_process_list_shows_the_server_and_the_name_of_the_tunnel_and_no_setting(net, server):
    tunnel = net.dial("--logstring", "office", "--timeout", "0.5")
    server.take_call()
    assert command_line(tunnel.process.pid) == f"pptp {server.address} office"


def in_another_network(net, *words, env=None):
    """pptp in a network namespace of its own, with the host's /run; nothing listens there."""
    command = 'ip link set lo up; exec "$0" 127.0.0.1 --nolaunchpppd --nohostroute "$@"'
    return net.client.start("unshare", "-n", "sh", "-c", command, programs.installed().pptp, *words,
                            env={**net.environment(), **(env or {})})


def test_a_manager_of_another_network_namespace_is_not_used(net, server):
    net.dial()
    server.take_call()
    process = in_another_network(net)
    assert process.wait_exit(5 * SLOW) == 4, process.stderr.text
    assert len(net.managers()) == 2
    named = in_another_network(net, env={"PPTP_CALLMGR_SOCKET": "/run/pptp/callmgr.sock"})
    assert named.wait_exit(5 * SLOW) == 10
    assert "another network namespace" in named.stderr.text


def test_a_user_who_may_not_start_one_in_run_is_told_what_to_do_and_gets_no_other(net, server):
    own = net.client.path("/run/user/nobody")
    os.makedirs(own)
    os.chown(own, NOBODY, NOBODY)
    net.dial(user=NOBODY, env={"XDG_RUNTIME_DIR": "/run/user/nobody"}).expect_failure(
        10, "create /run/pptp", "Permission denied", "enable --now pptp-callmgr.socket", "in the group dip", within=3)
    assert os.listdir(own) == [] and not net.managers()


@pytest.mark.parametrize("options, said, what_helps", [
    ("size=4k,nr_inodes=1", "No space left", "make room"), ("ro", "Read-only file system", "must be writable")])
def test_a_directory_that_takes_no_socket_is_named_with_what_helps(net, options, said, what_helps):
    os.mkdir(net.client.path("/run/pptp"))
    net.client.run("mount", "-t", "tmpfs", "-o", options, "none", "/run/pptp")
    tunnel = net.dial()
    tunnel.expect_failure(10, "/run/pptp/callmgr.sock", said, what_helps, within=3)
    assert "dip" not in tunnel.process.stderr.text


@pytest.mark.ordinary_build  # the sanitizer's check of a vptr opens a pipe
@pytest.mark.parametrize("limit", (5, 7, 8, 10, 12, 14))
def test_too_few_descriptors_are_called_so(net, server, limit):
    """The manager inherits the limit. If it is too low for the manager alone, the manager's log says so."""
    done = net.client.run("prlimit", f"--nofile={limit}:{limit}", programs.installed().pptp, net.server.address,
                          "--nolaunchpppd", "--connect-timeout", "0.5", env=net.environment(), check=False)
    assert "Invalid argument" not in done.stderr
    # Status 5: there were enough, and only the server did not answer.
    assert done.returncode == 5 or "Too many open files" in done.stderr + net.client.syslog.text, done.stderr


def test_a_user_outside_the_group_may_not_use_root_s_manager(net, server):
    net.dial()
    server.take_call()
    net.dial(user=NOBODY, group=NOBODY, extra_groups=[]).expect_failure(
        10, "/run/pptp/callmgr.sock", "Permission denied", within=3)
