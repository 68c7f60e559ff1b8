# SPDX-License-Identifier: GPL-2.0-or-later
"""README's lines, word for word, on machines on which nothing has been installed yet."""
import re

import pytest

from lab import markdown
from lab.packages import CALLGATE

LINES = {block.name: block.text for block in markdown.blocks("README.md") if block.name}
GUI = "callgate-gui"
# How many packages the window may add to callgate on a machine without a desktop: GTK, its libraries, fonts and polkit. On
# Debian 12 they are 90, or 115 with those that are only recommended, such as the agent that asks for polkit's password. For
# Debian 13 apt says about 103, or 201 with the drivers of Mesa and GStreamer, which GTK recommends there.
MOST = {"no-": 115, "": 220}
A_DESKTOP = r"gnome-|plasma|kwin|xfce|mutter|lightdm|gdm3|sddm|xserver|xorg|libqt[56]|network-manager"


@pytest.fixture(params=("12", "13"))
def release(request):
    return request.param


def works(root, prefix):
    """The programs are where the shell finds them, and a tunnel can be described."""
    root.run("cd /\nfor program in pptp pptpctl pptpsetup pptp-command; do\n"
             f"  command -v $program | grep -x {prefix}'/s\\?bin/.*'\n  $program --help >/dev/null\ndone\npptpctl")
    root.run(LINES["dial"].splitlines()[0], text="secret\n")
    assert "vpn.example.net" in root.inside("/etc/ppp/peers/work").read_text(encoding="ascii")


def give(package, root):
    """Gives the file of a package to another root. Returns where it is there."""
    there = f"/root/{package.name}"
    root.inside(there).write_bytes(package.read_bytes())
    return there


def test_the_demo_passes_and_the_lines_for_usr_local_work_after_it(new_machine, release):
    root = new_machine(release)
    said = root.run("scripts/demo")
    assert said.count("PASSED") == 2, "without pppd, and with it"
    root.run(LINES["local"])
    works(root, "/usr/local")


def test_the_packages_are_built_are_clean_and_work_on_another_machine(new_machine, release):
    builder = new_machine(release)
    said = builder.run(LINES["package"])
    assert not re.findall(f"^[EW]: {CALLGATE}.*", said, re.M)
    works(builder, "/usr")
    other = new_machine(release)
    built = {file.name.split("_")[0]: give(file, other) for file in builder.inside("/root/callgate/build/package").glob("*.deb")}
    other.run(f"apt install {built[CALLGATE]}")
    works(other, "/usr")
    the_window_installs(other, built[GUI])
    other.run(f"apt purge {CALLGATE}\n! command -v pptp")


def the_window_installs(root, file):
    """The machine has callgate. The window adds the libraries of windows, and no desktop."""
    for recommends, most in MOST.items():
        words = root.run(f"apt-get --simulate --{recommends}install-recommends install {file}")
        added = re.findall(r"^Inst (\S+)", words, re.M)
        assert GUI in added and len(added) <= most, f"{len(added)}: {added}"
        assert not [name for name in added if re.match(A_DESKTOP, name)]
    # The project has no home page, which Debian 13 asks for, and Debian 12 does not know how to leave out.
    without = "--override=url-homepage-missing=info" if root.release != "12" else ""
    root.run(f"apt install --no-install-recommends {file} desktop-file-utils appstream\n"
             "pptpconfig --help\n"
             "desktop-file-validate /usr/share/applications/org.callgate.pptpconfig.desktop\n"
             f"appstreamcli validate --no-net --pedantic {without} /usr/share/metainfo/org.callgate.pptpconfig.metainfo.xml")
