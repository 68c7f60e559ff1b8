# SPDX-License-Identifier: GPL-2.0-or-later
"""The test bench itself: it can fail, and it leaves nothing behind."""
import os
import signal
import socket
import subprocess
import time

import pytest

from lab import hdlc, programs, wire
from lab.host import Host, connect
from lab.lines import Timeout, wait_until
from lab.own_time import Deadline, Stopwatch
from lab.process import proc_status
from lab.tunnel import expect_clean, leftovers
from lab.wire import EchoRequest, Gre, StartControlConnectionRequest, WireError

ORPHANAGE = """
import sys, time
sys.path.insert(0, sys.argv[1])
from lab.host import Host
host = Host("doomed")
sleeper = host.start("sleep", "1000")
daemon = host.run("sh", "-c", "setsid sleep 1001 >/dev/null 2>&1 & echo")
print(*host.running(), flush=True)
time.sleep(100)
"""

SPEAKER = """
import socket
log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
log.connect("/dev/log")
for _ in range(8):
    log.send(b"<30>speaker: a line")
"""


@pytest.mark.drop_in
def test_nothing_outlives_a_test_run_that_is_killed():
    run = subprocess.Popen(["/usr/bin/python3", "-B", "-c", ORPHANAGE,
                            str(programs.REPOSITORY / "tests")],
                           stdout=subprocess.PIPE, text=True)
    with run:
        pids = run.stdout.readline().split()
        run.kill()
    assert len(pids) == 2
    wait_until(lambda: all(dead(pid) for pid in pids), 5, "the processes of a killed run gone")


def dead(pid):
    try:
        return proc_status(pid)["State"][0] in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return True


@pytest.mark.drop_in
def test_hosts_have_nothing_in_common_but_their_cable(net):
    net.client.write_file("/run/only-here", "x")
    assert not os.path.exists(net.server.path("/run/only-here"))
    assert not os.path.exists("/run/only-here")
    net.client.run("logger", "-t", "tag", "for the client")
    net.client.syslog.wait("tag: for the client", 5)
    assert net.server.syslog.all == []
    net.client.run("ping", "-c", "1", "-W", "2", net.server.address)
    assert net.client.run("sh", "-c", "ls /proc | grep -c '^[0-9]*$'").stdout.strip() in "3 4 5"


@pytest.mark.drop_in
def test_the_log_has_all_that_a_process_has_said_before_its_end(net):
    said = 0
    for _ in range(20):
        net.client.run("/usr/bin/python3", "-c", SPEAKER)
        said += 8
        assert len(net.client.syslog.all) == said


@pytest.mark.drop_in
def test_leftovers_are_found(net):
    """expect_clean() fails for a process, for a socket and for a route."""
    expect_clean(net.client)
    process = net.client.start("sleep", "100")
    with pytest.raises(Timeout, match="sleep 100"):
        expect_clean(net.client, within=0.1)
    process.stop()
    with net.client.entered():
        raw = socket.socket(socket.AF_INET, socket.SOCK_RAW, 47)
    with raw, pytest.raises(Timeout, match="raw"):
        expect_clean(net.client, within=0.1)
    net.client.add_route("192.0.2.1/32", device="eth0")
    with pytest.raises(Timeout, match="192.0.2.1"):
        expect_clean(net.client, within=0.1)
    net.client.ip("route", "del", "192.0.2.1/32")
    assert leftovers(net.client) == []


@pytest.mark.drop_in
@pytest.mark.parametrize("damage", [
    dict(magic=0), dict(length=155), dict(pptp_type=2), dict(reserved0=1), dict(type=16),
    dict(type=7)], ids=str)
def test_the_scripted_server_refuses_a_wrong_message(net, server, damage):
    with net.client.entered():
        client = socket.create_connection((server.address, wire.PORT))
    with client:
        client.sendall(StartControlConnectionRequest().build(**damage))
        client.shutdown(socket.SHUT_WR)
        with pytest.raises(WireError):
            server.accept().expect(StartControlConnectionRequest)


@pytest.mark.drop_in
def test_the_scripted_server_refuses_texts_and_reserved_fields_that_are_not_clear(net, server):
    for octets in (StartControlConnectionRequest(reserved1=1).build(),
                   StartControlConnectionRequest(host_name=b"a\0b").build()):
        with pytest.raises(WireError):
            wire.parse(octets)
    with pytest.raises(WireError):
        wire.parse(EchoRequest().build() + b"\0")


@pytest.mark.drop_in
@pytest.mark.parametrize("octets", [
    Gre(1, b"ab").build(), Gre(1, b"", seq=1).build(), Gre(1, b"ab", 1).build(flags=0x3002),
    Gre(1, b"ab", 1).build(length=3), Gre(1, b"ab", 1).build(length=1),
    Gre(1, b"ab", 1).build(protocol=0x0800),
    Gre(1, b"ab", 1).build(flags=0xB001), Gre(1, b"ab", 1, 2).build()[:15]])
def test_the_gre_parser_refuses_what_the_rfc_forbids(octets):
    with pytest.raises(WireError):
        Gre.parse(octets)


@pytest.mark.drop_in
def test_the_hdlc_codec_agrees_with_the_rfc():
    """0x906E is the published check value of this FCS."""
    assert hdlc.fcs16(b"123456789") ^ 0xFFFF == 0x906E
    frame = bytes(range(256))
    decoder = hdlc.Decoder()
    assert decoder.feed(hdlc.encode(frame) + hdlc.encode(frame, bad_fcs=True)) == [frame]
    assert len(decoder.bad) == 1


@pytest.mark.drop_in
def test_a_process_that_ignores_sigterm_is_ended_and_reaped(net):
    process = net.client.start("sh", "-c", "trap '' TERM; echo ready; while :; do sleep 1; done")
    process.wait_line("ready", stream="stdout")
    assert process.stop(timeout=0.2) == -signal.SIGKILL
    wait_until(lambda: net.client.running() == {}
               or all("sleep" in line for line in net.client.running().values()), 2)


@pytest.mark.drop_in
def test_the_wait_for_a_processor_is_no_part_of_a_time_limit(net):
    """Five programs share a processor: a limit of a second lasts longer, and yet it ends."""
    processor = str(min(os.sched_getaffinity(0)))
    for _ in range(5):
        net.client.start("taskset", "-c", processor, "sh", "-c", "while :; do :; done")
    watch, limit = Stopwatch(), Deadline(1.0)
    wait_until(lambda: limit.passed, interval=0.1)
    assert watch.own_seconds >= 1.0
    assert watch.seconds > 2.0


@pytest.mark.drop_in
def test_a_process_that_sleeps_has_all_the_time(net):
    """The rest of the machine may be busy: only the test and what it has started count."""
    process = net.client.start("sleep", "100")
    with pytest.raises(Timeout):
        process.wait_exit(1.0)
    watch = Stopwatch()
    time.sleep(1.0)
    assert watch.own_seconds > 0.5


@pytest.mark.drop_in
def test_a_router_between_two_networks_forwards():
    with Host("left") as left, Host("router") as router, Host("right") as right:
        connect("10.1.0.0/24", left, router)
        connect("10.2.0.0/24", right, router, right_device="eth1")
        router.forward()
        left.add_route("default", via="10.1.0.2")
        right.add_route("default", via="10.2.0.2")
        left.run("ping", "-c", "1", "-W", "2", right.address)


@pytest.mark.drop_in
@pytest.mark.skipif(not os.path.isfile("/etc/resolv.conf"), reason="this machine has no /etc/resolv.conf")
def test_name_servers_that_a_host_enters_stay_in_this_host(net):
    with open("/etc/resolv.conf", "rb") as file:
        before = file.read()
    try:
        assert net.client.run("cat", "/etc/resolv.conf").stdout.encode() == before
        net.client.run("sh", "-c", "echo 'nameserver 192.0.2.53' >/etc/resolv.conf")
        with open("/etc/resolv.conf", "rb") as file:
            assert file.read() == before
        assert "192.0.2.53" not in net.server.run("cat", "/etc/resolv.conf").stdout
    finally:
        with open("/etc/resolv.conf", "r+b") as file:
            if file.read() != before:
                file.seek(0)
                file.truncate()
                file.write(before)
