# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels from the files of other programs; hostile files are refused with a sentence."""
import json
import random
import shlex

import pytest

from callgate_setup import foreign, php
from callgate_setup.checks import Refused


def serialized(value):
    """As PHP's serialize() writes it."""
    if isinstance(value, bool):
        return b"b:%d;" % value
    if isinstance(value, int):
        return b"i:%d;" % value
    if isinstance(value, str):
        raw = value.encode()
        return b's:%d:"%s";' % (len(raw), raw)
    if value is None:
        return b"N;"
    return b"a:%d:{%s}" % (len(value), b"".join(serialized(key) + serialized(entry) for key, entry in value.items()))


OFFICE = {"name": "Büro 1", "server": "vpn.example.net", "domain": "CORP", "username": "alice", "password": 'se"cret;',
          "pppd-options": "unit 7\nplugin evil.so\n", "pptp-options": "--timeout 1", "client_to_lan": True, "interface_only": False,
          "usepeerdns": True, "require-mppe": True, "nomppe-40": True, "nomppe-128": False, "refuse-eap": True,
          "mppe-stateful": False, "autostart": True, "iconify": True, "persist": True, "debug": "1", "lan_to_lan": False,
          "networks": {0: {"network": "10.0.0.0/8", "name": "head office"}, 1: {"network": "192.168.7.0/24", "name": ""}},
          "dns-options": "search corp.example.net"}
PPTPCONFIG = serialized({"Büro 1": OFFICE, "home": {"name": "home", "server": "192.0.2.1", "username": "bob", "all_to_tunnel": True}})
NM = """[connection]
id=Work VPN
type=vpn
[vpn]
gateway=vpn.example.net
user=alice
domain=CORP
require-mppe-128=yes
refuse-eap=yes
refuse-pap=yes
lcp-echo-interval=30
lcp-echo-failure=5
password-flags=0
mystery=7
service-type=org.freedesktop.NetworkManager.pptp
[vpn-secrets]
password=secret
"""
PEERS = 'pty "pptp vpn.example.net --nolaunchpppd --sync"\nname "CORP\\\\alice"\nrequire-mppe\nidle 600\npassword secret\nconnect /bin/evil\n'


def imported(machine, text, name="tunnels"):
    file = machine.root / name
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    found = json.loads(machine.run("--import", str(file), "--json")[0])
    output, warnings = machine.run("--import", str(file))
    assert [shlex.split(line)[1:] for line in output.splitlines()] == [tunnel["options"] for tunnel in found]
    assert "cret" not in output + warnings + json.dumps(found)
    assert not machine.secrets.exists()
    for tunnel in found:  # what --import prints can be given to --create
        unsafe = [word for word in tunnel["options"] if word != "--systemd"]
        machine.run(*unsafe, "--check")
    return found


def test_tunnels_of_pptpconfig(machine):
    office, home = imported(machine, PPTPCONFIG)
    assert office["tunnel"] == "B-ro-1" and office["password_in_file"] and not home["password_in_file"]
    assert shlex.join(office["options"]) == (
        "--create B-ro-1 --server vpn.example.net --domain CORP --username alice --mppe 128 --persist --debug"
        " --login mschap-v2,mschap,chap,pap --dns auto --systemd --route 10.0.0.0/8 --route 192.168.7.0/24"
        " --pptp-option '--timeout 1' --pppd-line 'unit 7' --pppd-line 'plugin evil.so'")
    assert office["runs_programs"] == ["plugin evil.so"]
    assert office["not_understood"] == ["dns-options: search corp.example.net"]
    assert home["options"] == ["--create", "home", "--server", "192.0.2.1", "--username", "bob", "--default-route"]


def test_a_connection_of_network_manager(machine):
    found, = imported(machine, NM, "Work VPN.nmconnection")
    assert shlex.join(found["options"]) == ("--create Work-VPN --server vpn.example.net --domain CORP --username alice --mppe 128"
                                            " --login mschap-v2,mschap,chap --echo 30")
    assert found["password_in_file"] and found["not_understood"] == ["mystery: 7"] and not found["runs_programs"]


def test_a_peers_file(machine):
    found, = imported(machine, PEERS, "office")
    assert shlex.join(found["options"]) == (
        "--create office --server vpn.example.net --domain CORP --username alice --mppe any --echo 0 --pptp-option --sync")
    assert (found["not_understood"], found["runs_programs"]) == (["idle 600"], ["connect /bin/evil"])
    assert found["password_in_file"]


@pytest.mark.parametrize("data", [
    b'O:8:"stdClass":0:{}', b'a:1:{i:0;O:8:"stdClass":0:{}}', b'a:1:{i:0;C:1:"X":0:{}}', b'a:1:{i:0;R:1;}', b'a:1:{i:0;s:9:"x";}',
    b'a:2:{i:0;a:0:{}}', b"a:9999999:{", b'a:1:{b:1;a:0:{}}', b'a:1:{a:0:{}a:0:{}}', b"a:" * 10000, b"a:1:{i:0;" * 1000,
    b"a:0:{}x", b'a:1:{i:0;s:-1:"";}', b"a:2:{i:0;a:0:{}i:0;a:0:{}}", b'a:1:{i:0;s:1:"x";}', b"", b"\0" * 100,
    b"[vpn]\nservice-type=openvpn\n", b"[vpn]\n[vpn\n=x\n", b"plugin rp-pppoe.so\n", b"x" * (php.SIZE_LIMIT + 1)])
def test_a_hostile_file_is_refused_with_a_sentence(machine, data):
    file = machine.root / "tunnels"
    file.write_bytes(data)
    error = json.loads(machine.run("--import", str(file), "--json", status=1)[0])["error"]
    assert error["option"] == "import" and error["sentence"].startswith(f"cannot import {file}: ")


def test_whatever_is_changed_in_a_file_it_is_read_or_refused():
    changes = random.Random(1)
    for sample in PPTPCONFIG, NM.encode(), PEERS.encode():
        for _ in range(1500):
            data = bytearray(sample)
            for _ in range(changes.randint(1, 4)):
                at = changes.randrange(len(data))
                data[at:at + changes.randint(0, 3)] = bytes(changes.choice((changes.randrange(256), *b'as:{};"0919')) for _ in
                                                            range(changes.randint(0, 3)))
            try:
                for tunnel in foreign.read("x", bytes(data)):
                    json.dumps(tunnel.described())
            except Refused as error:
                assert str(error)


def test_a_file_that_is_not_there_is_named(machine):
    assert "cannot read" in machine.run("--import", "/nonexistent", status=1)[1]
