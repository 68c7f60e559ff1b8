# SPDX-License-Identifier: GPL-2.0-or-later
"""Who may start and stop a tunnel's unit, as the real polkit decides for users who have logged in by the real logind."""
import pytest

from lab import logins
from lab.logins import MEMBER, OUTSIDER, logged_in
from lab.units import unit

WITHOUT_ASKING = "Interactive authentication required"
SYSTEMCTL = "systemctl --no-ask-password"


@pytest.fixture
def users(machine):
    if not logins.POLKIT.exists():
        pytest.skip("polkitd is not installed")
    with logins.users(machine):
        yield


def test_a_member_of_dip_starts_and_stops_a_tunnel_without_a_password_and_nobody_else_does(machine, server, users):
    [started] = logged_in(machine, MEMBER, f"{SYSTEMCTL} start {unit('work')}")
    assert started[0] == 0 and machine.active(unit("work")), started

    start, stop = logged_in(machine, OUTSIDER, f"{SYSTEMCTL} start {unit('home')}", f"{SYSTEMCTL} stop {unit('work')}")
    assert start[0] and WITHOUT_ASKING in start[1] and not machine.active(unit("home"))
    assert stop[0] and WITHOUT_ASKING in stop[1] and machine.active(unit("work"))

    [stopped] = logged_in(machine, MEMBER, f"{SYSTEMCTL} stop {unit('work')}")
    assert stopped[0] == 0 and not machine.active(unit("work")), stopped
