# SPDX-License-Identifier: GPL-2.0-or-later
"""The window of an ordinary user beside real units: systemd connects, polkit decides, and pkexec writes."""
import contextlib
import os
import pwd
import shutil
import time
from pathlib import Path

import pytest

from lab import logins, programs
from lab.diagnosis import DROP
from lab.display import OF_A_WINDOW, WINDOW, Display, missing_programs, shared_bus
from lab.lines import wait_until
from lab.logins import MEMBER, OUTSIDER, PASSWORD, READER
from lab.process import executable, proc_statuses
from lab.units import TunnelUnit, pids, unit

PPTPSETUP = programs.prefix() / "sbin/pptpsetup"
WORK = Path("/etc/ppp/peers/work")
SEAT = Path("/run/seat")
OTHER_SERVER = "192.0.2.77"


@pytest.fixture(scope="module")
def seat(hosts):
    """A display and a bus for every user."""
    if not WINDOW.exists():
        pytest.skip(f"there is no {WINDOW}: build with -Dgui=enabled, and install")
    if missing := missing_programs("pkexec", "pkttyagent"):
        pytest.fail(f"{missing[0]} is not installed: scripts/install-deps vm screen")
    SEAT.mkdir()
    with contextlib.ExitStack() as ends:
        display = Display(SEAT)
        ends.callback(display.stop)
        bus = shared_bus(SEAT, os.environ | {"DISPLAY": display.name})
        ends.callback(bus.stop)
        ends.enter_context(logins.users(hosts[0]))
        environment = ends.enter_context(pytest.MonkeyPatch.context())
        for name in "DBUS_SESSION_BUS_ADDRESS", "AT_SPI_BUS_ADDRESS":
            environment.setenv(name, bus.address)  # libatspi in this process reads them
        environment.setenv("DISPLAY", display.name)
        yield display, bus
    shutil.rmtree(SEAT)


@pytest.fixture
def open_window(machine, seat):
    """A function that opens the window of this user, who has logged in."""
    from lab.window import Window  # libatspi reads the environment of its first use
    from lab.x11 import Windows
    display, bus = seat
    opened = []

    def open_it(user, *words):
        home = SEAT / user
        home.mkdir(mode=0o700)
        shutil.chown(home, user, user)
        process = logins.SessionProcess(machine, user, [WINDOW, *words], OF_A_WINDOW | {
            "HOME": home, "XDG_RUNTIME_DIR": home, "DISPLAY": display.name, "DBUS_SESSION_BUS_ADDRESS": bus.address,
            "AT_SPI_BUS_ADDRESS": bus.address}, SEAT / "window.log")
        opened.append(Window(process, Windows(display.name)))
        return opened[-1]
    yield open_it
    for window in opened:
        window.stop()


@pytest.fixture
def work():
    """The settings of the tunnel, which are as before at the end."""
    before = WORK.read_text()
    yield before
    WORK.write_text(before)


def assert_never_root(window, user):
    """Neither the user's window nor any other one has a right of root."""
    windows = proc_statuses([pid for pid in pids() if executable(pid) == str(WINDOW)])
    assert window.process.pid in windows
    for status in windows.values():
        assert set(status["Uid"].split()) == {str(pwd.getpwnam(user).pw_uid)}, status
        assert not int(status["CapPrm"], 16) and not int(status["CapAmb"], 16), status


def test_a_member_of_dip_connects_and_disconnects_without_a_password_and_edits_with_one(machine, server, work, open_window):
    window = open_window(MEMBER, "work")
    window.wait_text(f"{server.address}, as alice")
    assert_never_root(window, MEMBER)
    window.click("Connect")
    window.wait_text("Connected on ppp")
    assert machine.active(unit("work"))
    TunnelUnit(machine, server, "work").ping()
    # This user may not read the journal, which has the stages.
    window.wait_text("The log of work cannot be followed")
    assert not [text for text in window.texts if "failed" in text or "not yet" in text]
    assert_never_root(window, MEMBER)
    window.click("Disconnect")
    window.find("list item", "work: Off")
    assert not machine.active(unit("work"))

    window.tab("Settings")
    window.wait_value("entry", "Server", server.address)
    window.enter("Server", OTHER_SERVER)
    with logins.authentication_agent(MEMBER, window.process.pid) as agent:
        window.click("Save")
        agent.wait("Authentication is required to change PPTP tunnels")
        agent.answer_unseen("Password: ", "wrong")
        window.wait_text("Nothing was changed, because you are not authorized")
        assert WORK.read_text() == work
        window.click("Save")
        agent.answer_unseen("Password: ", PASSWORD)
        wait_until(lambda: WORK.read_text() != work, what="the new settings in the file")
    assert WORK.read_text() == work.replace(server.address, OTHER_SERVER)
    assert_never_root(window, MEMBER)


def followers():
    return [pid for pid, status in proc_statuses(pids()).items() if status["Name"] == "pptpctl"]


def test_a_start_that_the_user_stops_has_not_failed(machine, server, open_window):
    """Its pppd needs some seconds for its Terminate-Requests, and the journal has its start."""
    server.nft(DROP.format("input", "ip protocol 47"))
    try:
        window = open_window(READER, "work")
        window.wait_text(f"{server.address}, as alice")
        window.click("Connect")
        wait_until(followers, what="the window follows the start")
        wait_until(lambda: "Connect: ppp" in machine.journal("-u", unit("work"), "--since", "-30s"), what="pppd asks for a link")
        window.click("Stop trying")
        wait_until(lambda: machine.show(unit("work"), "ActiveState") == "inactive", what="the unit has ended")
        window.find("list item", "work: Off")
        time.sleep(2)  # what must not come has no event
        window.find("list item", "work: Off")
        assert not followers() and not [text for text in window.texts if "Failed" in text]
    finally:
        server.nft("flush ruleset")


def test_a_user_outside_dip_is_told_why_not(machine, server, open_window):
    window = open_window(OUTSIDER)
    window.wait_text("only root and members of the group dip may")
    with logins.authentication_agent(OUTSIDER, window.process.pid) as agent:
        window.click("As administrator")
        agent.answer_unseen("Password: ", PASSWORD)
        window.select("Tunnels", "home")
    window.wait_text(f"{server.address}, as bob")
    window.click("Connect")
    window.wait_text("Members of the group dip may start and stop tunnels.")
    window.find("list item", "home: Off")
    assert not machine.active(unit("home"))
    assert_never_root(window, OUTSIDER)


def test_the_window_refuses_to_be_root_s(machine, seat):
    refused = machine.run(WINDOW, check=False)
    assert refused.returncode == 1 and "start it as the user who is logged in" in refused.stderr


@pytest.mark.parametrize("option, value", [("--root", "/tmp"), ("--password-file", "/etc/shadow")])
def test_through_pkexec_pptpsetup_takes_no_tree_and_no_file(machine, seat, work, option, value):
    refused = machine.run("pkexec", PPTPSETUP, "--edit", "work", "--mtu", "1200", option, value, check=False)
    assert refused.returncode == 1 and f"{option} is not possible through pkexec" in refused.stderr
    assert WORK.read_text() == work
