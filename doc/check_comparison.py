#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fails if a test that doc/comparison.md names does not exist."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def missing(reference):
    path, name = reference.split("::")
    file = ROOT / "tests" / path
    return not file.is_file() or f"def {name}(" not in file.read_text(encoding="utf-8")


def main():
    text = (ROOT / "doc/comparison.md").read_text(encoding="utf-8")
    references = sorted(set(re.findall(r"`((?:net|vm|systemd|setup)/\w+\.py::\w+)`", text)))
    absent = [reference for reference in references if missing(reference)]
    for reference in absent:
        print(f"doc/comparison.md: there is no {reference}", file=sys.stderr)
    return 1 if absent or not references else 0


if __name__ == "__main__":
    sys.exit(main())
