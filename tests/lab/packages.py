# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian packages on a temporary machine: how they install, remove, and what they leave."""
import os
import stat
from pathlib import Path

from .process import executable
from .units import pids

CALLGATE = "callgate"
PPTP_LINUX = "pptp-linux"
GATEWAY = "/usr/libexec/callgate/pptp-gre"
# Where packages and their scripts leave things; /var/lib/dpkg and the index of manual pages are dpkg's.
PLACES = ("/etc", "/usr", "/lib", "/run/pptp", "/run/systemd", "/var/lib/systemd")
NOT_OURS = ("/usr/share/man/", "/run/systemd/journal/", "/run/systemd/units/", "/run/systemd/transient/",
            "/run/systemd/incoming", "/run/systemd/propagate", "/run/systemd/unit-root",
            "/etc/ld.so.cache", "/etc/passwd-", "/etc/shadow-", "/etc/group-", "/etc/gshadow-", "/etc/.pwd.lock")

WRITTEN, HOST = "/run/vm/written", "/run/vm/host"  # see scripts/vm.d/init
ON_DISK = ("/etc", "/usr", "/var")  # the others are the guest's own

DPKG_INFO = Path("/var/lib/dpkg/info")
MANUAL_INDEX = Path("/var/lib/man-db/auto-update")  # asks for an index of every page, at each installation


def hasten_dpkg():
    """An emulated processor takes half a minute to read which package has which of 100000 files: only
    those that have something to do with ppp are left their lists."""
    MANUAL_INDEX.unlink(missing_ok=True)
    for file in DPKG_INFO.glob("*.list"):
        if not file.name.startswith(("ppp", "pptp")):
            file.write_text("/.\n")


class Packages:
    def __init__(self, machine, directory):
        self.machine, self.directory = machine, directory

    def file(self, name):
        """The one file of that package, None if it was not brought along."""
        return next(iter(sorted(self.directory.rglob(f"{name}_*.deb"))), None)

    def brought_along(self, together, but=()):
        """The names of the packages in that directory (scripts/test.d/fetch-packages), those of `but` excepted."""
        names = {file.name.split("_")[0] for file in (self.directory / together).glob("*.deb")}
        return sorted(names.difference(but))

    def dpkg(self, *words):
        os.environ["DEBIAN_FRONTEND"] = "noninteractive"
        done = self.machine.run("dpkg", "--force-unsafe-io", "--force-confdef", "--force-confold", *words, timeout=600)
        return done.stdout + done.stderr

    def status(self, name):
        """dpkg's word: installed, config-files (removed, not purged), not-installed; None: unknown."""
        return self.machine.run("dpkg-query", "-W", "-f", "${db:Status-Status}", name, check=False).stdout or None

    def install(self, *names):
        """Those that are not there yet."""
        files = [self.file(name) for name in names if self.status(name) != "installed"]
        if files:
            self.dpkg("--install", *files)

    def remove(self, name):
        return self.dpkg("--remove", name)

    def purge(self, name):
        if self.status(name) not in (None, "not-installed"):
            self.dpkg("--purge", name)


def files():
    """What there is below PLACES that the virtual machine's host has not, and the names of what it has and
    that is gone here. scripts/vm keeps both apart: to walk through all that a guest sees takes it minutes.
    """
    made, gone = set(), set()
    for place in map(os.path.realpath, PLACES):
        written, host = (WRITTEN, HOST) if place.startswith(ON_DISK) else ("", None)
        for path in below(written + place):
            seen = path.removeprefix(written)
            if is_whiteout(path):
                gone.add(seen)
            elif not (host and os.path.lexists(host + seen)):
                made.add(seen)
    return {path for path in made if not path.startswith(NOT_OURS)}, gone


def gateways():
    """The pids of the package's gateways."""
    return [pid for pid in pids() if executable(pid) == GATEWAY]


def below(place):
    for directory, directories, names in os.walk(place):
        for name in directories + names:
            yield os.path.join(directory, name)


def is_whiteout(path):
    """How overlayfs notes that a file of the lower layer is gone."""
    status = os.lstat(path)
    return stat.S_ISCHR(status.st_mode) and status.st_rdev == 0


def lines(path):
    with open(path, encoding="utf-8") as file:
        return file.read().splitlines()
