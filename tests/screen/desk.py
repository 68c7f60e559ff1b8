# SPDX-License-Identifier: GPL-2.0-or-later
"""The files and programs that the window finds: a machine below a directory, real ones, and a pptp that replays logs."""
import contextlib
import itertools
import json
import os
import signal
import subprocess
import sys
from pathlib import Path

from lab import programs
from lab.display import OF_A_WINDOW, WINDOW
from lab.lines import wait_until

HERE = Path(__file__).resolve().parent
SAMPLES = programs.REPOSITORY / "tests/diagnose/samples"
PREFIX = Path(programs.installed().pptpctl).parents[1]
PPTPSETUP = PREFIX / "sbin/pptpsetup"
SERVER = "vpn.example.net"
RULES = "# What it says instead of the real one:\n"


class Desk:
    def __init__(self, directory, display, bus):
        self.directory = Path(directory)
        self.root = self.directory / "root"
        self.peers = self.root / "etc/ppp/peers"
        self.peers.mkdir(parents=True)
        self.secrets = self.root / "etc/ppp/chap-secrets"
        self.logs = self.directory / "logs"
        self.logs.mkdir()
        self._calls = self.directory / "calls"
        self._calls.touch()
        self._numbers = itertools.count()
        self._display, self._bus = display, bus
        self._numbers, self._stops = itertools.count(), []
        self._programs = self.directory / "programs"
        self._programs.mkdir()
        for name, real in (("pptpsetup", PPTPSETUP), ("pptpctl", programs.installed().pptpctl), ("pptp", HERE / "replay.py"),
                           ("pkexec", "/bin/false"), ("journalctl", "/bin/false")):
            self._add_program(name, real)

    def _add_program(self, name, real):
        """The program writes down its words, and then is the real one."""
        path = self._programs / name
        path.write_text(f"#!{sys.executable}\nimport json, os, sys, time\n"
                        f"with open({str(self._calls)!r}, 'a') as calls:\n"
                        f"    calls.write(json.dumps([{name!r}, *sys.argv[1:]]) + '\\n')\n{RULES}"
                        f"os.execv({str(real)!r}, [{str(real)!r}, *sys.argv[1:]])\n")
        path.chmod(0o755)

    def will_say(self, program, verb, text, status=0, held=False):
        """The program prints this text and exits with this status if its first word is `verb`, and is the real one otherwise. The last
        text for a verb holds. If it is held, the program waits before that for the function that is returned, which also waits
        until the program has ended."""
        path, number = self._programs / program, next(self._numbers)
        hold, pid = self.directory / f"hold-{number}", self.directory / f"pid-{number}"
        if held:
            hold.touch()
        path.write_text(path.read_text().replace(
            RULES, f"{RULES}if sys.argv[1:2] == [{verb!r}]:\n    open({str(pid)!r}, 'w').write(str(os.getpid()))\n"
            f"    parent = os.getppid()\n    while os.path.exists({str(hold)!r}) and os.getppid() == parent:\n        time.sleep(0.05)\n"
            f"    print({text!r})\n    sys.exit({status})\n"))

        def release():
            hold.unlink()
            wait_until(lambda: pid.exists() and not Path("/proc", pid.read_text() or "self").exists(),
                       what=f"{program} {verb} has ended")
        return release

    def will_linger(self, program, word, seconds):
        """The program takes this long if `word` is among its words. Returns a function that waits until the last one has ended."""
        path, last = self._programs / program, self.directory / "lingers"
        path.write_text(path.read_text().replace(
            "os.execv(", f"if {word!r} in sys.argv:\n"
            f"    open({str(last)!r}, 'w').write(str(os.getpid()))\n    time.sleep({seconds})\nos.execv("))
        return lambda: wait_until(lambda: not Path("/proc", last.read_text()).exists(), what=f"{program} {word} has ended")

    def will_stop(self, program, word):
        """The program stops if `word` is among its words. Returns a function that lets it go on, and waits until it has ended."""
        path, go_on = self._programs / program, self.directory / f"go-on-{next(self._numbers)}"
        stopped = go_on.with_suffix(".stopped")
        self._stops.append(go_on)
        path.write_text(path.read_text().replace(
            "os.execv(", f"if {word!r} in sys.argv and not os.path.exists({str(go_on)!r}):\n    import time\n"
            f"    open({str(stopped)!r}, 'a').write(str(os.getpid()) + '\\n')\n"
            f"    while not os.path.exists({str(go_on)!r}):\n        time.sleep(0.02)\nos.execv("))

        def let_go():
            go_on.touch()
            wait_until(lambda: not any(Path("/proc", pid).exists() for pid in stopped.read_text().split()),
                       what=f"{program} {word} has ended")
        return let_go

    def carries(self, interface, received, sent):
        """The counters of a network interface."""
        directory = self.root / "sys/class/net" / interface / "statistics"
        directory.mkdir(parents=True, exist_ok=True)
        (directory / "rx_bytes").write_text(f"{received}\n")
        (directory / "tx_bytes").write_text(f"{sent}\n")

    def calls(self, program):
        """Returns the words of each call of this program."""
        calls = [json.loads(line) for line in self._calls.read_text().splitlines()]
        return [words[1:] for words in calls if words[0] == program]

    def changes(self):
        """Returns the words of each call of pptpsetup that writes."""
        return [words for words in self.calls("pptpsetup")
                if {"--create", "--edit", "--delete", "--import"} & set(words) and "--check" not in words]

    def checks(self):
        """Returns the words of each call of pptpsetup that checks what was entered."""
        return [words for words in self.calls("pptpsetup") if "--check" in words]

    def setup(self, *words, given=""):
        return subprocess.run([PPTPSETUP, "--root", self.root, *words], input=given, text=True, check=True,
                              capture_output=True).stdout

    def create(self, name, *options, server=SERVER, password="secret"):
        self.setup("--create", name, "--server", server, "--username", "alice", "--password-stdin", *options,
                   given=password + "\n")

    def show(self, name):
        """Returns the settings of a tunnel."""
        return json.loads(self.setup("--show", name, "--json"))

    def will_log(self, tunnel, sample, until=None, then=()):
        """pptp call TUNNEL replays this sample. With `until`, it stays up after the line that has it, and the lines `then`."""
        lines = (SAMPLES / sample).read_text().splitlines()
        if until:
            lines = lines[:next(i for i, line in enumerate(lines) if until in line) + 1]
        (self.logs / tunnel).write_text("\n".join([*lines, *then]) + "\n")
        stays = self.logs / f"{tunnel}.stays"
        stays.touch() if until else stays.unlink(missing_ok=True)

    def wait_ended(self, tunnel):
        """Waits until the pptp of this tunnel has been ended."""
        wait_until(lambda: not (self.logs / f"{tunnel}.running").exists(), what=f"pptp call {tunnel} has ended")

    def close(self):
        """Ends each pptp that still runs: a tunnel lives on without the window. Lets go each program that has been stopped."""
        for go_on in self._stops:
            go_on.touch()
        for running in self.logs.glob("*.running"):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has ended by itself
                os.kill(int(running.read_text()), signal.SIGTERM)
            self.wait_ended(running.stem)

    def environment(self, language="", theme="Adwaita"):
        home = self.directory / "home"
        home.mkdir(exist_ok=True)
        return OF_A_WINDOW | {
            "PATH": os.environ["PATH"], "HOME": str(home), "XDG_RUNTIME_DIR": os.environ["XDG_RUNTIME_DIR"],
            "DISPLAY": self._display.name, "DBUS_SESSION_BUS_ADDRESS": self._bus.address, "GTK_THEME": theme, "LANGUAGE": language,
            "DBUS_SYSTEM_BUS_ADDRESS": "unix:path=/none", "PPTPCONFIG_PROGRAMS": str(self._programs), "REPLAY_LOGS": str(self.logs)}

    def start(self, *words, language="", theme="Adwaita", elsewhere=True):
        """Starts the window, and returns the process. Without `elsewhere` the tunnels are those of this machine, so pptpsetup must say
        which there are."""
        words = ["--root", self.root, *words] if elsewhere else words
        with open(self.directory / "window.log", "ab") as log:
            return subprocess.Popen([WINDOW, *words], env=self.environment(language, theme), stdout=log,
                                    stderr=log)

    @property
    def said(self):
        """What the window has printed."""
        path = self.directory / "window.log"
        return path.read_text() if path.exists() else ""
