# SPDX-License-Identifier: GPL-2.0-or-later
"""The window has this machine's tunnels, of which pptpsetup says what the test needs."""
import json


def listed(**states):
    """What pptpsetup --list says of the tunnels with these states."""
    return json.dumps([{"tunnel": name, "server": "vpn.example.net", "state": state,
                        "running_interface": f"ppp-{name}" if state == "up" else None} for name, state in states.items()])


def disconnect(window, name):
    window.select("Tunnels", name)
    window.wait_text(f"Connected on ppp-{name}.")
    window.click("Disconnect")


def lists(desk):
    return sum("--list" in words for words in desk.calls("pptpsetup"))


def test_a_stop_goes_on_while_another_tunnel_is_stopped(desk, open_window):
    desk.will_say("pptpsetup", "--list", listed(alpha="up", beta="up"))
    release = desk.will_say("pptpsetup", "--stop", "", status=1, held=True)
    window = open_window(elsewhere=False)
    for name in ("alpha", "beta"):
        disconnect(window, name)
        window.wait(lambda name=name: ["--stop", name] in desk.calls("pptpsetup"), f"the stop of {name} has begun")
    release()
    # The user may not stop them, so an administrator is asked for.
    window.wait(lambda: {words[-1] for words in desk.calls("pkexec")} == {"alpha", "beta"}, "both stops have gone on")


def test_the_list_is_read_again_after_the_question_for_the_password_was_dismissed(desk, open_window):
    desk.will_say("pptpsetup", "--list", listed(work="up"))
    desk.will_say("pptpsetup", "--stop", "")
    window = open_window(elsewhere=False)
    window.find("list item", "work: Connected")
    desk.will_say("pptpsetup", "--list", "", status=1)
    disconnect(window, "work")
    window.wait_text("Cannot list the tunnels")
    window.click("As administrator")
    window.wait_text("pkexec failed")
    desk.will_say("pptpsetup", "--list", listed(work="down"))
    window.click("Disconnect")
    window.find("list item", "work: Off")


def test_an_older_list_does_not_replace_a_newer_one(desk, open_window):
    desk.will_say("pptpsetup", "--list", listed(work="up"))
    desk.will_say("pptpsetup", "--stop", "")
    window = open_window(elsewhere=False)
    window.find("list item", "work: Connected")
    before = lists(desk)
    release = desk.will_say("pptpsetup", "--list", listed(old="down", work="up"), held=True)
    disconnect(window, "work")
    window.wait(lambda: lists(desk) > before, "the older list was asked for")
    desk.will_say("pptpsetup", "--list", listed(work="down"))
    window.click("Disconnect")
    window.find("list item", "work: Off")
    release()
    assert not window.all("list item", "old") and window.all("list item", "work: Off")


def test_the_test_of_a_tunnel_goes_on_while_a_new_one_is_entered(desk, open_window):
    desk.will_say("pptpsetup", "--list", listed(work="down"))
    release = desk.will_say("pptpctl", "diagnose", json.dumps({"event": "end", "findings": []}), held=True)
    window = open_window(elsewhere=False)
    window.find("list item", "work: Off")
    window.click("Test connection")
    window.wait(lambda: any(words[0] == "diagnose" for words in desk.calls("pptpctl")), "the test has begun")
    window.click("New tunnel")
    window.find("button", "Create and connect")
    window.click("Cancel")
    release()
    window.wait_text("The test has ended.")
