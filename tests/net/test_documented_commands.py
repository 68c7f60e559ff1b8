# SPDX-License-Identifier: GPL-2.0-or-later
"""Every command that README, doc/*.md and the manual pages show is run as it stands there, or is
accounted for: tests/lab/documented_table.py says where. Here: those that need no PPP in the kernel.
"""
import re
import shutil
import subprocess

import pytest

from lab import documented, markdown, programs
from lab.documented_story import Reader
from lab.documented_table import CASES, NET, find
from lab.pptpd import PPTPD, start_pptpd

COMMANDS = documented.commands()
KINDS = {"sh", "nft", "iptables", "text", "yaml", "toml", "json", "cpp"}  # of blocks


def pages_with(*kinds):
    """{page: its commands, each once}"""
    found = {}
    for command in COMMANDS:
        case = find(command.text)
        if case and case.where in kinds:
            found.setdefault(command.page, []).append(command)
    return found


# --- the documentation as text --------------------------------------------------------------------

def test_every_command_is_accounted_for():
    unknown = [str(command) for command in COMMANDS if not find(command.text)]
    assert not unknown, "no case of tests/lab/documented_table.py has\n" + "\n".join(unknown)


def test_every_case_of_the_table_has_a_command():
    used = {find(command.text) for command in COMMANDS}
    assert not [case.pattern for case in CASES if case not in used]


def test_every_command_of_a_manual_page_has_its_prompt():
    missing = [line for name, path in documented.manual_pages().items()
               for line in documented.without_prompt(name, path)]
    assert not missing, "a prompt ('$ ', '# ') is missing, or this is no command\n" + "\n".join(missing)


@pytest.mark.parametrize("page", documented.PAGES)
def test_every_block_says_what_it_is(page):
    assert not [f"{page}:{block.line}" for block in markdown.blocks(page) if block.kind not in KINDS]
    text = (programs.REPOSITORY / page).read_text(encoding="utf-8")
    indented = re.findall(r"\n\n    (?![-*\d ]).*", text)
    assert not indented, f"{page}: a block without ``` says not what it is"


@pytest.mark.parametrize("page", documented.PAGES)
def test_options_of_ours_that_the_text_names_exist(page):
    wrong = [f"{page}:{line}: {text}" for line, text in documented.inline(page)
             for option in re.findall(r" (--[a-z][a-z-]+)", text)
             if option not in options_of(text.split()[0])]
    assert not wrong, "\n".join(wrong)


def options_of(program, known={}):
    """The options that its --help shows."""
    if program not in known:
        found = programs.installed()
        path = {"pptpctl": found.pptpctl, "pptp-callmgr": found.callmgr, "pptp": found.pptp,
                "pptpsetup": found.pptp.removesuffix("pptp") + "pptpsetup"}[program]
        text = subprocess.run([path, "--help"], capture_output=True, text=True, check=False)
        known[program] = set(re.findall(r"--[a-z][a-z-]+", text.stdout + text.stderr))
    return known[program]


@pytest.mark.parametrize("name", documented.manual_pages())
def test_mandoc_has_nothing_to_say(name):
    if not shutil.which("mandoc"):
        pytest.skip("mandoc is not installed")
    path = documented.manual_pages()[name]
    done = subprocess.run(["mandoc", "-T", "lint", "-W", "warning", path], capture_output=True, text=True,
                          check=False)
    assert done.returncode == 0, done.stdout


# --- and its commands -----------------------------------------------------------------------------

@pytest.mark.skipif(not shutil.which(PPTPD), reason="pptpd is not installed")
@pytest.mark.parametrize("page", pages_with(NET))
def test_the_commands_of_a_page_work_in_their_order(net, page):
    start_pptpd(net.server)
    reader = Reader(net.client, net.server)
    reader.follow(pages_with(NET)[page], (NET,))
    reader.close()
    print(f"{len(reader.ran)} run; programs missing here:", *reader.missing, sep="\n")
    assert reader.ran or reader.missing
