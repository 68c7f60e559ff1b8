# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands that README, doc/*.md and the manual pages show: our programs understand each of them,
and those that need neither PPP nor units work.
"""
import re
import shutil

import pytest

from lab import documented, markdown
from lab.pptpd import PPTPD, start_pptpd
from lab.reader import TUNNEL, Reader

COMMANDS = documented.commands()
KINDS = {"sh", "nft", "iptables", "text", "yaml", "toml", "json", "cpp"}  # of blocks
# tests/vm and tests/systemd run others.
RUN_HERE = re.compile(r"pptpctl\b(?!.*--journal)|pptp --version|((printf|seq) .*)?pptpsetup --(create|edit|stop|delete)"
                      r"(?!.*--systemd)")
KERNEL = re.compile(r"(ip|nft|iptables) ")
NETWORK = """
for device in eth0 ppp0; do ip link add $device type veth peer name $device-peer; ip link set $device up; done
ip link set eth0-peer up; ip link set ppp0-peer up; ip addr add 10.9.0.1/24 dev eth0
set -- ppp0 x x 10.65.0.9
nft -f - <<'END'
table inet filter { chain input { type filter hook input priority 0; }
chain output { type filter hook output priority 0; }
chain forward { type filter hook forward priority 0; }; }
table ip filter { chain prerouting { type filter hook prerouting priority 0; }; }
END
"""
HELPER = """nft add table ip pptp; nft 'add ct helper ip pptp pptp { type "pptp" protocol tcp; }'\n"""
CHAIN = "nft 'add chain ip pptp assign { type filter hook prerouting priority 0; }'\n"
FIRST = {"ip route del": "ip route add 10.9.0.2 dev eth0\n", "ip addr del": "ip addr add $4 dev $1\n",
         "ip route add SERVER/32 via": "ip addr del 10.9.0.1/24 dev eth0; ip addr add 10.9.0.1/24 dev ppp0\n",
         "nft 'add ct helper ip pptp": "nft add table ip pptp\n", "nft 'add chain ip pptp": HELPER,
         "nft 'add rule ip pptp": HELPER + CHAIN,
         "nft add rule ip filter prerouting":
             """nft add ct helper ip filter pptp '{ type "pptp" protocol tcp; }'\n"""}


def pages():
    return list(dict.fromkeys(command.page for command in COMMANDS if RUN_HERE.match(command.text)))


def test_every_command_is_understood():
    assert not [mistake for command in COMMANDS for mistake in command.mistakes()]


def test_a_wrong_command_is_found():
    for text in ("pptpctl hangip 1", "pptpctl status --jsn", "pptp vpn --frob", "frobnicate", "ls | pptpctl show --x",
                 "pppd pty 'pptp vpn --nolaunch'", "echo (", "/usr/libexec/callgate/pptp-callmgr --daemon"):
        assert documented.Command("page", 1, text).mistakes(), text


@pytest.mark.parametrize("page", documented.PAGES)
def test_commands_within_the_text_are_understood(page):
    assert not [mistake for command in documented.inline(page) for mistake in command.mistakes()]


def test_every_command_of_a_manual_page_has_its_prompt():
    missing = [line for name, path in documented.manual_pages().items()
               for line in documented.without_prompt(name, path)]
    assert not missing, "a prompt ('$ ', '# ') is missing, or this is no command\n" + "\n".join(missing)


@pytest.mark.parametrize("page", documented.PAGES)
def test_every_block_says_what_it_is(page):
    assert not [f"{page}:{block.line}" for block in markdown.blocks(page) if block.kind not in KINDS]


@pytest.mark.skipif(not shutil.which(PPTPD), reason="pptpd is not installed")
@pytest.mark.parametrize("page", pages())
def test_the_commands_of_a_page_work_in_their_order(net, page):
    start_pptpd(net.server)
    reader = Reader(net.client, net.server)
    for command in COMMANDS:
        if command.page != page or not RUN_HERE.match(command.text) or not reader.can_run(command):
            continue
        reader.have_a_call()
        status = (0, 1) if "diagnose" in command.text else (0,)  # 1: there is a problem, as no kernel here has PPP
        tunnel = "--edit" in command.text or "--tunnel" in command.text
        reader.run(command, status, TUNNEL if tunnel else "")
    reader.close()


@pytest.mark.parametrize("text", sorted({command.text for command in COMMANDS if KERNEL.match(command.text)}))
def test_the_kernel_accepts_routes_and_rules(net, text):
    reader = Reader(net.client, net.server)
    command = documented.Command("", 0, text)
    if not reader.can_run(command):
        pytest.skip("the program is not installed")
    first = "".join(script for begin, script in FIRST.items() if text.startswith(begin))
    net.client.run("unshare", "--net", "sh", "-e", "-c", NETWORK + first + command.filled_in("10.9.0.2"))
