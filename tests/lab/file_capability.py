# SPDX-License-Identifier: GPL-2.0-or-later
"""Gives pptp-gre its file capability in the guest, which does not see those of the host's files."""
import os

import pytest

from . import programs


def ensure(host):
    """Skips the test where it is missing and not ours to give."""
    gateway = programs.installed().gateway
    if "security.capability" in os.listxattr(gateway):
        return
    if "CALLGATE_IN_VM" not in os.environ:
        pytest.skip(f"{gateway} has no file capability")
    host.run("setcap", "cap_net_raw+p", gateway)
