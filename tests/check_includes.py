#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads the includes of the product: each folder may include only itself and what the table allows."""
import re
import sys
import tempfile
from pathlib import Path

COMMON = ["common/wire", "common/system", "common/channel", "common/command_line", "common/pppd"]
LIVE = "callmgr/diagnose/live"

# Each folder with sources, and the other folders that its files may include.
MAY_INCLUDE = {
    "common/wire": [],
    "common/system": COMMON[:1],
    "common/channel": COMMON[:2],
    "common/command_line": COMMON[:3],
    "common/pppd": COMMON[:4],

    "ppp": ["common/wire"],

    "callmgr": COMMON,
    "callmgr/routes": COMMON + ["callmgr"],
    "callmgr/control": COMMON + ["callmgr", "callmgr/routes"],
    "callmgr/manager": COMMON + ["callmgr", "callmgr/routes", "callmgr/control"],

    "callmgr/diagnose/log": COMMON,
    "callmgr/diagnose": COMMON + ["callmgr/diagnose/log"],
    "callmgr/diagnose/report": COMMON + ["callmgr/diagnose", "callmgr/diagnose/log"],
    # The walk of live calls the functions in files, filter and probes. They share its `Case`, and run what may
    # hang as its `child`.
    LIVE: COMMON + ["callmgr/diagnose", f"{LIVE}/files", f"{LIVE}/filter"],
    f"{LIVE}/files": COMMON + [LIVE],
    f"{LIVE}/filter": COMMON + [LIVE],
    f"{LIVE}/probes": COMMON + [LIVE],

    # print and pcap use the snapshot and the errors of pptpctl, and its subcommands call them.
    "callmgr/pptpctl": COMMON + ["callmgr/diagnose", "callmgr/diagnose/report", LIVE, f"{LIVE}/files",
                                 "callmgr/pptpctl/print", "callmgr/pptpctl/pcap"],
    "callmgr/pptpctl/print": COMMON + ["callmgr/pptpctl"],
    "callmgr/pptpctl/pcap": COMMON + ["callmgr/pptpctl"],

    "gre": COMMON + ["ppp"],
    # The gateway without pppd uses the same wire as the other one.
    "gre/engine": COMMON + ["gre", "ppp"],
    "gre/tunnel": COMMON + ["common/pppd", "ppp"],
    "gre/pptp": COMMON + ["common/pppd", "gre/tunnel"],

    # The window knows our programs and their JSON, and none of their code. Only gui itself connects the rim and
    # the widgets.
    "gui/model": [],
    "gui/backend": ["gui/model"],
    "gui/view": ["gui/model"],
    "gui/pch": [],
    "gui": ["gui/model", "gui/backend", "gui/view"],
}
# A program's main file stands above all of its folders.
MAY_INCLUDE_MORE = {"callmgr/main.cc": ["callmgr/routes", "callmgr/control", "callmgr/manager"],
                    "gre/main.cc": ["gre/engine"]}

INCLUDE = re.compile(r'^\s*#\s*include\s*"(?P<file>[^"]+)"')
GENERATED = ["config.hh"]


def complaints(root):
    """Yields one sentence for each include that the table does not allow."""
    for file in sorted(file for top in ("common", "ppp", "callmgr", "gre", "gui") for file in (root / top).rglob("*")
                       if file.suffix in (".cc", ".hh")):
        folder = str(file.parent.relative_to(root))
        name = str(file.relative_to(root))
        if folder not in MAY_INCLUDE:
            yield f"{name}: the folder {folder} is not in the table of {Path(__file__).name}"
            continue
        allowed = [folder] + MAY_INCLUDE[folder] + MAY_INCLUDE_MORE.get(name, [])
        for number, line in enumerate(file.read_text().splitlines(), 1):
            found = INCLUDE.match(line)
            if not found or found["file"] in GENERATED:
                continue
            if str(Path(found["file"]).parent) not in allowed:
                yield (f'{name}:{number}: includes "{found["file"]}", but {folder} may only include '
                       + ", ".join(allowed))


def write(root, name, text):
    file = root / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)


def check_the_check():
    """A tree with one wrong include is reported, with file and line; without it, it is not."""
    with tempfile.TemporaryDirectory() as directory:
        root = Path(directory)
        write(root, "common/wire/bytes.hh", '#pragma once\n#include <vector>\n#include "config.hh"\n')
        write(root, "gre/uplink.cc", '#include "gre/uplink.hh"\n#include "common/wire/bytes.hh"\n')
        write(root, "callmgr/main.cc", '#include "callmgr/manager/manager.hh"\n')
        assert list(complaints(root)) == []
        for name, wrong in [("common/wire/upward.hh", "common/system/log.hh"),
                            ("callmgr/control/upward.hh", "callmgr/manager/manager.hh"),
                            ("callmgr/diagnose/across.cc", "callmgr/pptpctl/pptpctl.hh"),
                            ("gre/across.cc", "callmgr/event_loop.hh"),
                            ("callmgr/unknown/new.cc", "common/wire/bytes.hh")]:
            write(root, name, f'// A comment.\n#include "{wrong}"\n')
            found = list(complaints(root))
            assert len(found) == 1 and found[0].startswith(name), found
            assert "unknown" in name or f'{name}:2: includes "{wrong}"' in found[0], found
            (root / name).unlink()


check_the_check()
sys.exit("\n".join(complaints(Path(__file__).resolve().parents[1])) or None)
