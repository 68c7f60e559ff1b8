# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands of the documentation that need PPP in the kernel work. tests/net/test_documented_commands.py has
the others.
"""
import re
import subprocess

import pytest

from lab import documented
from lab.fixtures import ppp_pair
from lab.ppp import USERS
from lab.reader import TUNNEL, Reader

COMMANDS = {command.text: command for command in documented.commands()}.values()
BRING_UP = re.compile(r"(pppd call|pppd pty|pptp [\w.]+|pon) (?!.*dryrun)")
DRY_RUN = re.compile(r"(pppd call|pptp) .*dryrun")
MODULES = re.compile(r"modprobe (-a )?(ppp|ip_gre|nf_nat_pptp)")
LOOK = re.compile(r"modinfo|lsmod|ls /lib/modules|find /lib/modules|dmesg")  # what they find depends on the kernel
AS_IN_THE_PAGES = {"user": "password", **USERS}


def those(pattern):
    return pytest.mark.parametrize("command", [c for c in COMMANDS if pattern.match(c.text)], ids=str)


@pytest.fixture(scope="module")
def hosts(can_ppp):
    """Hosts for this module alone: the commands leave files and modules, one of which takes GRE packets."""
    with ppp_pair() as pair:
        yield pair
    subprocess.run(["modprobe", "-r", "ip_gre"], check=False, timeout=60)


@pytest.fixture
def reader(client, server):
    lines = [f"{user} * {secret} *\n" for user, secret in AS_IN_THE_PAGES.items()]
    server.write_file("/etc/ppp/chap-secrets", "".join(lines), mode=0o600)
    client.write_file("/etc/ppp/chap-secrets", 'user PPTP "password" *\n', mode=0o600)
    client.run("rm", "-f", "/etc/ppp/peers/work")  # its secret is gone, too
    client.use_debian_options()
    client.install_pptp()
    reader = Reader(client, server)
    yield reader
    reader.close()
    client.write_file("/etc/ppp/options", "")


@those(BRING_UP)
def test_a_command_brings_a_tunnel_up(reader, command):
    reader.bring_up(command, TUNNEL)


@those(DRY_RUN)
def test_a_dry_run_shows_the_options(reader, command):
    reader.run(command, before=TUNNEL)


@those(MODULES)
def test_the_kernel_has_the_modules(reader, command):
    reader.run(command)


@those(LOOK)
def test_a_command_shows_what_the_kernel_has(reader, command):
    if not reader.can_run(command):
        pytest.skip("the program is not installed")
    reader.run(command, (0, 1))


def test_a_tunnel_is_started_shown_and_stopped(reader):
    def typed(text, **more):
        reader.run(documented.Command("pptpsetup.8", 0, text), **more)
    typed("pptpsetup --start work >start.log 2>&1", before=TUNNEL)  # pppd keeps its standard output
    typed("pptpsetup --status work")
    typed("pptpsetup --stop work")
    typed("pptpsetup --status work", status=(3,))
