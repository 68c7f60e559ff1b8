# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line: pptp-linux's, and more."""
import argparse

from . import checks
from .checks import Refused

HELP = """\
Usage: pptpsetup --create TUNNEL --server SERVER [--domain DOMAIN] --username USER [OPTION...]
       pptpsetup --edit TUNNEL [OPTION...]
       pptpsetup --delete TUNNEL
       pptpsetup --list | --start TUNNEL | --stop TUNNEL | --status TUNNEL

What to do:
  --create TUNNEL       set up a tunnel for pppd, which 'pon TUNNEL' starts
  --edit TUNNEL         change what the options say, and keep the rest
  --delete TUNNEL       remove its files, and its secret
  --list                all tunnels; with --json for programs
  --start [TUNNEL]      start it, and wait until it is up; also beside --create and --edit
  --stop TUNNEL         hang up
  --status TUNNEL       whether it is up: exit status 0, or 3; with --json for programs

Options:
  --server SERVER       the server's name or address
  --domain DOMAIN       authentication domain
  --username USER       the name that the server knows you by
  --password PASSWORD   asked for unless given; others can see a command line: rather one of these:
  --password-stdin      the first line of standard input is the password
  --password-file FILE  FILE has the password
  --encrypt             demand MPPE with 128 bits
  --no-encrypt          do not
  --phone NUMBER        number for the server to dial; '' for none
  --mtu MTU             of the tunnel, both ways; 0 for pppd's own
  --persist             dial again for ever when the tunnel goes down
  --no-persist          do not
  --route NETWORK       send NETWORK (10.0.0.0/8) through the tunnel; may be given again
  --no-routes           send no network through the tunnel
  --default-route       send everything but the server through the tunnel
  --no-default-route    do not
  --systemd             start it now and at every boot, as pptp@TUNNEL.service
  --dry-run             show what would be written, without the password, and write nothing
  --json                with --list and --status
  --root DIRECTORY      the files are below DIRECTORY
  --help                this text
"""

ACTIONS = ("create", "edit", "delete", "list", "stop", "status")
WITH_VALUE = ("create", "edit", "delete", "stop", "status", "server", "domain", "username", "password",
              "password-file", "phone", "mtu", "route", "root")
PPTP_LINUX = ("create", "delete", "server", "domain", "username", "password", "encrypt", "start", "help")
SHORT = {"c": "create", "s": "server", "d": "domain", "u": "username", "p": "password", "e": "encrypt",
         "h": "help"}  # of pptp-linux's: -c and --c are --create
SETTINGS = ("server", "domain", "username", "password", "password_stdin", "password_file", "encrypt", "phone",
            "mtu", "persist", "route", "no_routes", "default_route")


class Usage(Exception):
    """The command line cannot be understood."""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Usage(message)


def parser():
    parser = Parser(prog="pptpsetup", add_help=False)
    for option in WITH_VALUE:
        how = {"mtu": {"type": int}, "route": {"action": "append"}, "root": {"default": "/"}}
        parser.add_argument("--" + option, **how.get(option, {}))
    for option in "encrypt", "persist", "default-route":
        parser.add_argument("--" + option, action=argparse.BooleanOptionalAction)
    for option in "password-stdin", "no-routes", "list", "json", "systemd", "dry-run", "help":
        parser.add_argument("--" + option, action="store_true")
    parser.add_argument("--start", nargs="?", const=True, default=False)
    return parser


def normal(words):
    """Long options, and values joined to them, so that a value may begin with a dash."""
    words = iter(words)
    for word in words:
        name, equals, value = word.lstrip("-").partition("=")
        dashes = len(word) - len(word.lstrip("-"))
        if dashes in (1, 2) and name in SHORT:
            name, dashes = SHORT[name], 2
        name = completed(name) if dashes == 2 else name
        if dashes == 2 and name in WITH_VALUE and not equals:
            value = next(words, None)
            if value is None:
                raise Usage(f"--{name} wants a value")
            yield f"--{name}={value}"
        else:
            yield "-" * dashes + name + equals + value


def completed(name):
    """What was an abbreviation to pptp-linux's pptpsetup is still one, whatever options we have."""
    meant = [option for option in PPTP_LINUX if name and option.startswith(name)]
    return meant[0] if len(meant) == 1 else name


def parse(words):
    """What is wished for. `action` is one of ACTIONS, "start" or "help"; `tunnel` its value, checked."""
    wish = parser().parse_args(list(normal(words)))
    actions = [action for action in ACTIONS if getattr(wish, action)]
    if wish.help:
        wish.action = "help"
        return wish
    if not actions and isinstance(wish.start, str):
        actions = ["start"]
    if len(actions) != 1:
        raise Usage("one of --create, --edit, --delete, --list, --start, --stop, --status must be given"
                    if not actions else f"--{actions[0]} and --{actions[1]} cannot go together")
    wish.action = actions[0]
    wish.tunnel = None if wish.list else checks.tunnel(getattr(wish, wish.action))
    check(wish)
    return wish


def check(wish):
    """What belongs together, and each value by itself."""
    if wish.action not in ("create", "edit"):
        given = [name for name in SETTINGS + ("systemd",) if getattr(wish, name) not in (None, False)]
        if given:
            raise Usage(f"--{given[0].replace('_', '-')} cannot go with --{wish.action}")
    if isinstance(wish.start, str) and wish.action != "start":
        raise Usage(f"--start has no value beside --{wish.action}")
    if wish.start and wish.action not in ("create", "edit", "start"):
        raise Usage(f"--start cannot go with --{wish.action}")
    if wish.action == "create" and not (wish.server and wish.username):
        raise Usage("--create wants a --server and a --username")
    if len([given for given in (wish.password, wish.password_file) if given is not None]) + wish.password_stdin > 1:
        raise Usage("--password, --password-stdin and --password-file: one of them is enough")
    if wish.route and wish.no_routes:
        raise Usage("--route and --no-routes cannot go together")
    check_values(wish)


def check_values(wish):
    for name, check_value in (("server", checks.server), ("phone", checks.phone), ("mtu", checks.mtu),
                              ("route", checks.routes)):
        if getattr(wish, name) is not None:
            setattr(wish, name, check_value(getattr(wish, name)))
    if wish.server is not None and not wish.server:
        raise Refused("the server has no name")
