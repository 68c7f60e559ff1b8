# SPDX-License-Identifier: GPL-2.0-or-later
"""Root directories of Debian 12 and 13 in which nothing has been installed yet."""
import os
import subprocess
import tempfile
from pathlib import Path

import pytest

from lab.programs import REPOSITORY

DEBIAN_ROOT = REPOSITORY / "scripts/debian-root"
UNAVAILABLE = 69  # the status of debian-root if there is no root
CLONE = "/root/callgate"
CACHE = Path(os.environ.get("CALLGATE_DEBIAN_CACHE") or
             Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "callgate/debian")


class Root:
    """A copy of a new root."""

    def __init__(self, release, directory):
        self.release, self.cache = release, Path(directory)
        self.path = self.cache / release
        pristine = CACHE / "pristine"
        debian_root(pristine, release)
        subprocess.run(["cp", "-a", pristine / release, self.path], check=True)

    def inside(self, path):
        """Where this machine finds the root's file `path`."""
        return self.path / path.lstrip("/")

    def clone(self, directory=CLONE):
        """Puts a clone of the last commit into that directory."""
        subprocess.run(["git", "clone", "--quiet", REPOSITORY, self.inside(directory)], check=True)

    def run(self, lines, directory=CLONE, text=None):
        """What the lines of a shell print in that directory. They must succeed."""
        done = debian_root(self.cache, self.release, "sh", "-ec", f"cd {directory}\n{lines}", text=text)
        print(done.stdout)
        assert done.returncode == 0, f"{lines} exited {done.returncode}: {done.stdout[-4000:]}"
        return done.stdout


def debian_root(cache, *words, text=None):
    done = subprocess.run([DEBIAN_ROOT, *words], text=True, input=text or "", check=False, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, env={**os.environ, "CALLGATE_DEBIAN_CACHE": str(cache)})
    if done.returncode == UNAVAILABLE:
        pytest.skip(done.stdout)
    return done


@pytest.fixture
def new_root():
    """new_root(release): another root, which is removed after the test."""
    made = []

    def make(release):
        made.append(tempfile.mkdtemp(prefix="callgate-fresh-", dir="/var/tmp"))
        return Root(release, made[-1])

    yield make
    for directory in made:
        subprocess.run(["rm", "-rf", "--one-file-system", directory], check=True)


@pytest.fixture
def new_machine(new_root):
    """new_machine(release): a root with a clone. Its user says yes to whatever apt asks."""
    def make(release):
        root = new_root(release)
        root.clone()
        root.inside("/etc/apt/apt.conf.d/90yes").write_text('APT::Get::Assume-Yes "true";\n', encoding="ascii")
        root.run("apt-get -qq update")
        return root
    return make
