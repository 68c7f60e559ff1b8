# SPDX-License-Identifier: GPL-2.0-or-later
"""A display, a session bus, and the window of an ordinary user. scripts/test.d/on-screen runs these tests."""
import os

import pytest

from lab.display import WINDOW, Display, SessionBus, missing_programs
from lab.reports import on_failure
from lab.x11 import Windows

from desk import Desk


def pytest_sessionstart():
    """Nothing is skipped: without a display, or as root, the run fails."""
    for program in missing_programs():
        pytest.exit(f"{program} is not installed: scripts/install-deps screen", returncode=3)
    if os.geteuid() == 0:
        pytest.exit("the window is never root's: run scripts/test.d/on-screen", returncode=3)
    if not WINDOW.exists():
        pytest.exit(f"there is no {WINDOW}: build with -Dgui=enabled, and install", returncode=3)


@pytest.fixture(scope="session")
def display(tmp_path_factory):
    directory = tmp_path_factory.mktemp("display")
    display = Display(directory)
    # libatspi in this process reads these.
    os.environ.update(DISPLAY=display.name, XDG_RUNTIME_DIR=str(directory), HOME=str(directory))
    directory.chmod(0o700)
    yield display
    display.stop()


@pytest.fixture(scope="session")
def bus(display):
    bus = SessionBus(dict(os.environ))
    os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.address
    yield bus
    bus.stop()


@pytest.fixture
def desk(tmp_path, display, bus):
    desk = Desk(tmp_path, display, bus)
    yield desk
    desk.close()


@pytest.fixture
def open_window(desk, display):
    """A function that opens the window, with the words and settings of Desk.start()."""
    from lab.window import Window  # libatspi reads the environment of its first use
    opened = []

    def open_it(*words, **settings):
        opened.append(Window(desk.start(*words, **settings), Windows(display.name)))
        return opened[-1]
    yield open_it
    for window in opened:
        window.stop()
    assert "CRITICAL" not in desk.said and "Traceback" not in desk.said, desk.said


@pytest.fixture
def window(open_window):
    return open_window()


def what_was_said(item):
    desk = item.funcargs.get("desk")
    if not desk:
        return []
    (desk.directory / "display.png").write_bytes(item.funcargs["display"].picture())
    return [("window", desk.said), ("calls", desk.directory.joinpath("calls").read_text()),
            ("picture", str(desk.directory / "display.png"))]


pytest_runtest_makereport = on_failure(what_was_said)
