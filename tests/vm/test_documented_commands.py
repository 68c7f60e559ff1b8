# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands of the documentation that want PPP in the kernel, after and before those of their page
that do not: tests/lab/documented_table.py says which. See also tests/net/test_documented_commands.py.
"""
import subprocess

import pytest

from lab import documented
from lab.documented_story import Reader
from lab.documented_table import NET, VM, find
from lab.fixtures import ppp_pair
from lab.ppp import USERS

COMMANDS = documented.commands()
ALONE = (documented.RULES_PAGE,)  # what comes before is another problem's
AS_IN_THE_PAGES = {"user": "password", '"CORP\\\\alice"': USERS["alice"], **USERS}


def of(page, *kinds):
    return [command for command in COMMANDS if command.page == page and (case := find(command.text))
            and case.where in kinds]


def pages():
    found = dict.fromkeys(command.page for command in COMMANDS)
    return [page for page in found if of(page, VM)]


@pytest.fixture(scope="module")
def hosts(can_ppp):
    """Hosts of their own: a reader leaves files, routes and rules, and in the kernel what takes GRE,
    without which it says that nobody does."""
    with ppp_pair() as pair:
        yield pair
    subprocess.run(["modprobe", "-r", "ip_gre"], check=False, timeout=60)


@pytest.fixture
def reader(client, server):
    lines = [f"{user} * {secret} *\n" for user, secret in AS_IN_THE_PAGES.items()]
    server.write_file("/etc/ppp/chap-secrets", "".join(lines), mode=0o600)
    client.write_file("/etc/ppp/chap-secrets", "", mode=0o600)
    client.use_debian_options()
    client.install_pptp()
    reader = Reader(client, server)
    yield reader
    reader.close()
    client.write_file("/etc/ppp/options", "")


def once(commands):
    """What many rules say need not be tried for each."""
    return list({command.text: command for command in commands}.values())


@pytest.mark.parametrize("page", pages())
def test_the_commands_of_a_page_work_in_their_order(client, reader, page):
    client.run("sh", "-c", "echo wonderland | pptpsetup --create work --server vpn.example.net"
               " --username alice --encrypt", env=reader.environment())
    kinds = (VM,) if page in ALONE else (NET, VM)
    reader.follow(once(of(page, *kinds)) if page in ALONE else of(page, *kinds), kinds)
    print(f"{len(reader.ran)} run; programs missing here:", *reader.missing, sep="\n")
    assert reader.ran
