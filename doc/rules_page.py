# SPDX-License-Identifier: GPL-2.0-or-later
"""rules_page.py VERSION RULES...: the manual page of all rules of pptpctl diagnose.

It is mdoc, on standard output.
"""
import itertools
import re
import sys
import tomllib
from pathlib import Path

HEAD = """\
.\\" Generated from the files of rules.
.Dd November 23, 2026
.Dt CALLGATE-RULES 7
.Os Callgate {version}
.Sh NAME
.Nm callgate-rules
.Nd known problems of PPTP tunnels: what shows them, their causes, and what to do
.Sh DESCRIPTION
These are the rules by which
.Ic pptpctl diagnose
reads a log; see
.Xr pptpctl 1 .
Each has a name, and the number of its entry in the Diagnosis HOWTO of the PPTP Client project where it has one.
.Bd -literal -offset indent
pptpctl diagnose --explain RULE
.Ed
.Pp
prints one of them with the lines and facts that it looks for.
"""

FOOT = """\
.Sh SEE ALSO
.Xr pptpctl 1 ,
.Xr pppd 8 ,
.Xr pptp 8
"""

SECTIONS = {
    "system": "THE SYSTEM",
    "tools": "TOOLS",
    "control-connection": "THE CONTROL CONNECTION",
    "gre": "GRE",
    "lcp": "THE LINK (LCP)",
    "authentication": "AUTHENTICATION",
    "mppe": "ENCRYPTION (CCP AND MPPE)",
    "ip": "ADDRESSES AND ROUTES",
    "live": "WHAT TRYING SHOWS, AND NO LOG",
}


def escaped(line):
    """A line of text that mdoc takes for nothing else."""
    line = line.replace("\\", "\\e")
    return "\\&" + line if line.startswith((".", "'")) else line


def sentences(lines):
    """Running text, each sentence on a line of its own."""
    text = re.sub(r"([.:]|\.\")\s+(?=[A-Z])", "\\1\n", " ".join(lines))
    return [escaped(line) for line in text.split("\n") if line]


def body(text):
    """Paragraphs, in which lines that begin with a blank are commands."""
    paragraphs = itertools.groupby(text.strip("\n").split("\n"), lambda line: line.startswith(" "))
    for literal, lines in paragraphs:
        if literal:
            commands = (escaped(line.strip()) for line in lines)
            yield from [".Bd -literal -offset indent", *commands, ".Ed"]
        else:
            yield from [".Pp", *sentences(lines)]


def filled(rule, key):
    """A text of the rule, with the rule's own values for the placeholders."""
    return re.sub(r"\{([a-z-]+)\}", lambda match: rule["values"][match[1]], rule[key])


def entry(rule):
    """One rule."""
    yield f".It Sy {rule['id']}" + (f" Pq {rule['entry']}" if "entry" in rule else "")
    yield escaped(filled(rule, "title")) + "."
    yield from body(filled(rule, "cause"))
    yield from body(filled(rule, "remedy"))


def page(version, files):
    """The whole page, one section for each file that has rules."""
    rules = {Path(name).stem: tomllib.loads(Path(name).read_text(encoding="utf-8")).get("rule", [])
             for name in files}
    yield HEAD.format(version=version).rstrip("\n")
    for name in [*SECTIONS, *sorted(set(rules) - set(SECTIONS))]:
        if not rules.get(name):
            continue
        yield f".Sh {SECTIONS.get(name, name.upper())}"
        yield ".Bl -tag -width Ds"
        for rule in sorted(rules[name], key=lambda rule: (rule.get("entry", "T"), rule["id"])):
            yield from entry(rule)
        yield ".El"
    yield FOOT.rstrip("\n")


def main():
    """Writes the page."""
    version, *files = sys.argv[1:]
    print("\n".join(page(version, files)))


main()
