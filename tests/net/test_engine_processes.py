# SPDX-License-Identifier: GPL-2.0-or-later
"""The processes of a tunnel without pppd: what each one holds, and what is left if one of them is killed."""
import os
import re
import signal
from pathlib import Path

import pytest

from lab.engine import EngineServer, EngineTunnel, know_secrets
from lab.lines import wait_until
from lab.process import proc_statuses

PASSWORD = "Correct-Horse-42-Battery"
SHORT = "hEn-7x"  # short enough to be inside of a std::string, and so on the stack
ROLES = {"tunnel process", "janitor", "secret holder", "gateway"}


def children(tunnel):
    """{name: pid} of the processes of a tunnel. Before it becomes a script, a process is a younger pptp."""
    top = tunnel.process.pid
    found = {"tunnel process": top}
    for pid, status in proc_statuses(sorted(int(entry) for entry in os.listdir("/proc") if entry.isdigit())).items():
        if int(status["PPid"]) == top:
            role = {"pptp-janitor": "janitor", "pptp-secret": "secret holder", "pptp": "gateway"}.get(status["Name"])
            found.setdefault(role or "script", pid)
    return found


def writable_memory(pid):
    """All that a process could leak: its heap, stack and data."""
    parts = []
    with open(f"/proc/{pid}/maps", encoding="ascii") as maps, open(f"/proc/{pid}/mem", "rb", 0) as memory:
        for line in maps:
            start, end, rights = re.match(r"(\w+)-(\w+) (\S+)", line).groups()
            if "w" not in rights:
                continue
            memory.seek(int(start, 16))
            try:
                parts.append(memory.read(int(end, 16) - int(start, 16)))
            except OSError:
                continue
    return b"".join(parts)


def md4(text):
    """RFC 1320; hashlib may lack it."""
    def rol(value, bits):
        value &= 0xffffffff
        return (value << bits | value >> (32 - bits)) & 0xffffffff
    padded = text + b"\x80" + b"\0" * ((55 - len(text)) % 64) + (8 * len(text)).to_bytes(8, "little")
    state = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476]
    rounds = [(lambda x, y, z: (x & y) | (~x & z), 0, range(16), (3, 7, 11, 19)),
              (lambda x, y, z: (x & y) | (x & z) | (y & z), 0x5a827999,
               [i + 4 * j for i in range(4) for j in range(4)], (3, 5, 9, 13)),
              (lambda x, y, z: x ^ y ^ z, 0x6ed9eba1, [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
               (3, 9, 11, 15))]
    for at in range(0, len(padded), 64):
        words = [int.from_bytes(padded[at + 4 * i:at + 4 * i + 4], "little") for i in range(16)]
        a, b, c, d = state
        for mix, constant, order, shifts in rounds:
            for step, index in enumerate(order):
                a, b, c, d = d, rol(a + mix(b, c, d) + words[index] + constant, shifts[step % 4]), b, c
        state = [(x + y) & 0xffffffff for x, y in zip(state, (a, b, c, d))]
    return b"".join(word.to_bytes(4, "little") for word in state)


def test_md4():
    assert md4(b"abc").hex() == "a448017aaf21d8525fc10ae87aa6729d"


@pytest.fixture
def dial(net):
    def start(*options, password=PASSWORD, faults=(), **more):
        EngineServer(net.server, "--user", "alice", "--password", password, faults=faults)
        know_secrets(net.client, f'alice * "{password}" *\n')
        return EngineTunnel(net.client, net.server.address, *options, **more)
    return start


@pytest.mark.ordinary_build  # a sanitizer keeps what was freed, and has memory of terabytes
@pytest.mark.parametrize("password", [PASSWORD, SHORT], ids=["long", "short"])  # pytest tells its children the id
def test_only_the_secret_holder_has_the_hash_in_its_memory_and_nobody_the_password(dial, password):
    tunnel = dial("refuse-chap", "refuse-pap", password=password).wait_up()
    wide = password.encode("utf-16le")
    found = {}
    for role, pid in children(tunnel).items():
        memory = writable_memory(pid)
        assert len(memory) > 10_000, role
        found[role] = [what for what, text in [("password", password.encode()), ("UTF-16", wide), ("hash", md4(wide))]
                       if text in memory]
    assert found.pop("secret holder")[-1:] == ["hash"], found
    assert found == {"tunnel process": [], "janitor": [], "gateway": []}


@pytest.mark.ordinary_build  # a sanitizer keeps what was freed, and has memory of terabytes
def test_a_password_in_a_peers_file_stays_with_the_secret_holder(net, dial):
    net.client.write_file("/etc/ppp/peers/work", f'pty "pptp {net.server.address} --nolaunchpppd"\nuser alice\n'
                          f'password "{PASSWORD}"\nrefuse-chap\nrefuse-pap\n')
    tunnel = dial(words=("call", "work", "--ppp", "builtin", "nodetach", "logfd", "2")).wait_up()
    for role, pid in children(tunnel).items():
        if role != "secret holder":
            memory = writable_memory(pid)
            at = memory.find(PASSWORD.encode())
            assert at < 0, (role, memory[max(at - 60, 0):at + 60])  # what is around it tells whose it is


@pytest.mark.parametrize("victim", ["tunnel process", "gateway", "janitor", "secret holder"])
def test_nothing_is_left_of_a_tunnel_whichever_process_is_killed(net, dial, victim):
    host = net.client
    host.write_file("/etc/ppp/ip-down", "#!/bin/sh\necho down >>/run/lab/down\n", mode=0o755)
    tunnel = dial("linkname", "work", "usepeerdns", "defaultroute").wait_up()
    wait_until(lambda: "default dev" in host.ip("route"))
    assert os.path.exists(host.path("/run/ppp-work.pid"))
    os.kill(children(tunnel)[victim], signal.SIGKILL)
    if victim in ("janitor", "secret holder"):
        wait_until(lambda: children(tunnel).keys() >= ROLES)
        tunnel.ping()
        os.kill(tunnel.process.pid, signal.SIGKILL)  # the janitor may be a new one

    def left():
        files = [file for file in ("/run/ppp0.pid", "/run/ppp-work.pid", "/etc/ppp/resolv.conf")
                 if os.path.exists(host.path(file))]
        return files + [line for line in host.ip("-o", "address").splitlines() if "ppp0" in line] + [
            line for line in host.ip("route").splitlines() if "ppp0" in line or "proto 47" in line]
    wait_until(lambda: not left() and Path(host.path("/run/lab/down")).exists(), what="the end of all traces")
    assert Path(host.path("/run/lab/down")).read_text(encoding="ascii") == "down\n"


def test_a_refused_password_dials_once_even_with_persist(net, dial):
    tunnel = dial("persist", "maxfail", "5", "holdoff", "1")
    tunnel.process.stop()
    know_secrets(net.client, "alice * wrong *\n")
    again = EngineTunnel(net.client, net.server.address, "persist", "maxfail", "5", "holdoff", "0")
    assert again.process.wait_exit() == 19
    assert len(again.log.find("Using interface")) == 1
    again.log.wait("not dialled again")


def test_the_peer_may_have_the_public_address_of_the_server(net):
    """The HOWTO's routing loop: GRE packets must not enter the tunnel."""
    EngineServer(net.server, "--local", net.server.address)
    know_secrets(net.client)
    tunnel = EngineTunnel(net.client, net.server.address).wait_up()
    assert "dev eth0" in net.client.ip("route", "get", net.server.address)
    assert f"peer {net.server.address}" in net.client.ip("address", "show", "dev", tunnel.device)
    assert tunnel.hang_up() == 5


def test_standard_output_has_the_log_as_pppd_has_it(net, dial):
    tunnel = dial(words=(net.server.address, "--ppp", "builtin", "nodetach", "user", "alice"))
    tunnel.log = tunnel.process.stdout
    tunnel.wait_up()
    for line in ("^Using interface ppp0$", "^Connect: ppp0 <--> ", "CHAP authentication succeeded", "^local  IP address"):
        tunnel.log.wait(line)
    assert tunnel.hang_up() == 5
    for line in ("^Terminating on signal 15$", "^Connect time 0", "^Sent ", "^Exit.$"):
        tunnel.log.wait(line)
    assert not tunnel.process.stderr.text


def test_without_ip_up_the_servers_name_servers_are_entered_and_removed(net):
    net.client.mask_file("/etc/resolv.conf", "nameserver 192.0.2.53\n")
    EngineServer(net.server, "--dns", "10.0.0.53")
    know_secrets(net.client)
    tunnel = EngineTunnel(net.client, net.server.address, "usepeerdns").wait_up()

    def servers():
        return re.findall(r"^nameserver (\S+)", net.client.run("cat", "/etc/resolv.conf").stdout, re.M)
    wait_until(lambda: servers() == ["10.0.0.53", "192.0.2.53"], what="the server's name server")
    assert tunnel.hang_up() == 5
    assert servers() == ["192.0.2.53"]
