#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fails if doc/architecture.md misses a folder of the tree in its map, or names a path that does not exist."""
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MIRRORS = ("tests/unit/", "tests/diagnose/", "tests/fuzz/", "tests/net/")  # one line stands for what is below
SOURCES = ("*.cc", "*.py", "*.toml", "*.in", "*.sh", "callgate*", "control", "init", "count", "all")


def folders():
    """Every folder below the top that has files of its own."""
    for top in ("common", "ppp", "callmgr", "gre", "gui", "scripts", "systemd", "debian", "doc", "tests"):
        for folder in [ROOT / top, *(ROOT / top).rglob("*/")]:
            name = str(folder.relative_to(ROOT))
            if not name.startswith(MIRRORS) and any(path.is_file() for kind in SOURCES for path in folder.glob(kind)):
                yield name


def main():
    text = (ROOT / "doc/architecture.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([\w.-]+/[\w./-]+|ppp|callmgr|gre|gui|scripts|systemd|debian|doc|tests)`", text))
    paths = {name for name in named if name.split("/")[0] in ("common", "ppp", "callmgr", "gre", "gui", "scripts", "doc", "tests")}
    errors = [f"the map has no line for {name}" for name in sorted(folders()) if name not in named]
    errors += [f"there is no {name}" for name in sorted(paths) if not (ROOT / name).exists()]
    for error in errors:
        print(f"doc/architecture.md: {error}", file=sys.stderr)
    return bool(errors)


if __name__ == "__main__":
    sys.exit(main())
