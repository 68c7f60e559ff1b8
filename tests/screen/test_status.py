# SPDX-License-Identifier: GPL-2.0-or-later
"""Connect and disconnect: every stage is shown, and every failure with its cause and what to do."""
import json
import subprocess

import pytest

from desk import SAMPLES
from lab import programs

# The first lines of a real tunnel, and then what the scripts of pppd log.
UP = {"sample": "healthy/real-terminal.log", "until": "remote IP address",
      "then": ["Script /etc/ppp/ip-up started (pid 7)", "callgate-routes: work: 1 networks go through ppp0"]}
STAGES = ("Server reached", "Call accepted", "Packets pass", "Link agreed", "Password accepted", "Encrypted", "Address received",
          "Routes set")
SMALL = 800, 480  # pixels
# The stage at which each of these attempts ends.
FAULTS = {
    "chap-failed/positive-real-wrong-password-terminal.log": "Password accepted",
    "call-refused/positive-real-busy-terminal.log": "Call accepted",
    "gre-none-came/positive-real-gre-in-dropped-terminal.log": "Packets pass",
    "gre-none-came/positive-real-nat-without-helper-syslog.log": "Packets pass",
    "mppe-not-offered-here/positive-real-client-without-mppe-terminal.log": "Encrypted",
    "mppe-refused-by-server/positive-real-server-refuses-mppe-terminal.log": "Encrypted",
    "control-not-answered/positive-real-silent-syslog.log": "Server reached",
}


def connect(window, name="work"):
    window.select("Tunnels", name)
    window.tab("Status")
    window.click("Connect")


def attempt(desk, open_window, sample):
    """Returns the window after it was asked to start a tunnel whose attempt ends as in the sample."""
    desk.create("work", "--mppe", "128")
    desk.will_log("work", sample)
    window = open_window()
    connect(window)
    return window


def finding(sample):
    """Returns the most probable finding of pptpctl for this log."""
    done = subprocess.run([programs.installed().pptpctl, "diagnose", "--log", SAMPLES / sample, "--json"], capture_output=True,
                          text=True)
    return json.loads(done.stdout)["findings"][0]


def one_line(text):
    return " ".join(text.split())


def test_a_tunnel_shows_each_of_the_eight_stages_and_is_connected(desk, open_window):
    desk.create("work", "--mppe", "128", "--route", "10.0.0.0/8")
    desk.will_log("work", **UP)
    window = open_window()
    connect(window)
    for stage in STAGES:
        window.wait_text(f"{stage}: done")
    assert [text for text in window.texts if text.endswith(": done")] == [f"{stage}: done" for stage in STAGES]
    window.wait_text("Connected on ppp0, 10.99.2.1 to 10.99.1.1.")
    window.find("list item", "work: Connected")
    assert desk.calls("pptp")[0][:2] == ["call", "work"]


def test_a_tunnel_that_is_up_shows_what_it_carries_and_how_well(desk, open_window):
    desk.create("work", "--mppe", "128")
    desk.will_log("work", **UP)
    desk.carries("ppp0", 3 << 20, 2048)
    statistics = {"rx_accepted": 9998, "rx_lost": 2, "round_trip_microseconds": 18400}
    desk.will_say("pptpctl", "status", json.dumps(
        {"connections": [{"calls": [{"tunnel": "work", "interface": "ppp0", "statistics": statistics}]}]}))
    window = open_window()
    connect(window)
    window.wait_text("Received: 3.0 MiB")
    window.wait_text("Sent: 2.0 KiB")
    window.wait_text("Loss: 0.02 %, round trip: 18.4 ms")
    window.click("Disconnect")
    window.wait(lambda: not any("Loss" in text for text in window.texts), "no figures of a tunnel that is off")


def test_disconnect_ends_the_program_and_the_stages_are_open_again(desk, open_window):
    desk.create("work", "--mppe", "128")
    desk.will_log("work", **UP)
    window = open_window()
    connect(window)
    window.wait_text("Connected on ppp0")
    window.click("Disconnect")
    window.find("list item", "work: Off")
    window.wait_text("Server reached: not yet")
    desk.wait_ended("work")


@pytest.mark.parametrize("sample", FAULTS, ids=lambda sample: sample.removesuffix(".log").replace("/positive-real", ""))
def test_a_failure_shows_its_stage_its_cause_and_what_to_do(desk, open_window, sample):
    window = attempt(desk, open_window, sample)
    wanted = finding(sample)
    window.find("list item", f"work: Failed: {wanted['title']}")
    window.wait_text(f"{FAULTS[sample]}: failed")
    texts = one_line("\n".join(window.texts))
    assert one_line(wanted["cause"]) in texts
    for line in wanted["remedy"].splitlines():
        assert one_line(line) in texts
    window.find("button", "Try again")


def test_a_small_window_cuts_nothing_off(desk, open_window):
    window = attempt(desk, open_window, next(iter(FAULTS)))
    window.wait_text("Password accepted: failed")
    window.windows.resize(*SMALL)
    window.wait(lambda: window.right_edge() <= SMALL[0], f"everything is within {SMALL[0]} pixels")


def test_in_a_small_window_there_is_room_to_type_what_is_to_be_found_in_the_log(desk, open_window):
    desk.create("work")
    window = open_window()
    window.find("list item", "work: Off")
    window.tab("Log")
    window.windows.resize(*SMALL)
    window.wait(lambda: window.right_edge() <= SMALL[0], f"everything is within {SMALL[0]} pixels")
    assert window.width_of("entry", "Find") >= 100


def test_after_a_failure_another_attempt_can_succeed(desk, open_window):
    window = attempt(desk, open_window, next(iter(FAULTS)))
    window.wait_text("Password accepted: failed")
    desk.will_log("work", **UP)
    window.click("Try again")
    window.wait_text("Connected on ppp0")
    assert not [text for text in window.texts if "failed" in text]
    assert len(desk.calls("pptp")) == 2


def test_a_new_tunnel_has_nothing_of_a_deleted_one_with_its_name(desk, open_window):
    window = attempt(desk, open_window, next(iter(FAULTS)))
    window.find("list item", "work: Failed")
    desk.setup("--delete", "work")
    window.wait(lambda: not window.all("list item", "work"), "the tunnel is gone from the list")
    desk.create("work")
    window.find("list item", "work: Off")
    window.wait_text("Not connected.")
    window.tab("Log")
    window.wait_value("entry", "Log", "")


def test_the_button_of_a_remedy_changes_the_tunnel_after_it_has_asked(desk, open_window):
    window = attempt(desk, open_window, "mppe-refused-by-server/positive-real-server-refuses-mppe-terminal.log")
    window.click("Go on without encryption")
    window.wait_text("Without encryption, everybody")
    assert not desk.changes()
    window.click("Go on")
    window.wait_text("Done. You can try again now.")
    assert desk.show("work")["mppe"] == "none"


def test_a_refused_password_is_entered_again_by_the_button(desk, open_window):
    window = attempt(desk, open_window, next(iter(FAULTS)))
    window.click("Enter password again")
    window.enter("New password", "geheim")
    window.click("Save")
    window.wait_text("Done. You can try again now.")
    assert "geheim" in desk.secrets.read_text() and "secret" not in desk.secrets.read_text()
    assert not any("geheim" in word for words in desk.calls("pptpsetup") for word in words)
