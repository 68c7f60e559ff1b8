# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the layers with real pppds. A conftest.py imports what it wants; its own `hosts` is what
they are made of: (client, server)."""
import pytest


@pytest.fixture
def server(hosts):
    """Debian's pptpd, just started."""
    _, server = hosts
    server.start_pptpd()
    yield server
    server.reset()
