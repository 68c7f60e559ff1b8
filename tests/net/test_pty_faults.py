# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd's side misbehaves: it writes garbage, does not read, or is not there."""
import os
import time

import pytest

from lab import hdlc
from lab.lines import Timeout, wait_until
from lab.pty import Pty
from lab.tunnel import SLOW, expect_clean
from lab.wire import (CallClearRequest, StartControlConnectionRequest,
                      StopControlConnectionRequest)
from ppp_frames import data, numbers

AT_ONCE = 1.5  # s
GOODBYES = (StartControlConnectionRequest, CallClearRequest, StopControlConnectionRequest)


@pytest.fixture
def up(net, server):
    tunnel = net.dial("--loglevel", "2")
    return tunnel, server.take_call()


# --- what it writes -------------------------------------------------------------------------------

def test_a_frame_that_is_split_at_any_octet_is_whole(up):
    tunnel, call = up
    stream = hdlc.encode(data(7, size=40))
    for at in range(1, len(stream)):
        tunnel.pty.write(stream[:at])
        tunnel.pty.write(stream[at:])
        assert call.data.recv_data().gre.payload == data(7, size=40)


def test_a_frame_that_arrives_an_octet_at_a_time_is_whole(up):
    tunnel, call = up
    for octet in hdlc.encode(data(7, size=100)):
        tunnel.pty.write(bytes([octet]))
        time.sleep(0.002)  # pptp reads what there is
    assert call.data.recv_data().gre.payload == data(7, size=100)


def test_text_in_front_of_the_first_frame_costs_no_frame(up):
    """With nodetach, debug output of pppd, or output of a shell, gets into the pty."""
    tunnel, call = up
    tunnel.pty.write(b"using channel 1\r\nUsing interface ppp0\r\n"
                     b"Connect: ppp0 <--> /dev/pts/3\r\n")
    tunnel.pty.send(data(1))
    assert call.data.recv_data().gre.payload == data(1)
    counts = tunnel.statistics()
    assert counts["pty bad FCS"] == 1 and counts["tx sent"] == 1


def test_what_is_no_good_frame_is_counted_by_what_is_wrong_with_it(up):
    tunnel, call = up
    tunnel.pty.write(hdlc.encode(data(1), bad_fcs=True) * 2)
    tunnel.pty.write(b"\x7e\x01\x02\x7e" * 3)
    tunnel.pty.write(b"\x7eabcdef\x7d\x7e" * 4)
    tunnel.pty.write(b"\x7e" + b"A" * 5000 + b"\x7e")
    tunnel.pty.send(data(2))
    assert call.data.recv_data().gre.payload == data(2)
    counts = tunnel.statistics()
    assert [counts[name] for name in ("pty bad FCS", "pty short", "pty aborted", "tx oversize",
                                      "tx sent")] == [2, 3, 4, 1, 1]


# --- that it does not read ------------------------------------------------------------------------

def test_a_pty_that_was_full_goes_on_with_whole_frames_in_order(up):
    tunnel, call = up
    sent = 300
    for number in range(sent):
        call.data.send(data(number, size=1400))
    wait_until(lambda: tunnel.statistics()["pty waits"])
    got = numbers(tunnel.pty.recv_all(0.5 * SLOW))
    assert len(got) >= 50 and got == sorted(set(got))
    assert tunnel.pty.decoder.bad == []
    call.data.send(data(sent))
    assert numbers([tunnel.pty.recv()]) == [sent]


def test_a_hang_up_is_noticed_while_the_pty_is_full(net, up):
    tunnel, call = up
    for number in range(300):
        call.data.send(data(number, size=1400))
    wait_until(lambda: tunnel.statistics()["pty waits"])
    tunnel.pty.close()
    assert tunnel.wait_exit(AT_ONCE) == 0
    call.expect_hang_up(AT_ONCE * SLOW)
    expect_clean(net.client)


# --- that it is not there -------------------------------------------------------------------------

def test_a_pty_that_is_dead_at_the_start_ends_the_call(net, server):
    """pppd has gone before pptp has a call."""
    for _ in range(3):
        pty = Pty()
        os.close(pty.slave)
        pty.slave = None
        pptp = net.start_on_pipes(pty.master, pty.master)
        pty.close()
        assert pptp.wait_exit(AT_ONCE * SLOW) == 0, pptp.stderr.text
        try:
            server.accept(0.5 * SLOW).expect_end(5 * SLOW, passing_over=GOODBYES)
        except Timeout as error:
            assert "no TCP connection" in str(error)
        expect_clean(net.client)


def test_standard_descriptors_that_are_closed_are_a_hang_up_and_no_crash(net, server):
    command = 'exec "$0" "$1" --nolaunchpppd <&- >&-'
    pptp = net.client.start("sh", "-c", command, net.pptp, net.server.address,
                            env=net.environment())
    server.take_call().expect_hang_up()
    assert pptp.wait_exit(AT_ONCE * SLOW) == 0, pptp.stderr.text
    expect_clean(net.client)


# --- two pipes in place of a pty: pppd's `record` -------------------------------------------------

class Pipes:
    """pptp between two pipes. The test closes either end."""

    def __init__(self, net, *options):
        self.input, self.output = os.pipe(), os.pipe()
        self.process = net.start_on_pipes(self.input[0], self.output[1], *options)
        os.close(self.input[0])
        os.close(self.output[1])
        self.to_pptp, self.from_pptp = self.input[1], self.output[0]
        self.decoder = hdlc.Decoder()

    def read(self):
        return self.decoder.feed(os.read(self.from_pptp, 65536))

    def close(self, *names):
        for name in names:
            os.close(getattr(self, name))


def test_two_pipes_carry_frames_both_ways(net, server):
    pipes = Pipes(net)
    call = server.take_call()
    for number in range(50):
        os.write(pipes.to_pptp, hdlc.encode(data(number)))
        assert call.data.recv_data().gre.payload == data(number)
        call.data.send(data(number))
        assert wait_until(pipes.read, 3) == [data(number)]
    pipes.close("to_pptp", "from_pptp")
    call.expect_hang_up()
    assert pipes.process.wait_exit(AT_ONCE * SLOW) == 0
    expect_clean(net.client)


@pytest.mark.parametrize("end", ["to_pptp", "from_pptp"])
def test_the_end_of_either_pipe_is_a_hang_up(net, server, end):
    pipes = Pipes(net)
    call = server.take_call()
    pipes.close(end)
    call.expect_hang_up(AT_ONCE * SLOW)
    assert pipes.process.wait_exit(AT_ONCE * SLOW) == 0
    expect_clean(net.client)
    pipes.close("from_pptp" if end == "to_pptp" else "to_pptp")


def test_a_pipe_that_nobody_reads_does_not_stop_the_other_direction(net, server):
    pipes = Pipes(net)
    call = server.take_call()
    for number in range(200):
        call.data.send(data(number, size=1400))
    for number in range(5):
        os.write(pipes.to_pptp, hdlc.encode(data(number)))
        assert call.data.recv_data().gre.payload == data(number)
    pipes.close("to_pptp", "from_pptp")


def test_what_pppd_has_written_before_it_went_still_reaches_the_server(net, server):
    """LCP's Terminate-Request, for one."""
    pipes = Pipes(net)
    call = net.wait_up(server.take_call())
    os.write(pipes.to_pptp, b"".join(hdlc.encode(data(number)) for number in range(20)))
    pipes.close("to_pptp", "from_pptp")
    assert numbers(call.data.recv_data().gre.payload for _ in range(20)) == [*range(20)]
    call.expect_hang_up()
