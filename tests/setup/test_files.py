# SPDX-License-Identifier: GPL-2.0-or-later
"""The contents of the files: pptp-linux's own lines where it has them, and no change to others' lines."""
import json
import os
import stat

import pytest
from as_pppd import entries, secret_for
from conftest import PPTP

# The lines of pptp-linux 1.10.0, and the two that begin with lcp-echo:
# pptpsetup --create work --server vpn.example.net --username alice --password secret --encrypt
# The word exec is not pptp-linux's: without it a shell holds the output of whoever has started pppd.
PEERS = f"""# written by pptpsetup
pty "exec {PPTP} vpn.example.net --nolaunchpppd"
lock
noauth
nobsdcomp
nodeflate
name alice
remotename work
ipparam work
lcp-echo-interval 15
lcp-echo-failure 4
require-mppe-128
"""
SECRETS = """# added by pptpsetup for work
alice work "secret" *
"""

USERS_OWN = b"""# Secrets for authentication using CHAP
# client\tserver\tsecret\t\t\tIP addresses
alice *  'it is "mine"'   *      # with a comment
bob\tworkshop  "two
lines" 10.0.0.1 10.0.0.2 -- mtu 1400

# work, work2 and homework are words here
carol work "not of pptpsetup" *
# added by pptpsetup for work3
eve work3 "\\x73ecret" *
   # added by pptpsetup for working

dave\\
 server pass
"""
WITHOUT_A_NEWLINE = b"bob * x *"
EXISTING = {"a user's own": USERS_OWN, "nothing": b"", "one line": b"bob * x *\n", "empty lines": b"\n\n\n",
            "no newline at the end": WITHOUT_A_NEWLINE, "CRLF": b"bob * x *\r\n# c\r\n", "not UTF-8": b"\xff * \xfe\n"}


def test_the_files_are_those_of_pptp_linux_with_pppd_s_echo(machine):
    process = machine.start("--create", "work", "--server", "vpn.example.net", "--username", "alice", "--encrypt")
    _, errors = process.communicate(b"secret\n", timeout=60)
    assert (process.returncode, errors) == (0, b"")
    assert machine.files() == {"peers/work": PEERS.encode(), "chap-secrets": SECRETS.encode()}


@pytest.mark.parametrize("words", (
    "--create=work --server=vpn.example.net --username=alice --password=secret --encrypt",
    "-c work -s vpn.example.net -u alice -p secret -e",
    "--encrypt --user alice --serv vpn.example.net --pass secret --create work"))
def test_the_command_line_of_pptp_linux_is_understood_in_all_its_forms(machine, words):
    machine.run(*words.split())
    assert machine.files() == {"peers/work": PEERS.encode(), "chap-secrets": SECRETS.encode()}


def test_every_option_has_its_line(machine):
    machine.create("work", "--phone", "12 34", "--mtu", "1400", "--persist", "--route", "10.0.0.0/8", "--route",
                   "192.168.7.0/24", "--default-route", "--domain", "CORP")
    assert (machine.peers / "work").read_text() == f"""# written by pptpsetup
pty "exec {PPTP} vpn.example.net --phone '12 34' --nolaunchpppd"
lock
noauth
nobsdcomp
nodeflate
name "CORP\\\\alice"
remotename work
ipparam work
lcp-echo-interval 15
lcp-echo-failure 4
mtu 1400
mru 1400
persist
maxfail 0
"""
    assert (machine.ppp / "callgate/work.routes").read_text() == (
        "# written by pptpsetup: networks that go through the tunnel work\ndefault\n10.0.0.0/8\n192.168.7.0/24\n")


# --- existing files -----------------------------------------------------------------------------------

@pytest.mark.parametrize("before", EXISTING.values(), ids=EXISTING.keys())
def test_what_was_there_stays_and_is_all_that_is_left(machine, before):
    machine.secrets.write_bytes(before)
    for name in "work2", "wor", "homework", "work-2":
        machine.create(name, username="zoe")
    between = machine.secrets.read_bytes()
    assert between.startswith(before)
    machine.create("work", username="zoe")
    machine.run("--edit", "work", "--password-stdin", given=b"other")
    machine.run("--delete", "work")
    assert machine.secrets.read_bytes() == between
    for name in "homework", "work2", "work-2", "wor":
        machine.run("--delete", name)
        assert not (machine.peers / name).exists()
    assert machine.secrets.read_bytes() == before + (b"\n" if before == WITHOUT_A_NEWLINE else b"")


def test_a_tunnel_of_pptp_linux_is_deleted_and_edited(machine):
    """It puts an empty line before its own, and writes a password twice if asked to create twice."""
    bob = "bob * x *\n"
    machine.secrets.write_text(bob + "\n" + SECRETS + "\n" + SECRETS.replace("secret", "newer\\x0a"))
    (machine.peers / "work").write_text(PEERS)
    machine.run("--edit", "work", "--password-stdin", given=b"third")
    assert machine.secrets.read_text() == bob + "\n" + SECRETS.replace("secret", "third")
    assert (machine.peers / "work").read_text() == PEERS
    machine.run("--delete", "work")
    assert machine.files() == {"chap-secrets": bob.encode()}


def test_a_domain_that_pptp_linux_has_written_without_quotes_is_repaired(machine):
    """pppd reads its CORP\\alice with a bell in it."""
    machine.secrets.write_text(SECRETS.replace("alice", "CORP\\alice"))
    (machine.peers / "work").write_text(PEERS.replace("alice", "CORP\\alice"))
    assert [b"name", b"CORP\alice"] in entries((machine.peers / "work").read_bytes())
    machine.run("--edit", "work", "--mtu", "1400")
    machine.run("--edit", "work", "--mtu", "0")
    assert machine.secrets.read_text() == SECRETS.replace("alice", "CORP\\alice")
    machine.run("--edit", "work", "--domain", "CORP", "--username", "alice")
    assert machine.secrets.read_text() == SECRETS.replace("alice", '"CORP\\\\alice"')
    assert (machine.peers / "work").read_text() == PEERS.replace("alice", '"CORP\\\\alice"')


def test_a_mark_without_its_secret_is_all_that_is_deleted(machine):
    machine.secrets.write_bytes(b"# added by pptpsetup for work\n# mine\nalice work pw *\n")
    machine.run("--delete", "work")
    assert machine.secrets.read_bytes() == b"# mine\nalice work pw *\n"


def test_a_rival_secret_is_refused_as_pppd_might_take_it(machine):
    machine.secrets.write_bytes(USERS_OWN)
    _, errors = machine.create("work", username="carol", status=1)
    assert "line 8 " in errors
    assert machine.files() == {"chap-secrets": USERS_OWN}


@pytest.mark.parametrize("action", ("create", "delete"))
def test_a_peers_file_of_somebody_else_is_not_touched(machine, action):
    theirs = machine.peers / "work"
    theirs.write_text("# by hand\nuser me\n")
    if action == "create":
        machine.create("work", status=1)
    else:
        machine.run("--delete", "work", status=1)
    assert machine.files() == {"peers/work": b"# by hand\nuser me\n"}


# --- again, and otherwise -----------------------------------------------------------------------------

def identities(machine):
    return {path: (path.stat().st_ino, path.stat().st_mtime_ns) for path in machine.ppp.rglob("*")}


def test_the_same_command_again_writes_nothing(machine):
    options = ("--encrypt", "--phone", "7", "--mtu", "1400", "--persist", "--route", "10.0.0.0/8")
    machine.create("work", *options)
    before = identities(machine)
    machine.create("work", *options)
    machine.run("--edit", "work", *options)
    assert identities(machine) == before


def test_deleting_again_changes_nothing_and_says_so(machine):
    machine.create("work")
    machine.run("--delete", "work")
    before = identities(machine)
    _, errors = machine.run("--delete", "work")
    assert "there is no tunnel work" in errors
    assert identities(machine) == before


def test_creating_again_with_less_takes_away_and_keeps_what_others_wrote(machine):
    machine.create("work", "--encrypt", "--mtu", "1400", "--persist", "--route", "10.0.0.0/8", "--phone", "7")
    file = machine.peers / "work"
    file.write_text(file.read_text().replace("remotename work", "remotename PPTP") + "  usepeerdns   # mine\n")
    machine.create("work")
    assert machine.files() == {
        "peers/work": (PEERS.replace("require-mppe-128\n", "") + "  usepeerdns   # mine\n").encode(),
        "chap-secrets": SECRETS.encode()}


EDITS = {
    "server": (["--server", "new.example.net"], "vpn.example.net", "new.example.net"),
    "user": (["--username", "bob"], "name alice", "name bob"),
    "domain": (["--domain", "CORP"], "name alice", 'name "CORP\\\\alice"'),
    "no encryption": (["--no-encrypt"], "require-mppe-128\n", ""),
    "phone": (["--phone", "12"], "net --nolaunchpppd", "net --phone 12 --nolaunchpppd"),
    "mtu": (["--mtu", "1300"], "# mine\n", "# mine\nmtu 1300\nmru 1300\n"),
    "echo": (["--echo", "5"], "lcp-echo-interval 15\n", "lcp-echo-interval 5\n"),
    "no echo": (["--echo", "0"], "lcp-echo-interval 15\nlcp-echo-failure 4\n", "lcp-echo-interval 0\n"),
    "persist": (["--persist"], "# mine\n", "# mine\npersist\nmaxfail 0\n"),
}


@pytest.mark.parametrize("words, old, new", EDITS.values(), ids=EDITS.keys())
def test_an_edit_changes_its_line_and_no_other(machine, words, old, new):
    machine.create("work", "--encrypt")
    text = PEERS + "holdoff 20   # mine\n"
    (machine.peers / "work").write_text(text)
    machine.run("--edit", "work", *words)
    assert (machine.peers / "work").read_text() == text.replace(old, new)
    login = entries((machine.peers / "work").read_bytes())[5][1]
    assert secret_for(machine.secrets.read_bytes(), login, b"work") == b"secret"


def test_a_phone_number_and_an_mtu_are_taken_away_again(machine):
    machine.create("work", "--encrypt", "--phone", "1 2", "--mtu", "1400", "--route", "10.0.0.0/8", "--persist")
    machine.run("--edit", "work", "--phone", "", "--mtu", "0", "--no-routes", "--no-persist")
    assert machine.files() == {"peers/work": PEERS.encode(), "chap-secrets": SECRETS.encode()}


def test_a_tunnel_is_created_without_pppd_s_echo_if_that_is_wanted(machine):
    machine.create("work", "--encrypt", "--echo", "0")
    assert (machine.peers / "work").read_text() == PEERS.replace(
        "lcp-echo-interval 15\nlcp-echo-failure 4\n", "lcp-echo-interval 0\n")


def test_an_echo_is_switched_on_in_a_file_that_others_wrote_and_keeps_their_limit(machine):
    text = 'pty "pptp a --nolaunchpppd"\nuser me\nlcp-echo-failure 9\n'
    (machine.peers / "work").write_text(text)
    machine.run("--edit", "work", "--echo", "30")
    assert (machine.peers / "work").read_text() == text + "lcp-echo-interval 30\n"


@pytest.mark.parametrize("after", ["2>>/tmp/x", "2>&1 | tee '/tmp/a b'", ">/dev/null --phone 9"])
def test_an_edit_of_the_command_keeps_what_others_wrote_in_it(machine, after):
    machine.create("work")
    file = machine.peers / "work"
    file.write_text(f'pty "exec {PPTP} old.example.net --nobuffer --phone=7 --nolaunchpppd {after}"\nname alice\n')
    machine.run("--edit", "work", "--server", "new.example.net", "--phone", "8")
    assert file.read_text() == (f'pty "exec {PPTP} new.example.net --phone 8 --nobuffer --nolaunchpppd {after}"\n'
                                "name alice\n")
    machine.run("--edit", "work", "--device", "eth0")
    assert file.read_text() == (f'pty "exec {PPTP} new.example.net --phone 8 --nobuffer --nolaunchpppd --device eth0 {after}"\n'
                                "name alice\n")


@pytest.mark.parametrize("text, words", (
    ("mtu 1400 mru 1400\n", ["--mtu", "1300"]), ("lock persist\n", ["--no-persist"]),
    ("pty '/opt/x'\n", ["--server", "s"]), ("pty 'pptp `cat x`'\n", ["--server", "s"])))
def test_an_edit_that_cannot_be_done_line_by_line_is_refused(machine, text, words):
    (machine.peers / "work").write_text(text)
    _, errors = machine.run("--edit", "work", *words, status=1)
    assert "peers file" in errors
    assert machine.files() == {"peers/work": text.encode()}


def test_an_edit_of_a_tunnel_made_by_hand_leaves_its_secret_alone(machine):
    machine.secrets.write_text("me PPTP pw *\n")
    machine.secrets.chmod(0o640)
    (machine.peers / "work").write_text('pty "pptp a --nolaunchpppd"\nuser me\nremotename PPTP\n')
    machine.run("--edit", "work", "--server", "b")
    assert (machine.peers / "work").read_text() == 'pty "pptp b --nolaunchpppd"\nuser me\nremotename PPTP\n'
    assert stat.S_IMODE(machine.secrets.stat().st_mode) == 0o640
    machine.run("--edit", "work", "--username", "other", status=1)
    machine.run("--edit", "work", "--password-stdin", given=b"x", status=1)
    assert machine.secrets.read_text() == "me PPTP pw *\n"


def test_there_is_nothing_to_edit_of_a_tunnel_that_is_not_there(machine):
    _, errors = machine.run("--edit", "work", "--mtu", "1400", status=1)
    assert "there is no tunnel work" in errors
    assert machine.files() == {}


# --- name servers ---------------------------------------------------------------------------------------

def test_name_servers_have_a_file_and_those_of_the_server_have_a_line(machine):
    machine.create("work", "--dns", "10.0.0.1, 2001:DB8::1,10.0.0.1")
    assert (machine.ppp / "callgate/work.dns").read_text() == (
        "# written by pptpsetup: name servers while the tunnel work is up\n10.0.0.1\n2001:db8::1\n")
    assert (machine.peers / "work").read_text() == PEERS.replace("require-mppe-128\n", "")
    assert json.loads(machine.run("--list", "--json")[0])[0]["dns"] == ["10.0.0.1", "2001:db8::1"]
    machine.run("--edit", "work", "--mtu", "0")
    assert (machine.ppp / "callgate/work.dns").exists()
    machine.run("--edit", "work", "--dns", "auto")
    assert not (machine.ppp / "callgate/work.dns").exists()
    assert (machine.peers / "work").read_text() == PEERS.replace("require-mppe-128\n", "usepeerdns\n")
    machine.run("--edit", "work", "--dns", "none")
    assert (machine.peers / "work").read_text() == PEERS.replace("require-mppe-128\n", "")
    machine.run("--edit", "work", "--dns", "10.0.0.1")
    machine.run("--delete", "work")
    assert machine.files() == {"chap-secrets": b""}


# --- routes that loop ---------------------------------------------------------------------------------

@pytest.mark.parametrize("words", (["--default-route"], ["--route", "192.0.2.0/24"]))
def test_a_server_in_its_own_networks_wants_the_manager_s_host_route(machine, words):
    machine.create("work", *words, server="192.0.2.1")
    machine.run("--edit", "work", "--no-routes", "--no-default-route")
    file = machine.peers / "work"
    file.write_text(file.read_text().replace("--nolaunchpppd", "--nolaunchpppd --nohostroute"))
    before = machine.files()
    _, errors = machine.run("--edit", "work", *words, status=1)
    assert "192.0.2.1 is within the networks that go through its own tunnel" in errors
    assert machine.files() == before
    machine.run("--edit", "work", "--route", "10.0.0.0/8")


# --- looking ------------------------------------------------------------------------------------------

def test_the_list_has_every_tunnel_and_no_secret(machine):
    machine.create("work", "--encrypt", "--mtu", "1400", "--route", "10.0.0.0/8", "--domain", "CORP")
    machine.create("home", server="2001:db8::1", username="böb")
    (machine.peers / "byhand").write_text("pty 'pptp other.example.net --nolaunchpppd'\nuser me\npassword hidden\n")
    (machine.peers / "provider").write_text("connect chat\nuser me\n")
    text, _ = machine.run("--list")
    assert text == (
        "TUNNEL  SERVER             USER        MPPE  MTU   ROUTES\n"
        "byhand  other.example.net  me          no    -     -\n"
        "home    2001:db8::1        böb         no    -     -\n"
        "work    vpn.example.net    CORP\\alice  yes   1400  10.0.0.0/8\n")
    listed = json.loads(machine.run("--list", "--json")[0])
    assert listed[2] == {"tunnel": "work", "server": "vpn.example.net", "user": "CORP\\alice", "encrypt": True,
                         "phone": "", "ppp": "auto", "mtu": 1400, "mtu_auto": False, "persist": False, "routes": ["10.0.0.0/8"],
                         "interface": None, "egress": {}, "dns": "none", "written_by_pptpsetup": True,
                         "route_notes": {}, "search": [], "search_only": False, "lan_to_lan": False}
    assert [entry["written_by_pptpsetup"] for entry in listed] == [False, True, True]
    assert "secret" not in text + str(listed) and "hidden" not in text + str(listed)


@pytest.mark.parametrize("words", (
    ["--create", "work", "--server", "s", "--username", "u", "--password", "geheim"],
    ["--edit", "old", "--password", "geheim", "--mtu", "1400"], ["--delete", "old"]))
def test_a_dry_run_shows_what_would_be_and_no_secret_and_writes_nothing(machine, words):
    machine.secrets.write_bytes(USERS_OWN)
    machine.create("old", password=b"verborgen")
    before = identities(machine)
    text, _ = machine.run(*words, "--dry-run")
    assert "geheim" not in text and "verborgen" not in text and "mine" not in text
    assert '"********"' in text and str(machine.peers) in text
    assert identities(machine) == before


# --- modes, owners, links -----------------------------------------------------------------------------

def mode(path):
    return stat.S_IMODE(os.stat(path).st_mode)


def test_secrets_that_others_could_read_are_closed(machine):
    machine.secrets.write_bytes(USERS_OWN)
    machine.secrets.chmod(0o644)
    _, errors = machine.create("work")
    assert mode(machine.secrets) == 0o600 and "open to more people" in errors
    machine.secrets.chmod(0o640)
    machine.create("work")
    assert mode(machine.secrets) == 0o600


@pytest.mark.skipif(os.geteuid() != 0, reason="files of other owners need root")
def test_owner_and_group_of_a_file_are_kept(machine):
    machine.secrets.write_bytes(b"")
    machine.create("work")
    for path, mode_before in ((machine.secrets, 0o600), (machine.peers / "work", 0o640)):
        os.chown(path, 1234, 4321)
        os.chmod(path, mode_before)
    machine.run("--edit", "work", "--username", "bob")
    for path, mode_after in ((machine.secrets, 0o600), (machine.peers / "work", 0o640)):
        assert (path.stat().st_uid, path.stat().st_gid, mode(path)) == (1234, 4321, mode_after)


def test_a_link_is_followed_said_and_stays_a_link(machine):
    real = machine.root / "elsewhere"
    real.write_bytes(b"bob * x *\n")
    machine.secrets.symlink_to(real)
    _, errors = machine.create("work")
    assert machine.secrets.is_symlink() and b"alice work" in real.read_bytes() and mode(real) == 0o600
    assert f"is a symbolic link: {real}" in errors


@pytest.mark.skipif(os.geteuid() != 0, reason="files of other owners need root")
def test_a_link_that_somebody_else_has_made_is_not_followed(machine):
    real = machine.root / "shadow"
    real.write_bytes(b"root\n")
    machine.secrets.symlink_to(real)
    os.lchown(machine.secrets, 1234, 1234)
    _, errors = machine.create("work", status=1)
    assert "not followed" in errors and real.read_bytes() == b"root\n"


def test_who_speaks_ppp_is_a_word_of_the_pty_line(machine):
    file = machine.peers / "work"
    machine.create("work", "--ppp", "builtin")
    assert f'pty "exec {PPTP} vpn.example.net --nolaunchpppd --ppp builtin"\n' in file.read_text()
    assert json.loads(machine.run("--list", "--json")[0])[0]["ppp"] == "builtin"
    machine.run("--edit", "work", "--ppp", "pppd", "--phone", "12")
    assert f'pty "exec {PPTP} vpn.example.net --phone 12 --nolaunchpppd --ppp pppd"\n' in file.read_text()
    machine.run("--edit", "work", "--mtu", "1400")
    assert "--ppp pppd" in file.read_text()
    machine.run("--edit", "work", "--ppp", "auto")
    assert "--ppp" not in file.read_text()
    machine.create("work", "--ppp", "builtin")
    machine.create("work")
    assert "--ppp" not in file.read_text()
    assert "--ppp takes builtin, pppd or auto" in machine.run("--edit", "work", "--ppp", "kernel", status=1)[1]
