# SPDX-License-Identifier: GPL-2.0-or-later
"""An answer belongs to what was asked. The window may show another tunnel or another form by the time it comes."""
import pytest

from test_import_offer import PPTP_COMMAND
from test_status import FAULTS, connect, finding
from test_tunnels import NETWORK_MANAGER, fill_in

WRONG_PASSWORD, BUSY = list(FAULTS)[:2]
WITHOUT_ENCRYPTION = "mppe-refused-by-server/positive-real-server-refuses-mppe-terminal.log"


@pytest.fixture
def two(desk):
    """Two tunnels with different servers."""
    desk.create("alpha", "--mppe", "128", server="alpha.example.net")
    desk.create("beta", "--mppe", "128", server="beta.example.net")


def shown(window):
    return window.value("list", "Tunnels").split(":")[0]


def open_settings(window, name):
    window.select("Tunnels", name)
    window.tab("Settings")
    window.wait_value("entry", "Server", f"{name}.example.net")


def wait_usable(window, role, name, wanted):
    window.wait(lambda: window.is_usable(role, name) == wanted, f"the {role} {name!r} can be used: {wanted}")


def wait_for_a_later_change(desk, window):
    """When the window shows a later change of the files, it has shown what the answers before have brought."""
    desk.create("later")
    window.find("list item", "later: Off")


def has_text(window, text):
    return any(text in shown for shown in window.texts)


# A remedy

@pytest.mark.parametrize("sample", [WRONG_PASSWORD, WITHOUT_ENCRYPTION], ids=["password", "agreement"])
def test_a_remedy_is_for_the_tunnel_for_which_it_was_asked(desk, two, open_window, sample):
    desk.will_log("alpha", sample)
    window = open_window()
    connect(window, "alpha")
    if sample == WRONG_PASSWORD:
        window.click("Enter password again")
        window.enter("New password", "geheim")
    else:
        window.click("Go on without encryption")
        window.wait_text("Without encryption, everybody")
    desk.setup("--delete", "alpha")
    window.wait(lambda: shown(window) == "beta", "the other tunnel is shown")
    window.click("Save" if sample == WRONG_PASSWORD else "Go on")
    window.wait(desk.changes, "a change was tried")
    window.wait_text("alpha: there is no tunnel")
    assert [words[words.index("--edit") + 1] for words in desk.changes()] == ["alpha"]
    assert "geheim" not in desk.secrets.read_text() and desk.show("beta")["mppe"] == "128"


def test_a_remedy_is_not_said_to_be_done_for_another_cause(desk, two, open_window):
    desk.will_log("alpha", WRONG_PASSWORD)
    let_go = desk.will_stop("pptpsetup", "--password-stdin")
    window = open_window()
    connect(window, "alpha")
    window.click("Enter password again")
    window.enter("New password", "geheim")
    window.click("Save")
    window.wait(desk.changes, "the change has begun")
    desk.will_log("alpha", BUSY)
    window.click("Try again")
    window.find("list item", f"alpha: Failed: {finding(BUSY)['title']}")
    let_go()
    wait_for_a_later_change(desk, window)
    assert "geheim" in desk.secrets.read_text()
    assert not has_text(window, "Done.")


# The settings

def test_the_settings_of_another_tunnel_cannot_be_edited(desk, two, open_window):
    window = open_window()
    open_settings(window, "alpha")
    let_go = desk.will_stop("pptpsetup", "--show")
    window.select("Tunnels", "beta")
    window.wait(lambda: shown(window) == "beta", "the other tunnel is shown")
    assert window.value("entry", "Server") == ""
    wait_usable(window, "entry", "Server", False)
    let_go()
    window.wait_value("entry", "Server", "beta.example.net")
    wait_usable(window, "entry", "Server", True)


def test_what_is_entered_for_another_tunnel_stays_when_a_change_is_made(desk, two, open_window):
    window = open_window()
    open_settings(window, "alpha")
    let_go = desk.will_stop("pptpsetup", "--password-stdin")
    window.enter("Password", "geheim")
    window.click("Save")
    window.wait(desk.changes, "the change has begun")
    open_settings(window, "beta")
    window.enter("Server", "gate.example.net")
    let_go()
    assert "geheim" in desk.secrets.read_text()
    wait_for_a_later_change(desk, window)
    assert shown(window) == "beta"
    assert window.value("entry", "Server") == "gate.example.net"
    window.click("Save")
    window.wait(lambda: desk.show("beta")["server"] == "gate.example.net", "the new server in the file")
    assert desk.show("alpha")["server"] == "alpha.example.net"


def test_why_a_change_was_refused_is_not_said_on_the_page_of_another_tunnel(desk, two, open_window):
    window = open_window()
    open_settings(window, "alpha")
    let_go = desk.will_stop("pptpsetup", "--mtu")
    window.click("Connection")
    window.enter("MTU", "1400")
    window.click("Save")
    window.wait(desk.changes, "the change has begun")
    open_settings(window, "beta")
    desk.peers.chmod(0o500)
    let_go()
    window.wait_text("alpha: cannot write")
    assert not [text for text in window.texts if text.startswith("cannot write")]
    desk.peers.chmod(0o700)


def test_nothing_is_entered_while_a_change_is_made(desk, two, open_window):
    window = open_window()
    open_settings(window, "alpha")
    let_go = desk.will_stop("pptpsetup", "--password-stdin")
    window.enter("Password", "geheim")
    window.click("Save")
    wait_usable(window, "entry", "Server", False)
    wait_usable(window, "button", "Save", False)
    let_go()
    wait_usable(window, "entry", "Server", True)
    window.wait_value("entry", "Password", "")
    assert len(desk.changes()) == 1


# A new tunnel

def close_form(window):
    window.click("Cancel")
    window.wait(lambda: not window.all("button", "Create and connect"), "the form is closed")


def create(desk, window):
    """Begins to make a tunnel, closes the form, and opens it again. Returns a function that lets the first one be made."""
    let_go = desk.will_stop("pptpsetup", "--password-stdin")
    window.click("New tunnel")
    fill_in(window)
    window.click("Create")
    window.wait(desk.changes, "the change has begun")
    close_form(window)
    window.click("New tunnel")
    window.enter("Server", "gate.example.net")
    return let_go


def test_a_tunnel_that_was_made_does_not_close_the_form_of_the_next_one(desk, window):
    create(desk, window)()
    window.find("list item", "work: Off")
    assert window.value("entry", "Server") == "gate.example.net"
    assert window.all("button", "Create and connect")


def test_why_a_tunnel_was_not_made_is_not_said_in_the_form_of_the_next_one(desk, window):
    let_go = create(desk, window)
    desk.peers.chmod(0o500)
    let_go()
    window.wait_text("work: cannot write")
    assert not [text for text in window.texts if text.startswith("cannot write")]
    assert window.value("entry", "Server") == "gate.example.net"
    desk.peers.chmod(0o700)


def test_nothing_is_entered_while_a_tunnel_is_made(desk, window):
    let_go = desk.will_stop("pptpsetup", "--password-stdin")
    window.click("New tunnel")
    fill_in(window)
    window.click("Create")
    for role, name in (("entry", "Server"), ("button", "Create"), ("button", "Create and connect")):
        wait_usable(window, role, name, False)
    let_go()
    window.find("list item", "work: Off")
    assert len(desk.changes()) == 1


def test_what_could_not_be_made_can_be_made_again(desk, window):
    window.click("New tunnel")
    fill_in(window)
    desk.peers.chmod(0o500)
    window.click("Create")
    window.wait_text("cannot write")
    desk.peers.chmod(0o700)
    window.click("Create")
    window.find("list item", "work: Off")


def test_a_new_tunnel_is_not_shown_if_another_one_was_selected_meanwhile(desk, two, open_window):
    let_go = desk.will_stop("pptpsetup", "--password-stdin")
    window = open_window()
    window.find("list item", "alpha: Off")
    window.click("New tunnel")
    fill_in(window)
    window.click("Create")
    window.wait(desk.changes, "the change has begun")
    close_form(window)
    open_settings(window, "beta")
    window.enter("Server", "gate.example.net")
    let_go()
    window.find("list item", "work: Off")
    wait_for_a_later_change(desk, window)
    assert shown(window) == "beta" and window.value("entry", "Server") == "gate.example.net"


# A file that is imported

@pytest.mark.parametrize("text, told", [(NETWORK_MANAGER, "office, from"), ("", "nothing.nmconnection")], ids=["read", "refused"])
def test_the_answer_for_another_file_is_not_shown(desk, window, text, told):
    first, second = desk.directory / ("first.nmconnection" if text else "nothing.nmconnection"), desk.directory / "plant"
    if text:
        first.write_text(text)
    second.write_text(PPTP_COMMAND)
    let_go = desk.will_stop("pptpsetup", str(first))
    window.click("Import")
    window.enter("File", str(first))
    window.click("Read")
    window.wait(lambda: [words for words in desk.calls("pptpsetup") if str(first) in words], "the first file is read")
    window.enter("File", str(second))
    window.click("Read")
    window.wait_text("plant, from")
    let_go()
    wait_for_a_later_change(desk, window)
    assert has_text(window, "plant, from") and not has_text(window, told)
