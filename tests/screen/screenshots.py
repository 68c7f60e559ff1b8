# SPDX-License-Identifier: GPL-2.0-or-later
"""Takes a picture of each page of the window, in two sizes and two themes: screenshots.py DIRECTORY."""
import json
import os
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
sys.dont_write_bytecode = True
from desk import Desk  # noqa: E402  (after the path)
from lab.display import Display, SessionBus  # noqa: E402
from lab.lines import wait_until  # noqa: E402
from lab.x11 import Windows  # noqa: E402

SIZES = ((1000, 700), (800, 480))
THEMES = {"light": "Adwaita", "dark": "Adwaita:dark"}
STILL = 0.4  # s, in which the display must not change before it is photographed
UP = {"sample": "healthy/real-terminal.log", "until": "remote IP address",
      "then": ["Script /etc/ppp/ip-up started (pid 7)", "callgate-routes: work: 1 networks go through ppp0"]}
FAULT = "mppe-refused-by-server/positive-real-server-refuses-mppe-terminal.log"


def make_tunnels(desk):
    desk.create("work", "--domain", "CORP", "--mppe", "128", "--route", "10.0.0.0/8", "--dns", "auto")
    desk.will_log("work", **UP)
    desk.create("factory", "--mppe", "128", server="198.51.100.7")
    desk.will_log("factory", FAULT)
    desk.create("home", server="home.example.net")
    desk.carries("ppp0", 43_200_000, 4_090_000)
    statistics = {"rx_accepted": 99_980, "rx_lost": 20, "round_trip_microseconds": 18_400}
    desk.will_say("pptpctl", "status", json.dumps(
        {"connections": [{"calls": [{"tunnel": "work", "interface": "ppp0", "statistics": statistics}]}]}))


OLD_TUNNELS = ('a:1:{s:5:"plant";a:6:{s:4:"name";s:5:"plant";s:6:"server";s:15:"vpn.example.org";s:6:"domain";s:4:"CORP";'
               's:8:"username";s:5:"alice";s:12:"require-mppe";b:1;s:12:"pppd-options";s:14:"plugin evil.so";}}')


def pages(window, desk, size):
    """Yields the name and the size of each page when it is shown."""
    yield from ((name, size) for name in main_pages(window))
    for name in dialogs(window, desk):
        # A window manager keeps a dialog within the display.
        shown = tuple(map(min, window.windows.size(), size))
        window.windows.resize(*shown)
        yield name, shown
        window.press("Escape")


def dialogs(window, desk):
    """Yields the name of each dialog when it is open."""
    window.click("New tunnel")
    for name, text in (("Server", "vpn.example.net"), ("Domain", "CORP"), ("User name", "alice"), ("Password", "secret"),
                       ("These networks", "10.0.0.0/8, nonsense")):
        window.enter(name, text)
    window.wait_text("nonsense")
    yield "create"
    file = desk.directory / "tunnels"
    file.write_text(OLD_TUNNELS)
    window.click("Import")
    window.enter("File", str(file))
    window.click("Read")
    window.wait_text("plant, from")
    window.enter("File", "/etc/pptpconfig/tunnels")  # and not the name of a temporary file
    yield "import"


def main_pages(window):
    """Yields the name of each page when it is shown."""
    window.select("Tunnels", "work")
    window.click("Connect")
    window.wait_text("Connected on ppp0")
    window.wait_text("round trip")
    yield "status"
    for name in ("Settings", "Routes & DNS", "Log"):
        if window.all("tab", name):
            window.tab(name)
            yield name.lower().split()[0]
    window.tab("Status")
    window.select("Tunnels", "factory")
    window.click("Connect")
    window.wait_text("Encrypted: failed")
    yield "failure"
    window.tab_to("list item", window.name_of(window.find("list item", "factory")))
    window.press("Menu")
    window.find("button", "Copy as command")
    yield "menu"
    window.press("Escape")


def picture(display, size):
    """Returns a picture of this size when nothing moves any more."""
    last = []

    def is_still():
        last.append(display.picture(*size))
        time.sleep(STILL)
        return last[-1] == display.picture(*size)
    wait_until(is_still, what="a display that does not change")
    return last[-1]


def take(directory, display, bus, size, theme):
    from lab.window import Window  # libatspi reads the environment of its first use
    with tempfile.TemporaryDirectory() as files:
        desk = Desk(files, display, bus)
        make_tunnels(desk)
        window = Window(desk.start(theme=THEMES[theme]), Windows(display.name))
        try:
            window.windows.resize(*size)
            for page, shown in pages(window, desk, size):
                file = directory / f"{page}-{theme}-{size[0]}x{size[1]}.png"
                file.write_bytes(picture(display, shown))
                print(file)
        finally:
            window.stop()
            desk.close()


def main():
    directory = Path(sys.argv[1])
    directory.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as runtime:
        display = Display(runtime, *SIZES[0])
        os.environ.update(DISPLAY=display.name, XDG_RUNTIME_DIR=runtime, HOME=runtime)
        bus = SessionBus(dict(os.environ))
        os.environ["DBUS_SESSION_BUS_ADDRESS"] = bus.address
        try:
            for size in SIZES:
                for theme in THEMES:
                    take(directory, display, bus, size, theme)
        finally:
            bus.stop()
            display.stop()


if __name__ == "__main__":
    main()
