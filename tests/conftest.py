# SPDX-License-Identifier: GPL-2.0-or-later
"""Shared by all layers of pytest."""
import os
import signal
import sys

import pytest

from lab import programs

sys.dont_write_bytecode = True

# A run that a shell starts in the background ignores SIGINT and SIGQUIT, and one under nohup ignores
# SIGHUP. Every program that is tested would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGQUIT, signal.SIG_DFL)
signal.signal(signal.SIGHUP, signal.SIG_DFL)


def pytest_configure(config):
    config.addinivalue_line("markers", "drop_in: pptp-linux passes too; alone with CALLGATE_PPTP")
    config.addinivalue_line("markers", "ordinary_build: needs a build without sanitizers; deselected with them")


def pytest_collection_modifyitems(config, items):
    keep_only(config, items, lambda item: "CALLGATE_PPTP" not in os.environ or item.get_closest_marker("drop_in"))
    if programs.sanitized():
        keep_only(config, items, lambda item: not item.get_closest_marker("ordinary_build"))


def keep_only(config, items, wanted):
    unwanted = [item for item in items if not wanted(item)]
    if unwanted:
        config.hook.pytest_deselected(items=unwanted)
        items[:] = [item for item in items if wanted(item)]


def pytest_runtest_setup(item):
    if os.geteuid() != 0 and not {"setup", "screen"} & set(item.path.parts):
        pytest.skip("network namespaces need root")
