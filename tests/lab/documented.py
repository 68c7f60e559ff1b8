# SPDX-License-Identifier: GPL-2.0-or-later
"""The commands that the documentation shows, and whether our programs understand them.

In Markdown a command is a line of a block that begins with ```sh. In a manual page it is a `.Dl` line or a
line of a `.Bd -literal` that begins with a prompt: `$ `, or `# ` for root. A line without a prompt is
output or a file. callgate-rules(7) is made of rule files, which know no prompts: there a command is a line
that begins with the name of a program. A backslash at the end continues the command on the next line.
"""
import functools
import os
import re
import shlex
import subprocess
from dataclasses import dataclass
from pathlib import Path

from . import markdown, programs
from .programs import REPOSITORY

PAGES = ("README.md", "CONTRIBUTING.md",
         *sorted(f"doc/{path.name}" for path in (REPOSITORY / "doc").glob("*.md")))
RULES_PAGE = "callgate-rules.7"
PROMPTS = ("$ ", "# ")

OURS = {"pptp": "sbin/pptp", "pptpctl": "bin/pptpctl", "pptpsetup": "sbin/pptpsetup",
        "pptp-command": "sbin/pptp-command",
        "pptp-callmgr": "libexec/callgate/pptp-callmgr"}
# What a command may begin with. A literal line that begins so and has no prompt is a mistake.
PROGRAMS = frozenset(
    "pppd pon poff systemctl journalctl ip nft iptables modprobe modinfo depmod tcpdump traceroute tracepath mtr"
    " ping nc ss ls grep od tr strings strace ssh sudo setcap getcap kill pkill dmesg lsmod find cat echo uname"
    " seq xargs getent pptpconfig mknod docker podman firewall-cmd rpm printf export apt meson jq awk tee tail pidof command"
    " scripts/demo scripts/test scripts/package scripts/install-deps scripts/vm scripts/bench/all"
    " scripts/bench/tunnel scripts/bench/gateway scripts/bench/calls scripts/bench/connect scripts/bench/bad-path".split()) | OURS.keys()

SUBSTITUTION = r"\$\(([^()]*)\)"

# Names that stand for others, and what they are in the networks of the tests. {server} is the server's address.
PLACEHOLDERS = {
    "TUNNEL": "work", "SERVER": "{server}", "GATEWAY": "{server}", "REMOTE-IP-ADDRESS": "{server}",
    "NAME": "alice", "CALL": "4711", "INTERFACE": "ppp0", "COUNT": "3", "RULE": "S20", "/var/log/syslog": "/run/lab/syslog"}


@dataclass(frozen=True)
class Command:
    page: str
    line: int
    text: str  # as the reader sees it, without its prompt

    def __str__(self):
        return f"{self.page}:{self.line}: {self.text}"

    def filled_in(self, server):
        """What a reader types whose server has that address."""
        text = self.text
        for name, value in PLACEHOLDERS.items():
            value = value.format(server=server)
            text = re.sub(rf"(?<![\w$-]){re.escape(name)}(?![\w-])", lambda _, value=value: value, text)
        return text

    def mistakes(self):
        """What a shell or one of our programs does not understand."""
        done = subprocess.run(["sh", "-n", "-c", self.text], capture_output=True, text=True, check=False)
        found = [done.stderr] if done.returncode != 0 else []
        return [f"{self}: {mistake}" for words in simple_commands(self.text) for mistake in misused(words)] + found


def first_word(text):
    return (text.split() or [""])[0]


def simple_commands(text):
    """The words of each command of a pipeline or a list."""
    words = shlex.shlex(re.sub(SUBSTITUTION, "word", text), posix=True, punctuation_chars="|&;<>")
    words.whitespace_split = True
    found = [[]]
    for word in words:
        if set(word) <= set("|&;"):
            found.append([])
        else:
            found[-1].append(word)
            if " " in word and first_word(word) in OURS:  # as in pppd pty 'pptp ...'
                found[:0] = simple_commands(word)
    inner = [words for command in re.findall(SUBSTITUTION, text) for words in simple_commands(command)]
    return [words for words in found if words] + inner


def misused(words):
    """Yields each word of a command that does not exist: the program, its subcommand, its options."""
    program = words[0] if words[0] in PROGRAMS else os.path.basename(words[0])
    if program not in PROGRAMS:
        yield f"there is no program {words[0]}"
    if program not in OURS:
        return
    subcommand = words[1:2] if program == "pptpctl" and words[1:2] and words[1][0] != "-" else []
    text = help_text(program, *subcommand)
    if not text:
        yield f"{program} has no subcommand {subcommand}"
    known = re.findall(r"--[a-z][a-z-]+", text)
    for word in words[:words.index("--")] if "--" in words else words:
        if word.startswith("--") and word.partition("=")[0] not in known:
            yield f"{program} has no option {word}"


@functools.cache
def help_text(program, *subcommand):
    path = Path(programs.installed().pptpctl).parents[1] / OURS[program]
    done = subprocess.run([path, *subcommand, "--help"], capture_output=True, text=True, check=False)
    return done.stdout if done.returncode == 0 else ""


def joined(lines):
    """(number, line), in which a line that ends in a backslash and the next one are one."""
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
    """A Command for each `code` within running text that begins with a program of ours."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    text = re.sub(r"^```.*?^```$", lambda found: "\n" * found[0].count("\n"), text, flags=re.M | re.S)
    for found in re.finditer(r"`([^`]+)`", text):
        words = " ".join(found[1].split())
        if first_word(words) in OURS:
            yield Command(page, text.count("\n", 0, found.start()) + 1, words)


# --- manual pages ---------------------------------------------------------------------------------

def manual_pages():
    """{name: path} of the installed pages. In the pages of the tree the build has not filled in names yet."""
    share = Path(programs.installed().pptpctl).parents[1] / "share/man"
    return {path.name: path for path in sorted(share.glob("man?/*.[0-9]"))}


def plain(line):
    """The line as the reader sees it, without mdoc's escapes."""
    for escape, meaning in (("\\(dq", '"'), ("\\&", ""), ("\\e", "\\"), ("\\-", "-"), ("\\(aq", "'")):
        line = line.replace(escape, meaning)
    return line


def literal_lines(path):
    """(number, line) of what the page shows literally."""
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
    """The lines that look like a command and have no prompt."""
    if name == RULES_PAGE:
        return []
    return [f"{name}:{number}: {line}" for number, line in literal_lines(path)
            if first_word(line) in PROGRAMS]


def commands():
    """All of them, in the order of pages and lines."""
    found = [command for page in PAGES for command in of_markdown(page)]
    return found + [command for name, path in manual_pages().items()
                    for command in of_manual(name, path)]
