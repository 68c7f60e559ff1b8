# SPDX-License-Identifier: GPL-2.0-or-later
"""check_options.py PAGE PROGRAM [SUBCOMMAND...]: PAGE describes the options of PROGRAM, and no other option.

The options are those that --help lists, of the program or of all subcommands; each has a help text. PAGE is mdoc source.
"""
import re
import subprocess
import sys


def main():
    page, program, *subcommands = sys.argv[1:]
    text = "".join(subprocess.check_output([program, *word, "--help"], text=True)
                   for word in [[subcommand] for subcommand in subcommands] or [[]])
    shown = set(re.findall(r"^  --([a-z-]+)", text, re.MULTILINE))
    helpless = re.findall(r"^  (--[a-z-]+(?: \[?[A-Z]+\]?)?) *$", text, re.MULTILINE)
    if helpless:
        sys.exit(f"{program} --help does not explain {helpless}")
    with open(page, encoding="utf-8") as lines:
        described = {option for line in lines if line.startswith(".It Fl -")
                     for option in re.findall(r"Fl -([a-z-]+)", line)}
    if not shown:
        sys.exit(f"{program} --help shows no option")
    if shown != described:
        sys.exit(f"only in --help: {sorted(shown - described)}; "
                 f"only in the page: {sorted(described - shown)}")


main()
