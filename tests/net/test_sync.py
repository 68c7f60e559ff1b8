# SPDX-License-Identifier: GPL-2.0-or-later
"""With --sync, frames have no flags: what pppd wrote is sent, frame by frame. A user who forgot the option is told so."""
import os
import signal
import socket
import struct

import pytest

from lab import hdlc
from lab.lines import wait_until
from lab.tunnel import SLOW
from ppp_frames import CONFIGURE_REQUEST, ECHO_REQUEST, asyncmap, data, lcp

MPPE, IPV6 = 0x00FD, 0x0057


def mppe(number, size):
    """Protocol 0xFD, the coherency count, and octets that look like anything (RFC 3078)."""
    return struct.pack("!BBHH", 0xFF, 3, MPPE, 0x9000 | number) + os.urandom(size)


def ipv6(size):
    return struct.pack("!BBHIHBB", 0xFF, 3, IPV6, 6 << 28, size, 59, 64) + os.urandom(32 + size)


FRAMES = [data(1, 4), data(1, 1500), mppe(0, 1), mppe(5, 40), mppe(0xFFF, 1400), ipv6(0),
          ipv6(1300), lcp(CONFIGURE_REQUEST, 1, asyncmap(0)), b"\xfd" + bytes(7),
          b"\x00\x57" + bytes(60), b"\x21E" + bytes(range(256)), bytes([0x7D, 0x7E] * 50)]


@pytest.fixture
def records(net, server):
    """pptp on a socket that keeps the boundaries of writes. Returns our end and the server's call."""
    ours, pptps = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    net.start_on_pipes(pptps, pptps, "--sync")
    pptps.close()
    ours.settimeout(5 * SLOW)
    with ours:
        yield ours, server.take_call()


def test_every_frame_of_pppd_s_is_one_packet(records):
    """The peer's defect 6: it took MPPE frames for IPv4 ones and cut them by their "length"."""
    ours, call = records
    for frame in FRAMES:
        ours.send(frame)
    assert [call.data.recv_data().gre.payload for _ in FRAMES] == FRAMES


def test_every_packet_of_the_server_is_one_write(records):
    ours, call = records
    for frame in FRAMES:
        call.data.send(frame)
    assert [ours.recv(65536) for _ in FRAMES] == FRAMES


def test_a_frame_that_is_too_long_is_dropped_and_not_cut(records):
    ours, call = records
    for size in (4097, 20_000):
        ours.send(bytes(size))
    ours.send(data(2))
    assert call.data.recv_data().gre.payload == data(2)


def test_frames_pass_unframed_through_a_pty(net, server):
    tunnel = net.dial("--sync")
    call = server.take_call()
    for frame in FRAMES:
        os.write(tunnel.pty.slave, frame)
        assert call.data.recv_data().gre.payload == frame
        call.data.send(frame)
        assert wait_until(lambda: tunnel.pty.read(1))
        assert bytes(tunnel.pty.decoder.raw) == frame
        tunnel.pty.decoder.raw.clear()


# --- frames that wait in the pty together ---------------------------------------------------------

def sent(call, frames):
    return [call.data.recv_data().gre.payload for _ in frames] == frames


def test_frames_that_a_pty_has_joined_are_sent_one_by_one(net, server):
    """pppd writes each frame at once. More than 4095 octets wait, so one frame comes in two reads."""
    tunnel = net.dial("--sync")
    call = server.take_call()
    burst = [mppe(0xFFD + i & 0xFFF, 1402) for i in range(6)]
    burst[2:2] = [lcp(ECHO_REQUEST, 1, bytes(4))]
    control = [lcp(ECHO_REQUEST, i, bytes(4)) for i in range(5)] + [ipv6(0), ipv6(900), ipv6(3)]
    for frames in burst, control:
        os.kill(tunnel.process.pid, signal.SIGSTOP)
        for frame in frames:
            os.write(tunnel.pty.slave, frame)
        os.kill(tunnel.process.pid, signal.SIGCONT)
        assert sent(call, frames)
    assert not net.client.syslog.find("clear border")


def test_frames_that_cannot_be_cut_are_dropped_and_said_once(net, server):
    """Too long for the server's decompressor, which would fail for good."""
    tunnel = net.dial("--sync")
    call = server.take_call()
    for number in range(3):
        os.kill(tunnel.process.pid, signal.SIGSTOP)  # so that it reads all of it at once
        os.write(tunnel.pty.slave, mppe(5, 1200) + mppe(9, 1200))
        os.kill(tunnel.process.pid, signal.SIGCONT)
        wait_until(lambda count=number + 1: tunnel.statistics()["tx oversize"] == count)  # it read no more than that
        os.write(tunnel.pty.slave, lcp(ECHO_REQUEST, number, bytes(4)))
        assert sent(call, [lcp(ECHO_REQUEST, number, bytes(4))])
    net.client.syslog.wait("a terminal does not keep borders, so leave out --sync")
    assert tunnel.statistics()["tx oversize"] == 3
    assert len(net.client.syslog.find("clear border")) == 1


# --- one side without it --------------------------------------------------------------------------

@pytest.mark.parametrize("options, framed, advice", [
    (["--sync"], True, "leave out --sync"), ([], False, "give pptp --sync"),
    (["--sync"], False, None), ([], True, None)],
    ids=["pptp-only", "pppd-only", "both", "neither"])
def test_modes_that_differ_are_named_once_and_others_are_not(net, server, options, framed, advice):
    tunnel = net.dial(*options)
    call = server.take_call()
    request = lcp(CONFIGURE_REQUEST, 1, asyncmap(0))
    for _ in range(3 if advice else 1):
        os.write(tunnel.pty.slave, hdlc.encode(request) if framed else request)
    if advice:
        net.client.syslog.wait(advice)
    else:
        assert call.data.recv_data().gre.payload == request
    tunnel.statistics()  # it is logged after everything that the frames could cause
    assert len(net.client.syslog.find("pppd sends")) == (1 if advice else 0)
    said = f"The synchronous pptp option is {'' if options else 'NOT '}activated"
    net.client.syslog.wait(said)
