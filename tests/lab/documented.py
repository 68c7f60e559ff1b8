# SPDX-License-Identifier: GPL-2.0-or-later
"""Every command that the documentation shows, and the names in it that stand for others.

In Markdown a command is a line of a block that begins with ```sh. In a manual page it is a `.Dl` line,
or a line of a `.Bd -literal`, that begins with a prompt: `$ ` or, for root, `# `; what has none is what
a program prints, or a file. callgate-rules(7) is made of rule files, which know no prompts: there a
command is a line that begins with the name of a program. A backslash at the end goes on below.
"""
import os
import re
from dataclasses import dataclass
from pathlib import Path

from . import markdown, programs
from .programs import REPOSITORY

PAGES = ("README.md", "CONTRIBUTING.md",
         *sorted(f"doc/{path.name}" for path in (REPOSITORY / "doc").glob("*.md")))
RULES_PAGE = "callgate-rules.7"
PROMPTS = ("$ ", "# ")

# What begins a command; a line of a literal block that begins so without a prompt is a mistake.
PROGRAMS = frozenset(
    "pptp pptpctl pptpsetup pptp-callmgr pptp-gre pppd pon poff systemctl journalctl ip nft"
    " iptables modprobe modinfo depmod tcpdump traceroute tracepath mtr ping nc ss ls grep od tr"
    " strings strace ssh sudo setcap getcap kill pkill dmesg lsmod find cat echo uname getent mknod"
    " docker podman firewall-cmd rpm printf export scripts/demo scripts/test scripts/package"
    " scripts/install-deps promtool apt adduser socat wireshark tshark".split())

# Names in the pages, and what they are in the tests' networks, {server} being the server's address. Its
# name is vpn.example.net there, too.
PLACEHOLDERS = {
    "TUNNEL": "work", "SERVER": "{server}", "GATEWAY": "{server}", "REMOTE-IP-ADDRESS": "{server}",
    "NAME": "alice", "CALL": "4711", "INTERFACE": "ppp0", "RULE": "S20", "WORD": "noauth", "FILE": "/run/lab/file",
    "PID-OF-PPTP-GRE": "$(pgrep -x pptpgw)", "/var/log/syslog": "/run/lab/syslog"}
EXAMPLE_SERVER = "vpn.example.net"


@dataclass(frozen=True)
class Command:
    page: str
    line: int
    text: str  # as the reader sees it, without its prompt

    def __str__(self):
        return f"{self.page}:{self.line}: {self.text}"

    def filled_in(self, server):
        """What a reader would type who has a server at that address."""
        text = self.text
        for name, value in PLACEHOLDERS.items():
            value = value.format(server=server)
            text = re.sub(rf"(?<![\w$-]){re.escape(name)}(?![\w-])", lambda _, value=value: value, text)
        return text.replace("/usr/libexec/callgate", os.path.dirname(programs.installed().gateway))


def first_word(text):
    return (text.split() or [""])[0]


def joined(lines):
    """(number, line) with lines that end in a backslash and the next ones in one."""
    pending, began = "", None
    for number, line in lines:
        began = began or number
        if line.endswith("\\") and not line.endswith("\\\\"):
            pending += line[:-1]
            continue
        yield began, pending + line
        pending, began = "", None


# --- Markdown -------------------------------------------------------------------------------------

def of_markdown(page):
    for block in markdown.blocks(page):
        if block.kind != "sh":
            continue
        lines = enumerate(block.text.splitlines(), block.line + 1)
        for number, line in joined(lines):
            if line.strip() and not line.lstrip().startswith("#"):
                yield Command(page, number, line.strip())


def inline(page):
    """(line, text) of `code` within running text that begins with a program of ours."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```$", lambda found: "\n" * found[0].count("\n"), text, flags=re.M | re.S)
    for found in re.finditer(r"`([^`]+)`", text):
        words = " ".join(found[1].split())
        if first_word(words) in ("pptp", "pptpctl", "pptpsetup", "pptp-callmgr"):
            yield text.count("\n", 0, found.start()) + 1, words


# --- manual pages ---------------------------------------------------------------------------------

def manual_pages():
    """{name: path} of the installed pages: in those of the tree names are still to be filled in."""
    share = Path(programs.installed().pptpctl).parents[1] / "share/man"
    return {path.name: path for path in sorted(share.glob("man?/*.[0-9]"))}


def plain(line):
    """mdoc's escapes as the reader sees them."""
    for escape, meaning in (("\\(dq", '"'), ("\\&", ""), ("\\e", "\\"), ("\\-", "-"), ("\\(aq", "'")):
        line = line.replace(escape, meaning)
    return line


def literal_lines(path):
    """(number, line) of what the page shows as it is to be typed, or as it appears."""
    literal = False
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.startswith(".Bd -literal"):
            literal = True
        elif line.startswith(".Ed"):
            literal = False
        elif line.startswith(".Dl "):
            yield number, plain(line[4:])
        elif literal:
            yield number, plain(line)


def of_manual(name, path):
    for number, line in joined(literal_lines(path)):
        if name == RULES_PAGE:
            if first_word(line) in PROGRAMS:
                yield Command(name, number, line)
        elif line.startswith(PROMPTS):
            yield Command(name, number, line[2:])


def without_prompt(name, path):
    """Lines that look like a command and are not marked as one."""
    if name == RULES_PAGE:
        return []
    return [f"{name}:{number}: {line}" for number, line in literal_lines(path)
            if first_word(line) in PROGRAMS]


def commands():
    """All of them, in the order of pages and lines."""
    found = [command for page in PAGES for command in of_markdown(page)]
    return found + [command for name, path in manual_pages().items()
                    for command in of_manual(name, path)]
