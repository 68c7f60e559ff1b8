# SPDX-License-Identifier: GPL-2.0-or-later
"""Every way in which a real tunnel ends: within a second, with one line, and leaving nothing."""
import re
import signal
import time
from dataclasses import dataclass
from typing import Callable

import pytest

from lab.ppp import SLOW
from lab.tunnel import expect_clean

AT_ONCE = 1.0  # s
LOCAL, LOST, SERVER = 0, 8, 9  # exit statuses
ADDRESS = r"192\.0\.2\.2"


@dataclass(frozen=True)
class End:
    """What happens at the server, and what pptp makes of it."""
    act: Callable
    statuses: tuple


# pptpd without its pppd just closes the TCP connection; pptpctrl on SIGTERM says
# Call-Disconnect-Notify and Stop. Where a pppd ends in order it says so by LCP first, and ours may
# hang up before the other news arrives.
SERVER_ENDS = {
    "server-pppd-sigterm": End(lambda s: s.signal_all("pppd", signal.SIGTERM), (LOCAL, LOST)),
    "server-pppd-sigkill": End(lambda s: s.signal_all("pppd", signal.SIGKILL), (LOST,)),
    "pptpd-stopped": End(lambda s: s.stop_pptpd(), (LOCAL, LOST, SERVER)),
    "pptpctrl-sigterm": End(lambda s: s.signal_all("pptpctrl", signal.SIGTERM), (SERVER,)),
    "pptpctrl-sigkill": End(lambda s: s.signal_all("pptpctrl", signal.SIGKILL), (LOST,)),
    "tcp-reset": End(lambda s: s.reset_tcp(), (LOST,)),
}


@pytest.mark.parametrize("end", SERVER_ENDS)
def test_an_end_at_the_server_is_noticed_at_once(client, server, tunnel, end):
    SERVER_ENDS[end].act(server)
    news = time.monotonic()
    status = tunnel.wait_pptp_exit(AT_ONCE)
    print(f"{end}: {time.monotonic() - news:.2f} s")  # pytest -rP shows it
    assert status in SERVER_ENDS[end].statuses
    expect_over(client, tunnel, status)


@pytest.mark.parametrize("number", (signal.SIGTERM, signal.SIGINT, signal.SIGHUP))
def test_stopping_pppd_hangs_up(client, server, tunnel, number):
    tunnel.pppd.signal(number)
    assert tunnel.wait_pptp_exit(AT_ONCE) == LOCAL
    server.wait_log(r"CTRL: Received CALL CLR request")
    expect_over(client, tunnel, LOCAL)


def test_killing_pppd_hangs_up(client, server, tunnel):
    tunnel.pppd.signal(signal.SIGKILL)
    server.wait_log(r"CTRL: Received CALL CLR request")
    expect_clean(client, within=AT_ONCE)


def test_a_silent_server_is_given_up_after_idle_wait_and_max_echo_wait(client, server):
    tunnel = client.dial(server, "alice", "--idle-wait", "2", "--max-echo-wait", "2").wait_up()
    server.unplug()
    status = tunnel.wait_pptp_exit(2 + 2 + AT_ONCE)
    assert status == LOST
    expect_over(client, tunnel, status)


def test_a_server_that_has_rebooted_is_noticed_with_the_next_echo(client, server):
    """The new kernel answers the Echo-Request of an old connection with a reset."""
    tunnel = client.dial(server, "alice", "--idle-wait", "3", "--max-echo-wait", "60").wait_up()
    server.crash()
    server.plug_in()
    status = tunnel.wait_pptp_exit(3 + AT_ONCE)
    assert status == LOST
    expect_over(client, tunnel, status)


def expect_over(client, tunnel, status):
    """pppd has followed, one line has said why, nothing is left. Our own hang-up needs no words."""
    tunnel.pppd.wait_exit(AT_ONCE * SLOW)
    lines = tunnel.pptp_errors
    if status == LOCAL:
        assert len(lines) <= 1, lines
    else:
        assert len(lines) == 1 and re.search(ADDRESS, lines[0]), lines
    expect_clean(client, within=AT_ONCE)
