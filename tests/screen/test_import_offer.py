# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels of other programs are offered at the first start, and a file that is dropped on the window is imported."""
import pytest

from test_tunnels import NETWORK_MANAGER

PPTPCONFIG = 'a:1:{s:4:"home";a:3:{s:4:"name";s:4:"home";s:6:"server";s:16:"home.example.net";s:8:"username";s:3:"bob";}}'
PPTP_COMMAND = """# PPTP Tunnel configuration for tunnel plant
# Server IP: 198.51.100.7
# Route: add -net 10.9.0.0 netmask 255.255.0.0 dev TUNNEL_DEV
name plant
remotename PPTP
"""
FILES = {"etc/pptpconfig/tunnels": PPTPCONFIG, "etc/NetworkManager/system-connections/office.nmconnection": NETWORK_MANAGER,
         "etc/ppp/peers/plant": PPTP_COMMAND}
NAMES = {"etc/pptpconfig/tunnels": "home", "etc/NetworkManager/system-connections/office.nmconnection": "office",
         "etc/ppp/peers/plant": "plant"}


def put(desk, name):
    file = desk.root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(FILES[name])
    return f"Import {file}".replace("_", "")  # the name of its button, as Window.name_of() reads it


@pytest.mark.parametrize("name", FILES, ids=NAMES.get)
def test_a_file_of_another_program_is_offered_and_imported_once(desk, open_window, name):
    offer = put(desk, name)
    window = open_window()
    window.click(offer)
    window.wait_text(f"{NAMES[name]}, from")
    window.enter(f"Password of {NAMES[name]}", "geheim")
    window.click(f"Import {NAMES[name]}")
    window.wait_text("The tunnel was imported.")
    assert "geheim" in desk.secrets.read_text()
    window.stop()
    again = open_window()
    again.find("list item", f"{NAMES[name]}: Off")
    assert not again.all("button", offer)


def test_peers_files_of_the_old_pptp_command_are_offered_until_they_are_tunnels(desk, open_window):
    offer = put(desk, "etc/ppp/peers/plant")
    (desk.peers / "__default").symlink_to("plant")
    (desk.peers / "modem").write_text("# Server IP: none of pptp\npty /bin/true\n")
    (desk.peers / "provider").write_text("# for a modem\n/dev/modem\n")
    desk.create("work")
    window = open_window()
    window.find("button", offer)
    assert [window.name_of(button) for button in window.all("button", "Import /")] == [offer]
    window.click(offer)
    window.enter("Password of plant", "geheim")
    window.click("Import plant")
    window.find("list item", "plant: Off")
    assert [desk.show("plant")[key] for key in ("server", "username", "routes")] == ["198.51.100.7", "plant", ["10.9.0.0/16"]]
    window.stop()
    (desk.directory / "home/.config/callgate/import-offered").unlink()  # as on the first start
    again = open_window()
    again.find("list item", "plant: Off")
    assert not again.all("button", "Import /")


def test_an_offer_that_is_put_off_does_not_come_again(desk, open_window):
    offer = put(desk, "etc/pptpconfig/tunnels")
    window = open_window()
    window.find("button", offer)
    window.click("Not now")
    window.wait(lambda: not window.all("button", offer), "the offer is gone")
    window.stop()
    desk.create("work")
    again = open_window()
    again.find("list item", "work: Off")
    assert not again.all("button", "Not now") and not desk.changes()


def test_nothing_is_offered_if_there_is_nothing_to_import(desk, open_window):
    desk.create("work")
    put_aside = desk.root / "etc/NetworkManager/system-connections/wifi.nmconnection"
    put_aside.parent.mkdir(parents=True)
    put_aside.write_text("[connection]\nid=wifi\ntype=wifi\n")
    window = open_window()
    window.find("list item", "work: Off")
    assert not window.all("button", "Not now")


def test_without_a_tunnel_a_button_makes_the_first_one(window):
    window.wait_text("There is no tunnel yet.")
    window.click("New tunnel")
    window.find("button", "Create and connect")


def test_a_file_that_is_dropped_on_the_window_is_imported(desk, open_window):
    desk.create("work")
    file = desk.directory / "office.nmconnection"
    file.write_text(NETWORK_MANAGER)
    window = open_window()
    window.find("list item", "work: Off")
    window.windows.drop(file)
    window.wait_text("office, from")
    window.find("button", "Import office")
