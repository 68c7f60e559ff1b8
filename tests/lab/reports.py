# SPDX-License-Identifier: GPL-2.0-or-later
"""Makes a failed test print what the programs have written."""
import pytest


def on_failure(gather):
    """A conftest.py's pytest_runtest_makereport: adds what gather(item) returns, [(title, text)]."""
    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_makereport(item):
        outcome = yield
        report = outcome.get_result()
        if report.failed and report.when != "teardown":
            report.sections.extend(gather(item))
    return pytest_runtest_makereport
