# SPDX-License-Identifier: GPL-2.0-or-later
"""What desktops read: the menu's entry, the entry of software centres, and the icon."""
import subprocess
import xml.etree.ElementTree as ElementTree

import pytest

from desk import PREFIX

NAME = "org.callgate.pptpconfig"
ENTRY = PREFIX / f"share/applications/{NAME}.desktop"
METAINFO = PREFIX / f"share/metainfo/{NAME}.metainfo.xml"


@pytest.mark.parametrize("command", [["desktop-file-validate", ENTRY], ["appstreamcli", "validate", "--no-net", "--pedantic", METAINFO]],
                         ids=["entry", "metainfo"])
def test_the_validators_find_nothing(command):
    done = subprocess.run(command, capture_output=True, text=True)
    said = [line for line in (done.stdout + done.stderr).splitlines() if "successful" not in line]
    assert (done.returncode, said) == (0, [])


def test_entry_metainfo_and_icon_have_one_name():
    entry = ENTRY.read_text(encoding="utf-8")
    assert "Exec=pptpconfig\n" in entry and f"Icon={NAME}\n" in entry
    assert ElementTree.parse(METAINFO).findtext("id") == NAME
    ElementTree.parse(PREFIX / f"share/icons/hicolor/scalable/apps/{NAME}.svg")
