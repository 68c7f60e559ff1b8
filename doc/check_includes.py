# SPDX-License-Identifier: GPL-2.0-or-later
"""check_includes.py ROOT: no include of the source tree runs upward.

Each row names a folder and the folders that its files may include. The longest matching row applies.
"""
import re
import sys
from pathlib import Path

WIRE, SYSTEM, CHANNEL, COMMON = "common/wire/", "common/system/", "common/channel/", "common/"
DIAGNOSE, LIVE, LOG = "callmgr/diagnose/", "callmgr/diagnose/live/", "callmgr/diagnose/log/"
REPORT = "callmgr/diagnose/report/"
MAY_INCLUDE = {
    WIRE: (WIRE,),
    SYSTEM: (SYSTEM, WIRE),
    CHANNEL: (CHANNEL, SYSTEM, WIRE),
    COMMON: (COMMON,),
    "gre/": ("gre/", COMMON),
    "callmgr/": ("callmgr/", COMMON),
    DIAGNOSE: (DIAGNOSE, COMMON),
    LOG: (LOG, COMMON),
}
NEVER = {DIAGNOSE: (LIVE, REPORT), REPORT: (LIVE,), LIVE: ()}  # more, for files of a folder that may include another
INCLUDE = re.compile(r'^#include "((?:common|callmgr|gre)/[^"]+)"', re.MULTILINE)


def row(table, name):
    """The entry of the longest folder that has the file."""
    folders = [folder for folder in table if name.startswith(folder)]
    return table[max(folders, key=len)] if folders else ()


def main(root):
    wrong, seen = [], 0
    for folder in "common", "callmgr", "gre":
        for path in sorted((root / folder).rglob("*.[ch][ch]")):
            name = path.relative_to(root).as_posix()
            for included in INCLUDE.findall(path.read_text(encoding="utf-8")):
                seen += 1
                if not included.startswith(row(MAY_INCLUDE, name)) or included.startswith(tuple(row(NEVER, name))):
                    wrong.append(f"{name} includes {included}")
    return "\n".join(wrong) or ("no include was found" if seen < 100 else None)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
