# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels are made, imported, renamed and deleted: what the dialogs say is what pptpsetup writes."""
from test_status import UP

NETWORK_MANAGER = """[connection]
id=office
type=vpn

[vpn]
gateway=gate.example.net
user=alice
require-mppe-128=yes
service-type=org.freedesktop.NetworkManager.pptp
"""

QUESTION = "Delete the tunnel work, with its password and its routes?"


def fill_in(window):
    window.enter("Server", "vpn.example.net")
    window.enter("Name", "work")
    window.enter("Domain", "CORP")
    window.enter("User name", "alice")
    window.enter("Password", "geheim")
    window.enter("These networks", "10.0.0.0/8")


def ask_to_delete(window):
    window.click("Menu")
    window.click("Delete")


def test_create_writes_the_tunnel_that_was_entered(desk, window):
    window.click("New tunnel")
    fill_in(window)
    window.click("Create")
    window.find("list item", "work: Off")
    settings = desk.show("work")
    assert [settings[key] for key in ("server", "domain", "username", "mppe", "routes")] == [
        "vpn.example.net", "CORP", "alice", "128", ["10.0.0.0/8"]]
    assert "geheim" in desk.secrets.read_text()
    assert not any("geheim" in word for words in desk.calls("pptpsetup") for word in words)


def test_create_and_connect_starts_the_new_tunnel(desk, window):
    desk.will_log("work", **UP)
    window.click("New tunnel")
    fill_in(window)
    window.click("Create and connect")
    window.find("list item", "work: Connected")
    assert desk.calls("pptp")[0][:2] == ["call", "work"]


def test_a_name_that_is_taken_is_refused_and_nothing_is_written(desk, open_window):
    desk.create("work")
    window = open_window()
    window.find("list item", "work: Off")
    window.click("New tunnel")
    fill_in(window)
    window.wait_text("There is a tunnel with this name")
    window.wait(lambda: "sensitive" not in window.states("button", "Create and connect"), "it cannot be created")
    window.click("Cancel")
    assert not desk.changes()


def test_the_answer_of_an_older_check_does_not_allow_a_name_that_is_taken(desk, open_window):
    desk.create("work")
    wait_checked = desk.will_linger("pptpsetup", "--check", 2)
    window = open_window()
    window.find("list item", "work: Off")
    window.click("New tunnel")
    fill_in(window)
    window.enter("Name", "office")
    window.wait(desk.checks, "the check has begun")
    window.enter("Name", "work")
    window.wait_text("There is a tunnel with this name")
    wait_checked()
    window.wait_text("There is a tunnel with this name")
    assert "sensitive" not in window.states("button", "Create and connect")


def test_a_connection_of_network_manager_is_imported(desk, window):
    file = desk.directory / "office.nmconnection"
    file.write_text(NETWORK_MANAGER)
    window.click("Import")
    window.enter("File", str(file))
    window.click("Read")
    window.wait_text("office, from")
    window.wait_text("gate.example.net")
    window.enter("Password of office", "geheim")
    window.click("Import office")
    window.wait_text("The tunnel was imported.")
    settings = desk.show("office")
    assert [settings[key] for key in ("server", "username", "mppe")] == ["gate.example.net", "alice", "128"]
    assert "geheim" in desk.secrets.read_text()


def test_delete_asks_and_then_deletes(desk, open_window):
    desk.create("home")
    desk.create("work")
    window = open_window()
    window.select("Tunnels", "work")
    window.wait_text("vpn.example.net, as alice")
    ask_to_delete(window)
    window.wait_text(QUESTION)
    window.click("Cancel")
    window.wait(lambda: QUESTION not in window.texts, "the question is gone")
    assert not desk.changes()
    ask_to_delete(window)
    window.wait_text(QUESTION)
    window.click("Delete")
    window.wait(lambda: not (desk.peers / "work").exists(), "the file is gone")
    window.wait(lambda: not window.all("list item", "work"), "the tunnel is gone from the list")
    assert (desk.peers / "home").exists() and "work" not in desk.secrets.read_text()


def test_rename_keeps_everything_but_the_name(desk, open_window):
    desk.create("work", "--mppe", "128")
    before = desk.show("work")
    window = open_window()
    window.find("list item", "work: Off")
    window.press("F2")
    window.enter("New name of work", "office")
    window.click("Rename")
    window.find("list item", "office: Off")
    after = desk.show("office")
    assert {key for key in after if after[key] != before[key]} <= {"tunnel", "name", "unit", "options", "file"}
