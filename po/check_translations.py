#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""Fails if a text of the window is not translated, or if a translation does not fit its text.

The target callgate-gui-update-po of the build brings the files up to date: meson compile -C build callgate-gui-update-po
"""
import re
import subprocess
import sys
from pathlib import Path

PO = Path(__file__).resolve().parent
ROOT = PO.parent
POT = PO / "callgate-gui.pot"


def run(*command):
    return subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True).stdout


def messages(text):
    """Yields (flags, msgid, msgstr) of what msgcat has written without line breaks."""
    for entry in text.split("\n\n"):
        lines = [line for line in entry.splitlines() if not line.startswith("#~")]
        flags = " ".join(line for line in lines if line.startswith("#,"))
        parts = {"msgid": "", "msgstr": ""}
        for line in lines:
            key = line.split(" ", 1)[0]
            current = key if key in parts else current if line.startswith('"') else None
            if current:
                parts[current] += line[line.index('"') + 1:line.rindex('"')]
        if parts["msgid"]:
            yield flags, parts["msgid"], parts["msgstr"]


def read(path):
    return list(messages(run("msgcat", "--no-wrap", str(path))))


def shape(text):
    """What a translation must have as well: placeholders, one mnemonic or none, and the line break at the end."""
    return sorted(re.findall(r"\{[^a-z|]*?\}", text)), text.count("_") == 1, text.endswith("\\n")


def complaints():
    listed = (PO / "POTFILES").read_text(encoding="utf-8").split()
    texts = {str(path.relative_to(ROOT)) for path in (ROOT / "gui").rglob("*.cc") if re.search(r"\b_\(", path.read_text())}
    yield from (f"POTFILES: {name} is missing or too much" for name in sorted(texts.symmetric_difference(listed)))
    found = run("xgettext", "--from-code=UTF-8", "--keyword=_", "--no-wrap", "--output=-", *sorted(texts))
    wanted = {text for _, text, _ in messages(found)}
    for path in [POT, *(PO / f"{language}.po" for language in (PO / "LINGUAS").read_text(encoding="utf-8").split())]:
        known = read(path)
        yield from (f"{path.name}: no entry: {text}" for text in sorted(wanted - {text for _, text, _ in known}))
        yield from (f"{path.name}: not a text of the window: {text}" for _, text, _ in known if text not in wanted)
        for flags, text, translation in known if path != POT else []:
            if not translation or "fuzzy" in flags:
                yield f"{path.name}: not translated: {text}"
            elif shape(translation) != shape(text):
                yield f"{path.name}: placeholders, mnemonic or line break differ: {text} | {translation}"


if __name__ == "__main__":
    sys.exit("\n".join(complaints()) or None)
