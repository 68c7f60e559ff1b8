#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""check_packages.py BUILD: each file that `meson install` installs belongs to one Debian package.

debhelper says so too, but only at the end of the package's build.
"""
import json
import sys
from pathlib import Path

TREE = Path(__file__).resolve().parents[1]
BY_RULES = {"callgate": ["lib/systemd", "usr/lib/systemd"]}  # by debian/rules


def taken_by(file):
    """What the lines SOURCE [TARGET] of such a file take. A source in debian/ is none of ours."""
    sources = [line.split()[0] for line in file.read_text(encoding="ascii").splitlines() if line]
    return [source for source in sources if not source.startswith("debian/")] + BY_RULES.get(file.stem, [])


def installed(build):
    """The paths that the package's files have. The packages have the prefix /usr, whatever the build has."""
    info = build / "meson-info"
    options = json.loads((info / "intro-buildoptions.json").read_text(encoding="utf-8"))
    [prefix] = [option["value"] for option in options if option["name"] == "prefix"]
    for path in json.loads((info / "intro-installed.json").read_text(encoding="utf-8")).values():
        path = path.removeprefix(prefix)
        yield path.lstrip("/") if path.startswith("/etc/") else "usr/" + path.lstrip("/")


def main(build):
    packages = {file.stem: taken_by(file) for file in (TREE / "debian").glob("*.install")}
    paths = sorted(installed(Path(build)))
    assert paths
    for path in paths:
        takers = [name for name, sources in packages.items()
                  if any(path == source or path.startswith(source + "/") for source in sources)]
        if len(takers) != 1:
            yield f"{path}: {' and '.join(takers) or 'no package'} takes it; see debian/*.install"


sys.exit("\n".join(main(sys.argv[1])) or None)
