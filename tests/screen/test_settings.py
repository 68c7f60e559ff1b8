# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings: what is entered is what pptpsetup writes, and what it refuses is said below the field."""


def test_edit_writes_what_was_entered_and_nothing_else(desk, open_window):
    desk.create("work", "--mppe", "128", "--mtu", "1400")
    before = desk.show("work")
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.enter("Server", "gate.example.net")
    window.enter("Domain", "CORP")
    window.select("Encryption", "required, 40 bit")
    window.click("Save")
    window.wait(lambda: desk.show("work")["server"] == "gate.example.net", "the new server in the file")
    after = desk.show("work")
    changed = {key for key in after if after[key] != before[key]}
    assert changed == {"server", "domain", "user", "mppe", "options"}, changed
    assert (after["domain"], after["mppe"]) == ("CORP", "40")


def test_a_password_is_given_on_standard_input_only(desk, open_window):
    desk.create("work")
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.enter("Password", "geheim")
    window.click("Save")
    window.wait(lambda: "geheim" in desk.secrets.read_text(), "the new password in chap-secrets")
    assert "--password-stdin" in desk.changes()[-1]
    assert not any("geheim" in word for words in desk.calls("pptpsetup") for word in words)


def test_what_pptpsetup_refuses_is_said_and_cannot_be_saved(desk, open_window):
    desk.create("work")
    before = desk.show("work")
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.enter("Server", "no server")
    window.wait_text("no server")
    window.wait(lambda: "sensitive" not in window.states("button", "Save"), "Save cannot be used")
    window.click("Discard")
    window.wait_value("entry", "Server", "vpn.example.net")
    assert desk.show("work") == before and not desk.changes()


def test_networks_are_written_to_the_routes_of_the_tunnel(desk, open_window):
    desk.create("work")
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.tab("Routes & DNS")
    window.enter("These networks", "10.0.0.0/8, 192.168.7.0/24")
    window.click("Save")
    window.wait(lambda: desk.show("work")["routes"] == ["10.0.0.0/8", "192.168.7.0/24"], "the networks in the file")
