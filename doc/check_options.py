# SPDX-License-Identifier: GPL-2.0-or-later
"""check_options.py PAGE PROGRAM: every option that PROGRAM --help shows has its place in the manual page PAGE, and no other."""
import re
import subprocess
import sys


def main():
    page, program = sys.argv[1:]
    shown = set(re.findall(r"^  --([a-z-]+)", subprocess.check_output([program, "--help"], text=True), re.MULTILINE))
    with open(page, encoding="utf-8") as text:
        described = {option for line in text if line.startswith(".It Fl -")
                     for option in re.findall(r"Fl -([a-z-]+)", line)}
    if not shown:
        sys.exit(f"{program} --help shows no option")
    if shown != described:
        sys.exit(f"only in --help: {sorted(shown - described)}; only in the page: {sorted(described - shown)}")


main()
