# SPDX-License-Identifier: GPL-2.0-or-later
"""The main program of pptp-command: the first menu, the menu of the setup, and the subcommands."""
import json
import os
import shutil
import signal
import sys
from typing import Callable, NamedTuple, Optional

from callgate_setup import arguments, checks, service
from callgate_setup.checks import Refused

from . import running, secrets, terminal
from .files import Files
from .terminal import Left, NoAnswer, say
from .tunnel_menus import TunnelMenus

STATUS_REFUSED, STATUS_USAGE = 1, 2
IDENTIFIERS = ("pppd", "pptp", "pptp-gre", "pptp-callmgr", "callgate-routes", "callgate-dns")
LOG_LINES = 200
LOG_FILES = ("/var/log/syslog", "/var/log/messages")


class Usage(Exception):
    """The command line cannot be understood."""


class Session:
    """What the subcommands share."""

    def __init__(self, program, root, as_json=False):
        self.program, self.as_json = program, as_json
        self.files = Files(root)
        self.menus = TunnelMenus(self.files, program)
        self.runner = running.Runner(self.files, program)


class Subcommand(NamedTuple):
    name: str
    value: Optional[str]
    help: str
    run: Callable  # takes the session and the value, which may be None; returns an exit status or None
    needs_root: bool = True


# --- subcommands ------------------------------------------------------------------------------------------

def start(session, name):
    """Takes the tunnel that is named, the default one, or asks."""
    default = session.files.default()
    if name is None and default:
        tunnel = session.files.tunnel(default)
    elif name is None and not sys.stdin.isatty():
        raise Usage("start: name a tunnel, because there is no default one")
    else:
        tunnel = session.menus.given(name, "Start a tunnel to which server?:")
    return session.runner.start(tunnel)


def ask_and_start(session, _):
    return session.runner.start(session.menus.chosen("Start a tunnel to which server?:"))


def stop(session, name):
    return session.runner.stop(session.runner.running() if name is None else [session.files.tunnel(name)])


def restart(session, name):
    """Without a name: the tunnels that are up, or else what "start" would start."""
    if name is not None:
        tunnels = [session.files.tunnel(name)]
    else:
        tunnels = session.runner.running()
    session.runner.stop(tunnels)
    if not tunnels:
        return start(session, None)
    return max(session.runner.start(tunnel) for tunnel in tunnels)


def status(session, name):
    tunnels = session.files.known() if name is None else [session.files.tunnel(name)]
    return running.show_status(tunnels, session.as_json)


def show_list(session, _):
    if session.as_json:
        print(json.dumps([{**tunnel.entry, "default": tunnel.is_default, "to_be_imported": tunnel.is_old}
                          for tunnel in session.files.known()], indent=2))
    else:
        session.menus.show()


def setup(session, _):
    menus, files = session.menus, session.files
    menus.predefined()
    items = [("Manage CHAP secrets", secrets.Menu(files, "chap").run), ("Manage PAP secrets", secrets.Menu(files, "pap").run),
             ("List PPTP Tunnels", menus.show), ("Add a NEW PPTP Tunnel", menus.add),
             ("Delete a PPTP Tunnel", menus.delete), ("Configure DNS (resolv.conf)", menus.name_servers),
             ("Select a default tunnel", menus.default), ("Quit", None), ("Change a tunnel", menus.change),
             ("Import old tunnels", menus.take), ("Routes of a tunnel", menus.routes), ("Start at boot", menus.boot)]
    terminal.menu(lambda: items)


def manage_secrets(session, kind):
    kind = kind or "chap"
    if kind not in secrets.KINDS:
        raise Usage("secrets: give chap or pap")
    secrets.Menu(session.files, kind).run()


def menu_of(method):
    return lambda session, value: getattr(session.menus, method)(value)


def diagnose(session, name):
    tunnel = session.menus.given(name, "Diagnose which tunnel?:")
    words = [tunnel.entry["server"]] if tunnel.is_old else []
    running.replace_by(session.runner.pptpctl, "diagnose", *words, "--tunnel", tunnel.name)


def log(session, name):
    """Shows the last lines of the log: all of pppd's and ours, or those of a tunnel's service."""
    if name is not None:
        session.files.tunnel(name)
    if os.path.isdir("/run/systemd/system") and shutil.which("journalctl"):
        unit = ["--unit", service.unit(name)] if name and service.is_enabled(session.files.root, name) else []
        running.replace_by("journalctl", "--no-pager", f"--lines={LOG_LINES}", *(unit or (
            word for identifier in IDENTIFIERS for word in ("--identifier", identifier))))
    path = next(filter(os.path.exists, LOG_FILES), None)
    if not path:
        raise Refused(f"there is no journal, and no {' or '.join(LOG_FILES)}")
    data = session.files.read(path).decode("utf-8", "backslashreplace").split("\n")
    lines = [line for line in data if any(f" {word}[" in line or f" {word}:" in line for word in IDENTIFIERS)]
    say(*lines[-LOG_LINES:] or [f"{path} has no line of pppd or pptp."])


SUBCOMMANDS = (
    Subcommand("setup", None, "show the menu with which tunnels are set up", setup),
    Subcommand("start", "TUNNEL", "start the tunnel, or the default one, and show how far it comes", start, False),
    Subcommand("stop", "TUNNEL", "end the tunnel, or all PPTP tunnels, and wait until it has ended", stop, False),
    Subcommand("restart", "TUNNEL", "end the tunnel, or all that are up, and start it again", restart, False),
    Subcommand("reload", "TUNNEL", "do what restart does", restart, False),
    Subcommand("force-reload", "TUNNEL", "do what restart does", restart, False),
    Subcommand("status", "TUNNEL", "say which tunnels are up: exit status 0 if one is up, or 3 if none is", status, False),
    Subcommand("list", None, "list all tunnels", show_list, False),
    Subcommand("add", "TUNNEL", "ask for the settings of a new tunnel", menu_of("add")),
    Subcommand("change", "TUNNEL", "change the settings of a tunnel", menu_of("change")),
    Subcommand("delete", "TUNNEL", "remove a tunnel and its secret", menu_of("delete")),
    Subcommand("secrets", "KIND", "list and change the secrets: chap (the default) or pap", manage_secrets),
    Subcommand("routes", "TUNNEL", "list and change the networks that go through a tunnel", menu_of("routes")),
    Subcommand("dns", "TUNNEL", "choose the name servers while a tunnel is up", menu_of("name_servers")),
    Subcommand("default", "TUNNEL", "make a tunnel the one that start starts", menu_of("default")),
    Subcommand("boot", "TUNNEL", "start a tunnel at every boot, or do not", menu_of("boot")),
    Subcommand("import", "FILE", "take over a tunnel of the old pptp-command, or a peers file", menu_of("take")),
    Subcommand("diagnose", "TUNNEL", "find out how far a tunnel comes, and why no further", diagnose, False),
    Subcommand("log", "TUNNEL", "show the last lines of the log", log, False))
BY_NAME = {subcommand.name: subcommand for subcommand in SUBCOMMANDS}

USAGE = "Usage: pptp-command [OPTION...] [SUBCOMMAND [TUNNEL]]\n"
OPTIONS = (("json", "with list and status: print JSON"), ("root DIRECTORY", "use the files below DIRECTORY"),
           ("help", "show this text"))


def help_text(with_options=True):
    rows = [f"  {subcommand.name} {f'[{subcommand.value}]' if subcommand.value else ''}".ljust(25) + subcommand.help
            for subcommand in SUBCOMMANDS]
    options = ["", "Options:", *(f"  --{name}".ljust(25) + text for name, text in OPTIONS)] if with_options else []
    return "\n".join([USAGE, "Without a subcommand, pptp-command shows a menu.", "", "Subcommands:", *rows, *options])


# --- main -------------------------------------------------------------------------------------------------

def first_menu(session):
    """As in the old pptp-command, what is chosen is done once."""
    items = (("start        (start a tunnel)", "start"), ("stop", "stop"), ("setup", "setup"), ("quit", None),
             ("status", "status"), ("diagnose", "diagnose"), ("log", "log"))
    chosen = items[terminal.choose([text for text, _ in items], "What task would you like to do?:")][1]
    if chosen is None:
        return 0
    if chosen == "start":
        return ask_and_start(session, None)
    require_root(BY_NAME[chosen], session)
    return BY_NAME[chosen].run(session, None)


def parse(words):
    """Returns (options, subcommand or None, its value or None)."""
    options, rest, words = {"root": "/"}, [], iter(words)
    for word in words:
        name, equals, value = word.removeprefix("--").partition("=")
        if word in ("-h", "--help") or (word == "help" and not rest):
            options["help"] = word
        elif word == "--json":
            options["json"] = True
        elif word.startswith("--root"):
            options["root"] = value if equals else next(words, "")
            if name != "root" or not options["root"]:
                raise Usage("--root needs a directory")
        elif word.startswith("-"):
            raise Usage(f"there is no option {word}")
        else:
            rest.append(word)
    if not rest:
        return options, None, None
    subcommand = BY_NAME.get(rest[0])
    if not subcommand:
        raise Usage(f"there is no subcommand {rest[0]}")
    if len(rest) > (2 if subcommand.value else 1):
        raise Usage(f"{rest[0]} does not take {rest[-1]}")
    if options.get("json") and subcommand.name not in ("list", "status"):
        raise Usage(f"--json cannot go with {rest[0]}")
    return options, subcommand, rest[1] if len(rest) > 1 else None


def require_root(subcommand, session):
    if subcommand.needs_root and session.files.root == "/" and os.geteuid() != 0:
        raise Refused(f"{subcommand.name} writes files of root: sudo pptp-command {subcommand.name}")


def run(argv):
    options, subcommand, value = parse(argv[1:])
    if options.get("help"):
        print(help_text(options["help"] != "help"))
        return 0
    session = Session(argv[0], os.path.abspath(options["root"]), options.get("json", False))
    if subcommand:
        require_root(subcommand, session)
        return subcommand.run(session, value) or 0
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        print(help_text())
        return STATUS_REFUSED
    return first_menu(session) or 0


def main(argv, programs=""):
    """`programs` is the directory of Callgate's own programs, such as pptp-egress."""
    os.umask(0o022)
    service.programs = programs
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(running.SIGNALLED + signal.SIGTERM))  # the terminal's echo comes back
    sys.stdout.reconfigure(errors="backslashreplace")
    return obey(argv)


def warn(sentence):
    print(f"pptp-command: {checks.printable(str(sentence))}", file=sys.stderr)


def obey(argv):
    """Does what the command line asks for. Returns the exit status."""
    try:
        return run(argv)
    except (Usage, arguments.Usage) as error:
        warn(f"{error}; see pptp-command --help")
        return STATUS_USAGE
    except (Refused, OSError) as error:
        warn(checks.of_system(error) if isinstance(error, OSError) else error)
        return STATUS_REFUSED
    except NoAnswer:
        return 0
    except Left:
        return 0
    except KeyboardInterrupt:
        say()
        return running.SIGNALLED + signal.SIGINT
