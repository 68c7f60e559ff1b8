# SPDX-License-Identifier: GPL-2.0-or-later
"""Shows the events of "pptpctl follow --json" as lines, and the diagnosis if the tunnel has failed."""
import itertools
import json
import re
import textwrap

from . import terminal
from .terminal import say

# What is shown for each stage, and what of the line that shows it.
STAGES = {
    "control": ("server reached", None),
    "call": ("call accepted", None),
    "lcp-heard": ("packets pass", None),
    "lcp-up": ("link agreed", None),
    "authenticated": ("password accepted", re.compile(r"^(?:rcvd \[)?(CHAP|PAP|EAP)\b")),
    "mppe": ("encrypted", re.compile(r"^(MPPE \d+-bit \S+)"))}
FIXED = {"control": "TCP port 1723", "lcp-heard": "GRE", "lcp-up": "LCP"}
WIDTH = 19


def row(title, detail=""):
    say(f"  {title:<{WIDTH}}{detail}".rstrip())


def wrapped(text, indent=""):
    """Returns lines."""
    return textwrap.wrap(text, terminal.WIDTH, initial_indent="  ", subsequent_indent="  " + indent, break_long_words=False,
                         break_on_hyphens=False)


def show_text(text):
    """Wraps the text of a rule to the width of the screen. Its indented lines are commands, and stay as they are."""
    for literal, lines in itertools.groupby(text.strip().splitlines(), lambda line: not line or line[0] == " "):
        if literal:
            say(*(f"  {line}".rstrip() for line in lines))
        else:
            say(*wrapped(" ".join(lines)))


class Stages:
    def __init__(self):
        self.finding = None

    def show(self, line):
        """Takes a line of JSON."""
        event = json.loads(line)
        kind = event["event"]
        if kind == "stage" and event["stage"] in STAGES:
            title, pattern = STAGES[event["stage"]]
            found = pattern and pattern.match(event.get("text") or "")
            row(title, found[1] if found else FIXED.get(event["stage"], ""))
        elif kind == "up":
            row("address", f"{event['local'] or '?'} -> {event['remote'] or '?'}"
                           + (f" on {event['interface']}" if event["interface"] else ""))
        elif kind == "finding":
            self.finding = event["finding"]
        elif kind == "retry":
            row("tries again")

    def explain(self):
        """Says why the tunnel has not come up. Returns whether it is known."""
        if not self.finding:
            return False
        names = ", ".join(name for name in (self.finding["rule"], self.finding.get("entry")) if name)
        say(*wrapped(f"{'FAILED':<{WIDTH}}{self.finding['title']} [{names}]", " " * WIDTH))
        for title, text in ("Cause:", self.finding.get("cause")), ("What to do:", self.finding.get("remedy")):
            if text:
                say(title)
                show_text(text)
        return True
