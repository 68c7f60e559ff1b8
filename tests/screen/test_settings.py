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


def test_what_could_not_be_saved_can_be_saved_again(desk, open_window):
    desk.create("work")
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.enter("Server", "gate.example.net")
    desk.peers.chmod(0o500)
    window.click("Save")
    window.wait_text("cannot write")
    desk.peers.chmod(0o700)
    window.click("Save")
    window.wait(lambda: desk.show("work")["server"] == "gate.example.net", "the new server in the file")


def test_what_was_refused_is_forgotten_with_the_old_text(desk, open_window):
    desk.create("work")
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.enter("Server", "no server")
    window.wait_text("no server")
    window.enter("Server", "vpn.example.net")
    window.wait(lambda: not [text for text in window.texts if "no server" in text], "no refusal")


def test_the_answer_of_an_older_check_does_not_hide_why_nothing_was_written(desk, open_window):
    desk.create("work")
    wait_checked = desk.will_linger("pptpsetup", "--check", 2)
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.enter("Server", "gate.example.net")
    window.wait(desk.checks, "the check has begun")
    desk.peers.chmod(0o500)
    window.click("Save")
    window.wait_text("cannot write")
    wait_checked()
    window.wait_text("cannot write")
    desk.peers.chmod(0o700)


def test_the_answer_of_an_older_check_is_not_shown_for_other_settings(desk, open_window):
    desk.create("work")
    wait_checked = desk.will_linger("pptpsetup", "--check", 2)
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.enter("Server", "no server")
    window.wait(desk.checks, "the check has begun")
    window.click("Discard")
    window.wait_value("entry", "Server", "vpn.example.net")
    wait_checked()
    assert not [text for text in window.texts if "no server" in text]


def test_networks_are_written_to_the_routes_of_the_tunnel(desk, open_window):
    desk.create("work")
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    window.tab("Routes & DNS")
    window.enter("These networks", "10.0.0.0/8, 192.168.7.0/24")
    window.click("Save")
    window.wait(lambda: desk.show("work")["routes"] == ["10.0.0.0/8", "192.168.7.0/24"], "the networks in the file")


def test_what_shares_and_tests_the_tunnel_is_written_and_shown_again(desk, open_window):
    desk.create("work", "--route", "10.0.0.0/8", "--alive", "peer", "--table", "77", "--mark", "7")
    window = open_window()
    window.tab("Settings")
    window.click("Connection")
    window.wait_value("entry", "Test by pinging", "peer")
    window.enter("Test by pinging", "10.0.0.1")
    window.enter("Test every", "20")
    window.tab("Routes & DNS")
    window.click("Own routing table")
    window.wait_value("entry", "Routing table", "77")
    window.enter("Notes on networks", "10.0.0.0/8=office")
    window.switch("For other machines too", True)
    window.enter("Packets from", "192.0.2.7")
    window.enter("Packets with mark", "")
    window.click("Save")
    window.wait(lambda: desk.show("work")["route_notes"] == {"10.0.0.0/8": "office"}, "the note in the file")
    after = desk.show("work")
    assert after["lan_to_lan"]
    assert after["egress"] == {"table": ["77"], "from": ["192.0.2.7"], "alive": ["10.0.0.1 20"]}


def test_an_mtu_that_is_measured_is_shown_as_auto(desk, open_window):
    desk.create("work", "--mtu", "auto")
    window = open_window()
    window.tab("Settings")
    window.click("Connection")
    window.wait_value("entry", "MTU", "auto")
    window.enter("MTU", "1400")
    window.click("Save")
    window.wait(lambda: desk.show("work")["mtu"] == 1400, "the MTU in the file")
    assert not desk.show("work")["mtu_auto"]


def test_a_page_with_unsaved_changes_has_a_dot(desk, open_window):
    desk.create("work")
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "Server", "vpn.example.net")
    assert not window.all("tab", "Settings \u2022")
    window.enter("Server", "gate.example.net")
    window.find("tab", "Settings \u2022")
    window.tab("Routes & DNS")
    assert not window.all("tab", "Routes & DNS \u2022")
    window.enter("These networks", "10.0.0.0/8")
    window.find("tab", "Routes & DNS \u2022")
    window.click("Discard")
    window.wait(lambda: not window.all("tab", "Settings \u2022") and not window.all("tab", "Routes & DNS \u2022"), "no dot")
    window.enter("These networks", "10.0.0.0/8")
    window.find("tab", "Routes & DNS \u2022")
    window.click("Save")
    window.wait(lambda: not window.all("tab", "Routes & DNS \u2022"), "no dot after the change is saved")


def test_a_user_name_with_a_domain_is_no_change_until_it_is_edited(desk, open_window):
    desk.setup("--create", "work", "--server", "vpn.example.net", "--username", "alice@corp.example", "--password-stdin", given="secret\n")
    window = open_window()
    window.tab("Settings")
    window.wait_value("entry", "User name", "alice@corp.example")
    assert "sensitive" not in window.states("button", "Save")


def test_faults_of_the_files_are_repaired_after_a_question(desk, open_window):
    desk.create("work")
    file = desk.peers / "work"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    window = open_window()
    window.tab_to("list item", window.name_of(window.find("list item", "work")))
    window.press("Menu")
    window.click("Repair the files")
    window.click("Repair")
    window.wait(lambda: b"\r" not in file.read_bytes(), "the file without carriage returns")
