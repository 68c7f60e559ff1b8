# SPDX-License-Identifier: GPL-2.0-or-later
"""The menu of a tunnel in the list, by keyboard; the Delete key, and F1."""
import pytest

from test_status import UP


def test_the_list_has_the_keyboard_at_first(desk, open_window):
    desk.create("work")
    window = open_window()
    window.wait(lambda: window.focused() == ("list item", "work: Off"), "the keyboard is in the list")


def go_to_row(window, row):
    # Back from the page, because GTK 4.8 complains if Tab passes an expander that is closed.
    window.find("list item", row)
    window.tab_to("list item", row, key="Shift+Tab")


def choose(window, item):
    """Goes down to the item of the open menu, and presses Return."""
    window.find("button", "Copy as command")
    for _ in range(10):
        if window.focused() == ("button", item):
            return window.press("Return")
        before = window.focused()
        window.press("Down")
        window.wait(lambda before=before: window.focused() != before, "the keyboard moves in the menu")
    raise AssertionError(f"the menu has no {item}")


@pytest.mark.parametrize("key", ("Menu", "Shift+F10"))
def test_the_keyboard_opens_the_menu_which_connects_and_disconnects(desk, open_window, key):
    desk.create("work", "--mppe", "128")
    desk.will_log("work", **UP)
    window = open_window()
    go_to_row(window, "work: Off")
    window.press(key)
    choose(window, "Connect")
    window.wait_text("Connected on ppp0")
    go_to_row(window, "work: Connected")
    window.press(key)
    choose(window, "Disconnect")
    window.find("list item", "work: Off")
    desk.wait_ended("work")


def test_edit_opens_the_settings(desk, open_window):
    desk.create("work")
    window = open_window()
    go_to_row(window, "work: Off")
    window.press("Menu")
    choose(window, "Edit")
    window.wait(lambda: "selected" in window.states("tab", "Settings"), "the page Settings")


def test_a_duplicate_has_all_settings_of_the_tunnel_and_the_password_that_is_entered(desk, open_window):
    desk.create("work", "--mppe", "128", "--route", "10.0.0.0/8", "--table", "77", "--pppd-line", "novj", "--interface", "pptp-work",
                "--alive", "10.0.0.1")
    window = open_window()
    go_to_row(window, "work: Off")
    window.press("Menu")
    choose(window, "Duplicate")
    assert window.value("entry", "Name of the copy of work") == "work2"
    assert "sensitive" not in window.states("button", "Duplicate")
    window.enter("Name of the copy of work", "office")
    window.enter("Password", "geheim")
    window.click("Duplicate")
    window.find("list item", "office: Off")
    work, office = desk.show("work"), desk.show("office")
    assert {key for key in work if work[key] != office[key]} == {"tunnel", "options", "egress", "interface"}
    assert office["egress"] == {"alive": ["10.0.0.1 30"]} and office["interface"] is None
    assert "geheim" in desk.secrets.read_text()
    assert not any("geheim" in word for words in desk.calls("pptpsetup") for word in words)


def test_the_copied_command_makes_the_tunnel(desk, open_window):
    desk.create("work", "--mppe", "128")
    window = open_window()
    go_to_row(window, "work: Off")
    window.press("Menu")
    choose(window, "Copy as command")
    window.wait(lambda: any(words[-2:] == ["--show", "work"] for words in desk.calls("pptpsetup")), "the command was asked for")
    window.press("Control+n")
    window.find("button", "Create and connect")
    window.tab_to("entry", "Server")
    wanted = desk.setup("--show", "work").strip()

    def is_pasted():  # the window copies what pptpsetup has said by then
        window.press("Control+a")
        window.press("Control+v")
        return window.value("entry", "Server") == wanted
    window.wait(is_pasted, f"{wanted!r} in the entry")


def test_the_delete_key_asks_and_deletes_in_the_list_but_not_in_a_field(desk, open_window):
    desk.create("work")
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.tab_to("entry", "Server")
    window.press("Control+a")
    window.press("Delete")
    window.wait_value("entry", "Server", "")
    window.click("Discard")
    go_to_row(window, "work: Off")
    window.press("Delete")
    window.wait_text("Delete the tunnel work, with its password and its routes?")
    window.click("Delete")
    window.wait(lambda: not (desk.peers / "work").exists(), "the file is gone")
    assert len(desk.changes()) == 1


def test_f1_shows_the_manual_page(window):
    window.press("F1")
    window.wait(lambda: "pptpconfig [-q]" in " ".join(window.value("entry", "Manual page").split()), "the synopsis")
