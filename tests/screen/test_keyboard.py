# SPDX-License-Identifier: GPL-2.0-or-later
"""The window by keyboard alone: no action of the accessibility bus, and no mouse."""
from test_status import UP


def replace_text(window, text):
    window.press("Control+a")
    window.type(text)


def test_edit_save_connect_and_disconnect(desk, open_window):
    desk.create("work", "--mppe", "128")
    desk.will_log("work", **UP)
    window = open_window()
    window.find("list item", "work")
    window.press("Alt+2")
    window.wait(lambda: "selected" in window.states("tab", "Settings"), "the page Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.tab_to("entry", "Server")
    replace_text(window, "gate.example.net")
    window.wait_value("entry", "Server", "gate.example.net")
    window.press("Control+s")
    window.wait(lambda: desk.show("work")["server"] == "gate.example.net", "the new server in the file")
    window.press("Alt+1")
    window.wait(lambda: "selected" in window.states("tab", "Status"), "the page Status")
    window.tab_to("button", "Connect")
    window.press("space")
    window.wait_text("Connected on ppp0")
    window.tab_to("button", "Disconnect")
    window.press("Return")
    window.find("list item", "work: Off")


def test_every_control_can_be_reached_and_has_a_name(desk, open_window):
    desk.create("work")
    window = open_window()
    window.find("list item", "work")
    for page in ("Status", "Settings", "Routes & DNS"):
        window.tab(page)
        unnamed = window.read("all names", lambda: [
            role for role in ("button", "entry", "switch", "list") for widget in window.all(role, "")
            if window.name_of(widget) in ("", "GtkButton", "GtkEntry", "GtkSwitch", "GtkListBox", "GtkTextView")])
        assert not unnamed, f"{page}: {unnamed}"
