# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels from the files of other programs; hostile files are refused with a sentence."""
import json
import os
import random
import shlex
from pathlib import Path

import jsonschema
import pytest
from conftest import REPOSITORY

from callgate_setup import foreign, php, pppd_options, words
from callgate_setup.checks import Refused

SCHEMA = json.loads((REPOSITORY / "doc/import.schema.json").read_text(encoding="utf-8"))
CORPUS = Path(__file__).parent / "corpus"


def serialized(value):
    """As PHP's serialize() writes it."""
    if isinstance(value, bool):
        return b"b:%d;" % value
    if isinstance(value, int):
        return b"i:%d;" % value
    if isinstance(value, (str, bytes)):
        raw = value.encode() if isinstance(value, str) else value
        return b's:%d:"%s";' % (len(raw), raw)
    if value is None:
        return b"N;"
    return b"a:%d:{%s}" % (len(value), b"".join(serialized(key) + serialized(entry) for key, entry in value.items()))


# Every field of pptpconfig 1.12, in its order.
OFFICE = {"name": "Büro 1", "server": "vpn.example.net", "domain": "CORP", "username": "alice", "password": 'se"cret;',
          "pppd-options": "idle 600 plugin evil.so", "pptp-options": "--timeout 1 --phone 7", "resolv": "10.0.0.1 10.0.0.2",
          "dns-options": "search corp.example.net example.org;options timeout:1", "routing": "routing_client_to_lan",
          "usepeerdns": False, "require-mppe": True, "nomppe-40": True, "nomppe-128": False, "refuse-eap": True,
          "mppe-stateful": False, "autostart": True, "iconify": True, "persist": True, "debug": True,
          "client-to-lan": serialized({"10.0.0.0/8": "head office", "192.168.7.0/24": "", "10.0.0.1/8": "wrong"})}
PPTPCONFIG = serialized({
    "Büro 1": OFFICE,
    "home": {"name": "home", "server": "192.0.2.1", "username": "bob", "routing": "routing_all_to_tunnel", "usepeerdns": True,
             "resolv": "10.0.0.1", "nomppe-40": True},
    "lan": {"name": "lan", "server": "192.0.2.1", "username": "bob", "routing": "routing_lan_to_lan"},
    "alone": {"name": "alone", "server": "192.0.2.1", "username": "bob", "routing": "routing_interface_only",
              "client-to-lan": serialized({"10.0.0.0/8": ""})}})
NM = """[connection]
id=Work VPN
type=vpn
[vpn]
gateway=vpn.example.net
user=CORP\\\\alice
domain=
require-mppe-128=yes
refuse-eap=yes
refuse-pap=yes
refuse-chap=no
lcp-echo-interval=30
lcp-echo-failure=5
password-flags=0
mystery=7
no-vj-comp=yes
service-type=org.freedesktop.NetworkManager.pptp
[vpn-secrets]
password=secret
[ipv4]
dns=10.0.0.53;
dns-search=corp.example.net;
dns-priority=5
method=auto
never-default=true
route1=10.0.0.0/8,,5
"""
PEERS = ('pty "pptp vpn.example.net --nolaunchpppd --sync --phone 7"\r\nname CORP\\\\alice\nremotename office\nrequire-mppe\n'
         'debug dump\nmtu 1400\nmru 1400\nidle 600\nxyz 7\npassword secret\nconnect /bin/evil\nfile /etc/ppp/options.pptp\n'
         'file /etc/shadow\n')
OLD = """# PPTP Tunnel configuration for tunnel plant
# Server IP: 198.51.100.7
# Route: add -net 10.9.0.0 netmask 255.255.0.0 dev TUNNEL_DEV
# Route: add -host 198.51.100.7 gw DEF_GW
# Route: add -net 10.8.0.0 netmask 255.255.0.0 dev eth0
name plant
remotename PPTP
file /etc/ppp/options.pptp
"""


def imported(machine, text, name="tunnels"):
    file = machine.root / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = json.loads(machine.run("--import", str(file), "--dry-run", "--json")[0])
    assert found == json.loads(machine.run("--import", str(file), "--json")[0])
    jsonschema.validate(found, SCHEMA)
    for tunnel in found:
        assert set(tunnel) == set(SCHEMA["items"]["properties"]), "the schema has another member"
        assert tunnel["options"][2:] == [word for field in tunnel["fields"] for word in field["options"]]
    output, warnings = machine.run("--import", str(file))
    assert [shlex.split(line)[1:] for line in output.splitlines()] == [tunnel["options"] for tunnel in found]
    assert "cret" not in output + warnings + json.dumps(found)
    assert not machine.secrets.exists()
    for tunnel in found:  # what --import prints can be given to --create
        unsafe = [word for word in tunnel["options"] if word != "--systemd"]
        machine.run(*unsafe, "--check")
    return found


def lines_of(options):
    return [value for option, value in zip(options, options[1:]) if option == "--pppd-line"]


def results(tunnel):
    return {field["field"]: field["result"] for field in tunnel["fields"]}


def test_tunnels_of_pptpconfig(machine):
    office, home, lan, alone = imported(machine, PPTPCONFIG)
    assert office["tunnel"] == "B-ro-1" and office["password_in_file"] and not home["password_in_file"]
    assert shlex.join(office["options"]) == (
        "--create B-ro-1 --server vpn.example.net --domain CORP --username alice --pppd-line 'idle 600' --phone 7"
        " --pptp-option '--timeout 1' --dns 10.0.0.1,10.0.0.2 --search corp.example.net --search example.org --mppe 128 --login mschap-v2,mschap,chap,pap --systemd --persist"
        " --debug --route 10.0.0.0/8 --route-note '10.0.0.0/8=head office' --route 192.168.7.0/24")
    assert office["runs_programs"] == ["plugin evil.so"]
    assert office["not_understood"] == ["dns-options: options timeout:1", "network: 10.0.0.1/8"]
    assert home["options"] == ["--create", "home", "--server", "192.0.2.1", "--username", "bob", "--default-route", "--dns", "auto"]
    assert home["not_understood"] == ["nomppe-40: on"] and home["source"] == "pptpconfig"
    assert "--route" not in alone["options"] and lan["options"][-1] == "--lan-to-lan"
    assert all(field in results(office) or not value for field, value in OFFICE.items() if field not in ("client-to-lan", "pppd-options"))


def test_a_connection_of_network_manager(machine):
    found, = imported(machine, NM, "Work VPN.nmconnection")
    assert shlex.join(found["options"]) == (
        "--create Work-VPN --server vpn.example.net --username 'CORP\\alice' --mppe 128 --login mschap-v2,mschap,chap --echo 30"
        " --pppd-line novj --dns 10.0.0.53 --search corp.example.net --route 10.0.0.0/8")
    assert found["not_understood"] == ["mystery: 7", "ipv4.dns-priority: 5"]
    assert found["password_in_file"] and not found["runs_programs"] and found["source"] == "NetworkManager"


def test_network_manager_sends_everything_through_a_vpn_unless_it_is_told_otherwise(machine):
    found, = imported(machine, NM[:NM.index("[ipv4]")])
    assert found["options"][-3:] == ["--default-route", "--dns", "auto"]


def test_a_peers_file_with_the_options_file_that_it_names(machine):
    (machine.ppp / "options.pptp").write_text("lock noauth refuse-eap\nrefuse-chap\nnodeflate\nfile /etc/ppp/options.pptp\n")
    found, = imported(machine, PEERS, "office%201")
    assert shlex.join(found["options"]) == (
        "--create office-1 --server vpn.example.net --phone 7 --pptp-option --sync --domain CORP --username alice --mppe any --debug"
        " --mtu 1400 --pppd-line 'idle 600' --login mschap-v2,mschap,pap")
    assert (found["not_understood"], found["runs_programs"]) == (
        ["xyz: 7", "file: /etc/ppp/options.pptp", "file: /etc/shadow"], ["connect /bin/evil"])
    assert found["password_in_file"] and found["source"] == "peers file"
    assert results(found)["dump"] == results(found)["remotename"] == results(found)["lock"] == "not needed"


def test_a_lost_backslash_is_understood(machine):
    found, = imported(machine, 'pty "pptp vpn.example.net --nolaunchpppd"\nname CORP\\alice\n')
    assert found["options"][-4:] == ["--domain", "CORP", "--username", "alice"]


def test_a_peers_file_of_the_old_pptp_command(machine):
    found, = imported(machine, OLD, "plant")
    assert found["options"] == ["--create", "plant", "--server", "198.51.100.7", "--route", "10.9.0.0/16", "--username", "plant"]
    assert found["source"] == "pptp-command"
    assert found["not_understood"] == ["Route: add -net 10.8.0.0 netmask 255.255.0.0 dev eth0", "file: /etc/ppp/options.pptp"]


def test_an_old_peers_file_in_its_place_becomes_a_tunnel_and_its_lines_become_comments(machine):
    file = machine.peers / "plant"
    file.write_text(OLD + "password geheim\nplugin evil.so\n")
    found, = json.loads(machine.run("--import", str(file), "--json")[0])
    machine.run(*found["options"], "--password-stdin", given=b"secret\n")
    text = file.read_text()
    commented = [f"#   {line}" for line in (OLD + 'password "********"\nplugin evil.so').splitlines()]
    assert text.splitlines()[:len(commented) + 1] == ["# from pptp-command, without effect:", *commented]
    before = text.split("# written by pptpsetup", 1)[1]
    machine.run("--delete", "plant")
    machine.run(*found["options"], "--password-stdin", given=b"secret\n")
    assert file.read_text() == "# written by pptpsetup" + before
    assert machine.files()["callgate/plant.routes"].endswith(b"\n10.9.0.0/16\n")


def test_what_pptpsetup_writes_is_understood_wholly(machine):
    machine.create("work", "--domain", "CORP", "--mppe", "128", "--login", "mschap-v2", "--dns", "auto", "--mtu", "1400", "--persist",
                   "--pppd-line", "unit 7", "--local-address", "192.0.2.9", "--device", "eth0", "--ppp", "builtin", "--debug",
                   "--server", "vpn.example.net", "--server", "b.example.net", "--servers", "spread")
    found, = json.loads(machine.run("--import", str(machine.peers / "work"), "--json")[0])
    assert not found["not_understood"] and not found["runs_programs"]
    before = machine.files()
    machine.run(*found["options"], "--password-stdin", given=b"secret\n")
    assert machine.files() == before


@pytest.mark.parametrize("limit, left", [("", []), ("mtu 1400\nmru 1400\n", ["mtu: 1400", "mru: 1400"])])
def test_an_mtu_that_is_measured_is_understood_and_has_no_limit_beside_it(machine, limit, left):
    found, = imported(machine, f"pty 'pptp vpn.example.net --nolaunchpppd --mtu-auto'\n{limit}name alice\n", "work")
    assert found["options"] == ["--create", "work", "--server", "vpn.example.net", "--mtu", "auto", "--username", "alice"]
    assert found["not_understood"] == left


def test_an_mtu_after_usepeerdns_is_one(machine):
    found, = imported(machine, "pty 'pptp vpn.example.net --nolaunchpppd'\nusepeerdns\nmtu 1400\nname alice\n", "work")
    assert found["options"][-6:] == ["--dns", "auto", "--mtu", "1400", "--username", "alice"]


def test_a_dry_run_shows_each_field_and_what_becomes_of_it(machine):
    file = machine.root / "office"
    file.write_text(PEERS + "echo-\x1b[31m 7\n")
    output, warnings = machine.run("--import", str(file), "--dry-run")
    rows = [line.split() for line in output.splitlines()]
    assert ["mtu", "1400", "taken", "--mtu", "1400"] in rows and ["password", "********", "password"] in rows
    assert ["connect", "/bin/evil", "runs", "a", "program"] in rows and ["xyz", "7", "not", "understood"] in rows
    assert rows[-1][:3] == ["pptpsetup", "--create", "office"]
    assert "\x1b" not in output + warnings and "office: runs a program as root: connect /bin/evil" in warnings


HOSTILE = [
    b'O:8:"stdClass":0:{}', b'a:1:{i:0;O:8:"stdClass":0:{}}', b'a:1:{i:0;C:1:"X":0:{}}', b'a:1:{i:0;R:1;}', b'a:1:{i:0;s:9:"x";}',
    b'a:1:{i:0;r:1;}', b'a:2:{i:0;a:0:{}}', b"a:9999999:{", b'a:1:{b:1;a:0:{}}', b'a:1:{a:0:{}a:0:{}}', b"a:" * 10000,
    b"a:1:{i:0;" * 1000, b"a:0:{}x", b'a:1:{i:0;s:-1:"";}', b"a:2:{i:0;a:0:{}i:0;a:0:{}}", b'a:1:{i:0;s:1:"x";}', b"", b"\0" * 100,
    b'a:1:{i:0;s:99999999999999999999:"x";}', b"a:1:{i:" + b"9" * 5000 + b";i:0;}", serialized({str(i): {} for i in range(1001)}),
    b"[vpn]\nservice-type=openvpn\n", b"[vpn]\n[vpn\n=x\n", b"plugin rp-pppoe.so\n", b"x" * (php.SIZE_LIMIT + 1),
    b'pty "pptp a"\n' + b"mtu 7\n" * 1001]


@pytest.mark.parametrize("data", HOSTILE, ids=range(len(HOSTILE)))
def test_a_hostile_file_is_refused_with_a_sentence(machine, data):
    file = machine.root / "tunnels"
    file.write_bytes(data)
    error = json.loads(machine.run("--import", str(file), "--json", status=1)[0])["error"]
    assert error["option"] == "import" and error["sentence"].startswith(f"cannot import {file}: ")


@pytest.mark.parametrize("networks", [b"a:" * 9, b"x", b"a:1:{i:0;R:1;}", b"N;"])
def test_hostile_networks_are_one_field_that_is_not_understood(machine, networks):
    found, = imported(machine, serialized({"a": {"name": "a", "server": "b", "username": "c", "client-to-lan": networks}}))
    assert results(found)["client-to-lan"] == "not understood"


def test_options_files_that_name_each_other_are_read_a_limited_number_of_times(machine, monkeypatch):
    calls = []
    monkeypatch.setattr(foreign, "options_file", lambda *_: calls.append(1) or b"file /etc/ppp/options\n" * 10)
    file = machine.root / "tunnels"
    file.write_text('pty "pptp a --nolaunchpppd"\nname b\nfile /etc/ppp/options\n')
    foreign.read_file(str(file))
    assert len(calls) == foreign.OPTIONS_FILES


@pytest.mark.parametrize("name", ["/etc/ppp/fifo", "/etc/ppp/link", "/etc/ppp/chap-secrets", "/etc/ppp/../shadow", "/etc/shadow", "/etc/ppp/large"])
def test_no_other_file_is_read_on_behalf_of_a_file(machine, name):
    os.mkfifo(machine.ppp / "fifo")
    (machine.root / "etc/shadow").write_text("mtu 999\n")
    (machine.ppp / "link").symlink_to("../shadow")
    (machine.ppp / "chap-secrets").write_text("mtu 999\n")
    (machine.ppp / "large").write_text("mtu 999\n" * 10000)
    assert foreign.options_file(str(machine.root), b"file", name.encode()) is None


# --- fuzzing ---------------------------------------------------------------------------------------------

PIECES = (b"", b"\0", b"\\", b'"', b"\n", b"=", b"[vpn]\n", b"a:1:{", b"s:4:\"name\";", b"i:0;", b"N;", b"}", b"99999999", b"file ", b"call x",
          b"pty ", b"# Route: ", b"--phone ", b"name a\\b", b"\xff\xfe", b"require-mppe ", b"route1=", b"%00", b"\x1b[31m", b"unit ", b"idle '7 ", b" connect /tmp/x", b"plugin", b"\\x20", b"\nunit=7 init x\n")


def mutated(changes, data):
    data = bytearray(data)
    for _ in range(changes.randint(1, 6)):
        at, length = changes.randrange(len(data) + 1), changes.choice((0, 1, 2, 8, 64))
        new = changes.choice((*PIECES, bytes([changes.randrange(256)]), bytes(data[at:at + length]) * 3))
        data[at:at + changes.choice((0, length))] = new
    return bytes(data)


def read_or_refuse(name, data):
    try:
        found = foreign.read(name, data, lambda option, value: data if value == b"x" else None)
    except Refused as error:
        assert str(error)
        return
    text = json.dumps([tunnel.described() for tunnel in found])
    jsonschema.validate(json.loads(text), SCHEMA)
    for tunnel in found:
        assert all(cell.isprintable() for row in tunnel.table for cell in row) and tunnel.command_line.isprintable()
        assert shlex.split(tunnel.command_line)[0] == "pptpsetup"
        for line in lines_of(tunnel.options):
            option, *more = words.lines(line.encode())[0].words
            assert option in pppd_options.KEPT_VALUED if more else option in pppd_options.KEPT
            assert len(more) <= 1 and not {option, *more} & pppd_options.RUN_PROGRAMS


def with_other_values(changes, _):
    """As pptpconfig might have written it: an array whose lengths are right."""
    return serialized({"x": {changes.choice((key, "name")): mutated(changes, serialized(value)) if changes.random() < 0.3 else value
                             for key, value in OFFICE.items()}})


SAMPLES = {"pptpconfig": (mutated, PPTPCONFIG), "values": (with_other_values, None), "NetworkManager": (mutated, NM.encode()),
           "peers": (mutated, PEERS.encode()), "old": (mutated, OLD.encode())}


@pytest.mark.parametrize("sample", SAMPLES)
def test_whatever_is_changed_in_a_file_it_is_read_or_refused(sample):
    """CALLGATE_FUZZ_RUNS=100000 tries more."""
    (change, data), changes = SAMPLES[sample], random.Random(sample)
    for _ in range(int(os.environ.get("CALLGATE_FUZZ_RUNS", "200"))):
        data = change(changes, SAMPLES[sample][1])
        try:
            read_or_refuse("x", data)
        except Exception:
            (CORPUS / f"found-{sample}").write_bytes(data)  # it is replayed from now on
            raise


@pytest.mark.parametrize("file", sorted(CORPUS.iterdir()), ids=lambda file: file.name)
def test_files_that_were_read_wrongly_once(file):
    read_or_refuse(file.name, file.read_bytes())


def test_a_file_that_is_not_there_is_named(machine):
    assert "cannot read" in machine.run("--import", "/nonexistent", status=1)[1]
