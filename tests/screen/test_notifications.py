# SPDX-License-Identifier: GPL-2.0-or-later
"""Notifications: what they say, and what their buttons do."""
import pytest

from test_status import FAULTS, UP, connect, finding

WRONG_PASSWORD, BUSY = list(FAULTS)[:2]


@pytest.fixture
def desktop(desk, bus):
    from notifications import NotificationServer  # after libatspi's environment is set
    server = NotificationServer(bus.address)
    yield server
    server.close()


@pytest.fixture
def open_behind(open_window):
    """open_window() of a window that is not in front."""
    def open_it(**settings):
        window = open_window(**settings)
        look_away(window)
        return window
    return open_it


def look_away(window):
    window.windows.unfocus()
    window.all("list item")  # it answers after it has noticed


def look_at(window):
    window.windows.focus()
    window.all("list item")


def wait_for(window, desktop, title, body=None):
    """Waits for this notification. The cause of a failure may come after it."""
    def shown():
        found = desktop.find(title)
        return found if found and body in (None, found.body) else None
    return window.wait(shown, f"the notification {title!r}; shown are {desktop.shown}")


def fail_both(desk, open_behind, desktop):
    """Returns the window after two tunnels have failed, the second of which is shown."""
    for name in ("alpha", "beta"):
        desk.create(name, "--mppe", "128")
        desk.will_log(name, WRONG_PASSWORD)
    window = open_behind()
    for name in ("alpha", "beta"):
        connect(window, name)
        wait_for(window, desktop, f"{name}: Failed", finding(WRONG_PASSWORD)["title"])
    return window


def test_a_tunnel_that_fails_is_told_and_connected_again_by_the_button(desk, open_behind, desktop):
    desk.create("work", "--mppe", "128")
    desk.will_log("work", BUSY)
    window = open_behind()
    connect(window)
    failed = wait_for(window, desktop, "work: Failed", finding(BUSY)["title"])
    assert list(failed.buttons) == ["Connect again", "Show"] and failed.urgency
    desk.will_log("work", **UP)
    desktop.press("work: Failed", "Connect again")
    up = wait_for(window, desktop, "work: Connected", "vpn.example.net")
    assert list(up.buttons) == ["Show"]
    assert len(desk.calls("pptp")) == 2 and len(desktop.shown) == 1


def test_the_remedy_asks_for_what_it_needs_in_the_window_and_is_carried_out(desk, open_behind, desktop):
    desk.create("alpha")
    desk.create("work", "--mppe", "128")
    desk.will_log("work", WRONG_PASSWORD)
    window = open_behind()
    connect(window)
    failed = wait_for(window, desktop, "work: Failed", finding(WRONG_PASSWORD)["title"])
    assert list(failed.buttons) == ["Enter password again", "Show"]
    window.select("Tunnels", "alpha")
    window.tab("Log")
    desktop.press("work: Failed", "Enter password again")
    window.enter("New password", "geheim")
    window.click("Save")
    window.wait_text("Done. You can try again now.")
    assert "geheim" in desk.secrets.read_text()
    assert len(desk.calls("pptp")) == 1


@pytest.mark.parametrize("button", ["Show", None])
def test_the_notification_shows_its_tunnel_in_the_window(desk, open_behind, desktop, button):
    desk.create("alpha", server="alpha.example.net")
    desk.create("work", "--mppe", "128")
    desk.will_log("work", **UP)
    window = open_behind()
    connect(window)
    wait_for(window, desktop, "work: Connected")
    window.select("Tunnels", "alpha")
    window.tab("Log")
    desktop.press("work: Connected", button)
    window.wait_text("Connected on ppp0")
    assert window.value("list", "Tunnels").startswith("work: Connected")


def test_what_is_seen_in_the_window_is_not_told(desk, open_window, desktop):
    desk.create("work", "--mppe", "128")
    desk.will_log("work", **UP)
    window = open_window()
    look_at(window)
    connect(window)
    window.wait_text("Connected on ppp0")
    look_away(window)
    window.click("Disconnect")
    wait_for(window, desktop, "work: Off")
    assert desktop.told == ["work: Off"]


def test_a_notification_goes_when_it_does_not_hold_any_longer(desk, open_behind, desktop):
    desk.create("work", "--mppe", "128")
    desk.will_log("work", BUSY)
    window = open_behind()
    connect(window)
    wait_for(window, desktop, "work: Failed", finding(BUSY)["title"])
    desk.will_log("work", **UP)
    window.click("Try again")
    wait_for(window, desktop, "work: Connected")
    assert desktop.closed == ["work: Failed"]


def test_a_notification_goes_when_the_user_sees_that_it_does_not_hold_any_longer(desk, open_behind, desktop):
    desk.create("work", "--mppe", "128")
    desk.will_log("work", **UP)
    window = open_behind()
    connect(window)
    wait_for(window, desktop, "work: Connected")
    look_at(window)
    window.click("Disconnect")
    window.find("list item", "work: Off")
    window.wait(lambda: desktop.find("work: Connected") is None, "the notification is gone")
    assert desktop.told == ["work: Connected"]


def test_a_notification_goes_with_its_tunnel_and_nothing_happens_to_another_one(desk, open_behind, desktop):
    window = fail_both(desk, open_behind, desktop)
    number = desktop.number("alpha: Failed")
    word = desktop.shown[number].buttons["Enter password again"]
    desk.setup("--delete", "alpha")
    window.wait(lambda: not window.all("list item", "alpha"), "the tunnel is gone from the list")
    window.wait(lambda: desktop.find("alpha: Failed") is None, "its notification is gone")
    window.tab("Log")
    desktop.send(number, word)
    desktop.press("beta: Failed", "Show")
    window.wait(lambda: "selected" in window.states("tab", "Status"), "the page Status")
    assert not window.all("entry", "New password")


def test_the_remedy_is_that_of_the_tunnel_that_the_notification_names(desk, open_behind, desktop):
    window = fail_both(desk, open_behind, desktop)
    desktop.press("alpha: Failed", "Enter password again")
    window.enter("New password", "geheim")
    window.click("Save")
    window.wait_text("Done. You can try again now.")
    assert [words[words.index("--edit") + 1] for words in desk.changes()] == ["alpha"]


def test_the_buttons_in_german(desk, open_behind, desktop):
    desk.create("work", "--mppe", "128")
    desk.will_log("work", BUSY)
    window = open_behind(language="de")
    window.select("Tunnel", "work")
    window.click("Verbinden")
    failed = wait_for(window, desktop, "work: Fehlgeschlagen")
    assert list(failed.buttons) == ["Erneut verbinden", "Zeigen"]
