# SPDX-License-Identifier: GPL-2.0-or-later
"""Fixtures of the layers with real pppds.

A conftest.py imports the fixtures that it needs. It defines `hosts`, a pair (client, server), from which
the others are made.
"""
import contextlib

import pytest

from . import ppp
from .host import connect


@contextlib.contextmanager
def ppp_pair():
    """Client and server with real pppds."""
    with ppp.PptpServer("server") as server, ppp.PppClient("client") as client:
        connect("192.0.2.0/24", client, server)
        yield client, server


@pytest.fixture
def server(hosts):
    """Debian's pptpd, just started."""
    _, server = hosts
    server.start_pptpd()
    yield server
    server.reset()
