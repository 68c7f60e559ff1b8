# SPDX-License-Identifier: GPL-2.0-or-later
"""check_options.py PAGE PROGRAM: the manual page PAGE has every option of PROGRAM --help.

And no other. The page is mdoc source. A short --help has its options in the synopsis alone.
"""
import re
import subprocess
import sys


def main():
    page, program = sys.argv[1:]
    text = subprocess.check_output([program, "--help"], text=True)
    shown = set(re.findall(r"^  --([a-z-]+)", text, re.MULTILINE) or re.findall(r"\[--([a-z-]+)", text))
    with open(page, encoding="utf-8") as lines:
        described = {option for line in lines if line.startswith(".It Fl -")
                     for option in re.findall(r"Fl -([a-z-]+)", line)}
    if not shown:
        sys.exit(f"{program} --help shows no option")
    if shown != described:
        sys.exit(f"only in --help: {sorted(shown - described)}; "
                 f"only in the page: {sorted(described - shown)}")


main()
