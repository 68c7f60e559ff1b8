# SPDX-License-Identifier: GPL-2.0-or-later
"""The fenced blocks of a page of Markdown. The word after the three ticks says what a block is: `sh` for
commands, `nft` and `iptables` for rule sets, `text` or the name of a language for anything else. A second word
names the block for the tests. Readers do not see it.
"""
from dataclasses import dataclass

from .programs import REPOSITORY

FENCE = "```"


@dataclass(frozen=True)
class Block:
    page: str
    line: int  # of the fence
    kind: str
    name: str
    text: str


def blocks(page):
    """The fenced blocks of `page`, whose path begins at the top of the repository."""
    found, opened = [], None
    lines = (REPOSITORY / page).read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines, 1):
        if not line.startswith(FENCE):
            continue
        if opened is None:
            opened = number
            continue
        kind, _, name = lines[opened - 1].removeprefix(FENCE).partition(" ")
        found.append(Block(page, opened, kind, name, "\n".join(lines[opened:number - 1]) + "\n"))
        opened = None
    assert opened is None, f"{page}:{opened}: the block has no end"
    return found
