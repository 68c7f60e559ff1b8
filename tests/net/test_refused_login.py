# SPDX-License-Identifier: GPL-2.0-or-later
"""A server refuses a password, and pppd has the option persist: the server is not asked again, so no account is locked."""
import signal
import struct
import sys
import time
from pathlib import Path

import pytest

import lab
from lab import programs
from lab.lines import wait_until
from lab.tunnel import expect_clean
from ppp_frames import ADDRESS_CONTROL, TERMINATE_REQUEST, lcp

PPPD = str(Path(lab.__file__).parent / "persisting_pppd.py")
CHAP, PAP = b"\xc2\x23", b"\xc0\x23"
REFUSED = 11  # pptp(8), EXIT STATUS
SENTENCE = r"10\.9\.0\.2 refused the name or the password \d+ s ago: this pppd does not dial it again"


def packet(protocol, code, octets):
    return ADDRESS_CONTROL + protocol + struct.pack("!BBH", code, 7, 4 + len(octets)) + octets


RESPONSE = packet(CHAP, 2, b"\x10" + bytes(16) + b"alice")
CHAP_FAILURE = packet(CHAP, 4, b"E=691 R=0 C=00 V=3 M=Access denied")
MAY_RETRY = packet(CHAP, 4, b"E=691 R=1 C=00 V=3 M=Access denied")
SUCCESS = packet(CHAP, 3, b"S=" + b"0" * 40)
CHALLENGE = packet(CHAP, 1, b"\x10" + bytes(16) + b"server")
LOGIN = packet(PAP, 1, b"\5alice\6secret")
PAP_NAK = packet(PAP, 3, b"\2no")
TERMINATE = lcp(TERMINATE_REQUEST, 9, b"Authentication failed")


class Pppd:
    def __init__(self, net, *command):
        self.process = net.client.start(sys.executable, PPPD, *(command or (net.pptp, net.server.address, "--nolaunchpppd")),
                                        stdin="pipe", env=net.environment())
        self.ended = 0

    def dial(self, *frames):
        self.process.write((" ".join(frame.hex() for frame in frames) + "\n").encode())

    def status(self):
        """The exit status of the pptp that it has started last."""
        self.ended += 1
        wait_until(lambda: len(self.process.stdout.find("^ended ")) >= self.ended, what="the end of pptp")
        return int(self.process.stdout.find("^ended ")[-1].split()[1])


@pytest.fixture
def pppd(net):
    return Pppd(net)


def refuse(server, *frames):
    """Takes a call, answers the login, and ends the link as a server does."""
    call = server.take_call()
    call.data.recv_data()
    for frame in (*frames, TERMINATE):
        call.data.send(frame)
    call.expect_hang_up()


@pytest.mark.parametrize("answer, verdict", ((RESPONSE, CHAP_FAILURE), (LOGIN, PAP_NAK)), ids=("chap", "pap"))
def test_a_pppd_whose_password_was_refused_does_not_dial_the_server_again(net, server, pppd, answer, verdict):
    pppd.dial(answer)
    refuse(server, verdict)
    assert pppd.status() == 0
    for _ in range(2):
        pppd.dial(answer)
        assert pppd.status() == REFUSED
    server.expect_no_connection(0)
    assert len(net.client.syslog.find(SENTENCE)) == 1  # and not for each try
    net.client.syslog.wait("10.9.0.2 refused the name or the password of pppd")


def test_the_shell_that_runs_the_pty_command_is_not_taken_for_pppd(net, server):
    pppd = Pppd(net, "sh", "-c", f"{net.pptp} {net.server.address} --nolaunchpppd; exit $?")
    pppd.dial(RESPONSE)
    refuse(server, CHAP_FAILURE)
    assert pppd.status() == 0
    pppd.dial(RESPONSE)
    assert pppd.status() == REFUSED


def test_a_new_pppd_dials_at_once_and_nothing_is_left_of_the_old_one(net, server, pppd):
    pppd.dial(RESPONSE)
    refuse(server, CHAP_FAILURE)
    assert pppd.status() == 0
    pppd.process.signal(signal.SIGKILL)
    again = Pppd(net)
    again.dial(RESPONSE)
    server.take_call().disconnect()
    again.status()
    again.process.signal(signal.SIGKILL)
    expect_clean(net.client, within=10)


def test_a_manager_that_takes_over_knows_which_login_was_refused(net, server, pppd):
    pppd.dial(RESPONSE)
    refuse(server, CHAP_FAILURE)
    assert pppd.status() == 0
    [old] = net.managers()
    net.client.start(programs.installed().callmgr, "--foreground", "--take-over", env=net.environment())
    wait_until(lambda: net.managers() not in ([old], []) and old not in net.managers(), what="the next call manager")
    pppd.dial(RESPONSE)
    assert pppd.status() == REFUSED
    server.expect_no_connection(0)


@pytest.mark.parametrize("frames", ((MAY_RETRY, CHALLENGE, SUCCESS), (SUCCESS, CHALLENGE)), ids=("second-try", "mid-session"))
def test_a_login_that_was_accepted_is_dialled_again(server, pppd, frames):
    for _ in range(2):
        pppd.dial(RESPONSE, RESPONSE)
        call = server.take_call()
        call.data.recv_data()
        call.data.send(frames[0])
        call.data.recv_data()
        for frame in (*frames[1:], TERMINATE):
            call.data.send(frame)
        call.expect_hang_up()
        assert pppd.status() == 0


def test_a_pppd_without_holdoff_makes_no_busy_loop_of_refused_calls(server, pppd):
    pppd.dial(RESPONSE)
    refuse(server, CHAP_FAILURE)
    pppd.status()
    begun = time.monotonic()
    pppd.dial(RESPONSE)
    assert pppd.status() == REFUSED
    assert time.monotonic() - begun >= 2
