# SPDX-License-Identifier: GPL-2.0-or-later
"""check_options.py PAGE PROGRAM [help]: the manual page PAGE describes each option of PROGRAM, and no other option.

The options are those that PROGRAM --help lists, each with a help text. A program with subcommands lists them by "help";
then PAGE describes each subcommand too, and the options are those of all subcommands. PAGE is mdoc source.
"""
import re
import subprocess
import sys


def output_of(*command):
    return subprocess.check_output(command, text=True)


def entries(page):
    with open(page, encoding="utf-8") as lines:
        return [line for line in lines if line.startswith((".It Fl -", ".It Cm "))]


def compare(what, shown, described):
    if not shown:
        sys.exit(f"the help shows no {what}")
    if shown != described:
        sys.exit(f"{what}s only in the help: {sorted(shown - described)}; only in the page: {sorted(described - shown)}")


def main():
    page, program, *overview = sys.argv[1:]
    items = entries(page)
    helps = [output_of(program, "--help")]
    if overview:
        subcommands = re.findall(r"^  ([a-z-]+) ", output_of(program, *overview), re.MULTILINE)
        described = {word for line in items for word in re.findall(r"^.It Cm ([a-z-]+)", line)}
        compare("subcommand", set(subcommands), described & set(subcommands))
        helps = [output_of(program, subcommand, "--help") for subcommand in subcommands]
    text = "".join(helps)
    unexplained = re.findall(r"^  (--[a-z-]+(?: \[?[A-Z]+\]?)?) *$", text, re.MULTILINE)
    if unexplained:
        sys.exit(f"the help does not explain {unexplained}")
    compare("option", set(re.findall(r"^  --([a-z-]+)", text, re.MULTILINE)),
            {option for line in items for option in re.findall(r"Fl -([a-z-]+)", line)})


main()
