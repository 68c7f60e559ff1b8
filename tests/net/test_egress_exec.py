# SPDX-License-Identifier: GPL-2.0-or-later
"""pptpctl exec: a command whose packets go through one tunnel alone."""
import os
import re
import shlex
import shutil
import signal

import pytest

from lab import markdown, programs
from lab.egress import ASKS, BEYOND, PORT, Before, Capture, Exits, children, gateway
from lab.engine import DNS, EngineServer
from lab.lines import wait_until

PPTPCTL = programs.installed().pptpctl
PERSIST = ("persist", "holdoff", "1", "maxfail", "0")
ASK = ("python3", "-c", ASKS, "", "", "", "", BEYOND, PORT)
# Asks whenever a line comes.
ASKS_AGAIN = f"""
import socket, sys
for _ in sys.stdin:
    try:
        s = socket.create_connection(("{BEYOND}", {PORT}), timeout=2)
        print(s.recv(100).decode(), flush=True)
    except OSError as error:
        print(error, flush=True)
"""
UNREACHABLE = "[Errno 101] Network is unreachable"


class Namespaces(Before):
    """Also the packet filter, and the interfaces that forward packets."""

    def now(self):
        forwarding = self.host.run("sh", "-c", "grep -H . /proc/sys/net/ipv4/conf/eth0/forwarding; ls -d /proc/sys/net/ipv4/conf/cgx*",
                                   check=False).stdout
        return [*super().now(), forwarding, self.host.run("nft", "list", "ruleset").stdout]


@pytest.fixture
def exits(net):
    """A tunnel that can be dialled, and a default route by which everything else leaves."""
    exits = Exits(net.client, net.server)
    exits.server_process = EngineServer(net.server, "--restart", "0.5", "--dns", DNS)
    exits.client.ip("route", "add", "default", "via", exits.server.address)
    exits.configure("one", "table 101")
    return exits


def run(exits, *command, options=(), tunnel="one"):
    return exits.client.run(PPTPCTL, "exec", tunnel, *options, "--", *command, check=False)


def forwarding(exits, device):
    return exits.client.run("cat", f"/proc/sys/net/ipv4/conf/{device}/forwarding").stdout.strip()


def test_what_a_command_sends_leaves_by_its_tunnel_alone(exits):
    one = exits.dial("one")
    exits.configure("two", "table 102")
    two = exits.dial("two")
    capture = Capture(exits.client)
    assert exits.seen_from() == exits.client.address
    assert capture.leaks()
    assert run(exits, *ASK).stdout.strip() == one.local_ip
    assert run(exits, *ASK, tunnel="two").stdout.strip() == two.local_ip
    assert not capture.leaks()


def test_nothing_leaks_while_the_tunnel_is_down_and_a_redial_brings_it_back(exits):
    capture = Capture(exits.client)
    command = exits.client.start(PPTPCTL, "exec", "one", "--", "python3", "-c", ASKS_AGAIN, stdin="pipe")
    answers = 0

    def ask():
        nonlocal answers
        command.write(b"\n")
        answers += 1
        wait_until(lambda: len(command.stdout.all) == answers, what="an answer")
        return command.stdout.all[-1]

    assert ask() == UNREACHABLE  # before the tunnel is up for the first time
    one = exits.dial("one", *PERSIST)
    assert ask() == one.local_ip
    os.kill(gateway(one), signal.SIGKILL)
    for _ in range(3):
        ask()
    wait_until(lambda: len(exits.client.syslog.find("one: 1 networks go through")) == 2, what="redialled")
    assert ask() == one.local_ip
    one.hang_up()
    assert ask() in (UNREACHABLE, "timed out")  # the kernel limits how often it tells a host that there is no way
    assert not capture.leaks()


def test_names_are_looked_up_through_the_tunnel_or_not_at_all(exits):
    capture = Capture(exits.client)
    look_up = ("getent", "hosts", "name.example.net")
    assert run(exits, "cat", "/etc/resolv.conf", options=("--dns", f"{BEYOND},203.0.113.9")).stdout.splitlines()[1:] == [
        f"nameserver {BEYOND}", "nameserver 203.0.113.9"]
    assert run(exits, *look_up, options=("--dns", BEYOND)).returncode == 2
    assert not capture.leaks()
    exits.dial("one", "usepeerdns")
    exits.client.run(PPTPCTL, "wait", "one")
    assert f"nameserver {DNS}" in run(exits, "cat", "/etc/resolv.conf").stdout
    exits.client.write_file("/etc/ppp/callgate/one.dns", "10.0.0.99\nsearch corp.example\nauto\n")
    assert run(exits, "cat", "/etc/resolv.conf").stdout.splitlines()[1:] == ["nameserver 10.0.0.99"]
    assert "written by pptpctl" not in exits.client.run("cat", "/etc/resolv.conf").stdout


def test_the_only_interfaces_that_a_command_sees_are_its_own(exits):
    one = exits.dial("one")
    seen = run(exits, "ip", "-o", "link", "show").stdout
    assert [line.split()[1].split("@")[0] for line in seen.splitlines() if ",UP" in line] == ["lo:", "eth0"]
    assert one.device not in seen


def test_nobody_can_reach_the_command_or_by_it_this_host(exits):
    exits.dial("one")
    serve = exits.client.start("python3", "-c", "import socket\ns = socket.create_server(('0.0.0.0', 7100))\nprint('listening', flush=True)\ns.accept()")
    serve.wait_line("listening", stream="stdout")
    reach = ("python3", "-c", "import socket\ntry:\n  socket.create_connection(('%s', 7100), 1)\n  print('reached')\nexcept OSError: print('not')"
             % exits.client.address)
    assert exits.client.run(*reach).stdout.strip() == "reached"
    assert run(exits, *reach).stdout.strip() == "not"


@pytest.mark.parametrize("command, status", [(("true",), 0), (("sh", "-c", "exit 7"), 7), (("sh", "-c", "kill -TERM $$"), 143),
                                             (("/nonexistent",), 127), (("/etc/passwd",), 126)])
def test_the_exit_status_of_the_command_is_kept(exits, command, status):
    assert run(exits, *command).returncode == status


def test_a_signal_is_passed_on(exits):
    command = exits.client.start(PPTPCTL, "exec", "one", "--", "sh", "-c", "trap 'exit 9' TERM; echo ready; while :; do sleep 0.1; done")
    command.wait_line("ready", stream="stdout")
    command.signal(signal.SIGTERM)
    assert command.wait_exit(20) == 9


ENDS = {"its end": (signal.SIGTERM, True), "a kill of the command": (signal.SIGKILL, True), "a kill of pptpctl": (signal.SIGKILL, False)}


@pytest.mark.parametrize("end", ENDS)
def test_everything_is_as_before_after(exits, end):
    number, inner = ENDS[end]
    one = exits.dial("one")
    before = Namespaces(exits.client)
    command = exits.client.start(PPTPCTL, "exec", "one", "--", "sh", "-c", "echo ready; exec sleep 1000")
    command.wait_line("ready", stream="stdout")
    assert before.now() != before.state
    assert forwarding(exits, one.device) == "1"
    [inside] = children(command.pid)
    os.kill(inside if inner else command.pid, number)
    before.again()
    assert forwarding(exits, one.device) == "0"
    wait_until(lambda: inside not in exits.client.running(), what="the command has ended")
    one.ping()


def test_what_a_command_leaves_behind_has_no_network(exits):
    one = exits.dial("one")
    before = Namespaces(exits.client)
    assert run(exits, "sh", "-c", "sleep 30 >/dev/null 2>&1 & exit 3").returncode == 3
    before.again()
    one.ping()


def test_several_commands_share_a_tunnel_and_end_one_by_one(exits):
    one = exits.dial("one")
    first = exits.client.start(PPTPCTL, "exec", "one", "--", "python3", "-c", ASKS_AGAIN, stdin="pipe")
    assert run(exits, *ASK).stdout.strip() == one.local_ip
    first.write(b"\n")
    wait_until(lambda: first.stdout.all == [one.local_ip], what="the first one still has its way")


def test_a_command_runs_as_a_user_who_cannot_leave(exits):
    exits.dial("one")
    shown = run(exits, "sh", "-c", "id -un; grep CapEff /proc/self/status", options=("--user", "nobody")).stdout.split()
    assert shown == ["nobody", "CapEff:", "0" * 16]
    assert "nsenter" in run(exits, "nsenter", "-n", "-t", "1", "true").stderr


def test_a_command_of_a_user_types_nothing_into_the_terminal_of_root(exits):
    exits.dial("one")
    typing = "import fcntl, termios\ntry:\n fcntl.ioctl(0, termios.TIOCSTI, b'x')\nexcept OSError as e:\n print('errno', e.errno)"
    command = shlex.join([PPTPCTL, "exec", "one", "--user", "nobody", "--", "/usr/bin/python3", "-c", typing])
    assert exits.client.run("script", "-qec", command, "/dev/null").stdout.split() == ["errno", "1"]


def test_a_program_of_this_host_reaches_what_the_command_serves_at_the_address_of_its_number(exits):
    exits.dial("one")
    serves = "import socket\ns = socket.create_server(('0.0.0.0', 1080))\nprint('listening', flush=True)\ns.accept()[0].sendall(b'here')"
    asks = "import socket, sys\nprint(socket.create_connection((sys.argv[1], 1080), 5).recv(10))"
    for number, address in ((7, "169.254.1.15"), (300, "169.254.3.89")):
        server = exits.client.start(PPTPCTL, "exec", "one", "--number", number, "--", "python3", "-c", serves)
        server.wait_line("listening", stream="stdout")
        taken = run(exits, "true", options=("--number", number))
        assert taken.returncode == 125 and f"cannot create the interface cgx{number}: " in taken.stderr
        assert "here" in exits.client.run("python3", "-c", asks, address).stdout


SOCKS = f"""
import socket, sys
proxy = socket.create_connection((sys.argv[1], 1080), 20)
proxy.sendall(bytes([5, 1, 0]))
assert proxy.recv(2) == bytes([5, 0])
proxy.sendall(bytes([5, 1, 0, 1]) + socket.inet_aton("{BEYOND}") + int({PORT}).to_bytes(2, "big"))
assert proxy.recv(10)[1] == 0
print(proxy.recv(100).decode())
"""


@pytest.mark.skipif(not shutil.which("microsocks"), reason="microsocks is not installed")
def test_the_proxies_of_the_documentation_leave_by_their_tunnels(exits):
    unit = next(block.text for block in markdown.blocks("doc/egress.md") if "microsocks" in block.text)
    command = re.search("^ExecStart=/usr/bin/pptpctl (.*)$", unit, re.M)[1]
    capture = Capture(exits.client)
    for number, address in (("1", "169.254.1.3"), ("2", "169.254.1.5")):
        exits.configure(f"exit{number}", f"table 10{number}")
        exits.client.start(PPTPCTL, *command.replace("%i", number).split())
        tunnel = exits.dial(f"exit{number}")
        seen = wait_until(lambda address=address: exits.client.run("python3", "-c", SOCKS, address, check=False).stdout, what="a proxy")
        assert seen.strip() == tunnel.local_ip
    assert not capture.leaks()


@pytest.mark.parametrize("words, status, says", [
    (("exec", "one"), 2, "takes a tunnel and a command"),
    (("exec", "../one", "--", "true"), 2, "is no name of a tunnel"),
    (("exec", "none", "--", "true"), 125, "the tunnel none has no routing table of its own: pptpsetup --edit none --table auto"),
    (("exec", "one", "--user", "no-such-user", "--", "true"), 125, "there is no such user")])
def test_what_cannot_be_done_is_said(exits, words, status, says):
    done = exits.client.run(PPTPCTL, *words, check=False)
    assert done.returncode == status
    assert says in done.stderr


def test_other_users_are_told_that_it_needs_root(exits):
    done = exits.client.run("setpriv", "--reuid", "65534", "--clear-groups", PPTPCTL, "exec", "one", "--", "true", check=False)
    assert done.returncode == 125
    assert "only root can create a network namespace" in done.stderr
