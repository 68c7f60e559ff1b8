# SPDX-License-Identifier: GPL-2.0-or-later
"""README's lines, word for word, on machines on which nothing has been installed yet."""
import re

import pytest

from lab import markdown
from lab.packages import CALLGATE

LINES = {block.name: block.text for block in markdown.blocks("README.md") if block.name}
AS_THE_DEMO_BUILDS = "scripts/install-deps build\nmeson setup build -Dprefix=$PWD/build/stage -Dtests=false"


@pytest.fixture(params=("12", "13"))
def release(request):
    return request.param


def works(root, prefix):
    """The programs are where the shell finds them, and a tunnel can be described."""
    root.run("cd /\nfor program in pptp pptpctl pptpsetup pptp-command; do\n"
             f"  command -v $program | grep -x {prefix}'/s\\?bin/.*'\n  $program --help >/dev/null\ndone\npptpctl")
    root.run(LINES["dial"].splitlines()[0], text="secret\n")
    assert "vpn.example.net" in (root.path / "etc/ppp/peers/work").read_text(encoding="ascii")


def test_the_lines_for_usr_local_work_also_after_the_demo(new_root, release):
    root = new_root(release)
    root.run(AS_THE_DEMO_BUILDS)
    root.run(LINES["local"])
    works(root, "/usr/local")


def test_the_package_is_built_is_clean_and_works_on_another_machine(new_root, release):
    builder = new_root(release)
    said = builder.run(LINES["package"])
    assert not re.findall(f"^[EW]: {CALLGATE}.*", said, re.M)
    works(builder, "/usr")
    [package] = (builder.path / "root/callgate/build/package").glob(f"{CALLGATE}_*.deb")
    other = new_root(release)
    (other.path / "root" / package.name).write_bytes(package.read_bytes())
    other.run(f"apt install /root/{package.name}")
    works(other, "/usr")
    other.run(f"apt purge {CALLGATE}\n! command -v pptp")
