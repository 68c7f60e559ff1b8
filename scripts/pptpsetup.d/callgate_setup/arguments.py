# SPDX-License-Identifier: GPL-2.0-or-later
"""The command line of pptp-linux's pptpsetup, with more options."""
import argparse
import functools
from typing import NamedTuple, Optional

from . import checks, link, repair
from .checks import Refused

USAGE = """\
Usage: pptpsetup --create TUNNEL --server SERVER [--domain DOMAIN] --username USER [OPTION...]
       pptpsetup --edit TUNNEL [OPTION...]
       pptpsetup --delete TUNNEL
       pptpsetup --list | --show TUNNEL | --import FILE | --start TUNNEL | --stop TUNNEL | --status TUNNEL
"""
WIDTH = 130  # no description is wrapped: the completion of shells reads them line by line


def mtu(text):
    try:
        return text if text == checks.AUTO else int(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{checks.shown(text)} is neither a number nor auto") from None


class Option(NamedTuple):
    """A row of the tables from which the parser and its help text are made."""
    name: str
    value: Optional[str]  # what the help text calls it; None: the option takes none
    help: str
    how: dict = {}  # more for argparse


OFF = {"action": "store_const", "const": False, "default": None}
ON = {"action": "store_const", "const": True, "default": None}

ONE = {"nargs": 1}  # a list of one
MANY = {"action": "append"}

WHAT_TO_DO = (
    Option("create", "TUNNEL", "set up a tunnel; 'pptp call TUNNEL' or 'pon TUNNEL' then starts it"),
    Option("edit", "TUNNEL", "change the settings that are given, and keep the others"),
    Option("delete", "TUNNEL", "remove the tunnel's files and its secret"),
    Option("list", None, "list all tunnels; with --json for programs"),
    Option("show", "TUNNEL", "print the settings as the options of --create; with --json for programs"),
    Option("import", "FILE", "print the command that makes the tunnels of a file of pptpconfig, NetworkManager or pppd"),
    Option("start", "TUNNEL", "start the tunnel, and wait until it is up; TUNNEL is left out after --create or --edit",
           {"nargs": "?", "const": True, "default": False}),
    Option("stop", "TUNNEL", "hang up"),
    Option("status", "TUNNEL", "say whether the tunnel is up: exit status 0, or 3 if not; with --json for programs"),
)
SETTINGS = (
    Option("server", "SERVER", "name or address of the server; if given several times: of the next one, if one fails", MANY),
    Option("servers", "ORDER", "with several servers: 'turn' (begin with the first one) or 'spread' (with any)"),
    Option("domain", "DOMAIN", "domain for authentication"),
    Option("username", "USER", "user name on the server"),
    Option("rename", "NAME", "with --edit, and without other settings: give the tunnel another name"),
    Option("repair", "KINDS", "with --edit, and without other settings: mend 'all' faults of the files, or these with commas"),
    Option("password", "PASSWORD", "the password; other users can see it here, so leave it out, or use one of these:"),
    Option("password-stdin", None, "read the password from the first line of standard input"),
    Option("password-file", "FILE", "read the password from FILE"),
    Option("encrypt", None, "require encryption (MPPE) with 128 bits", ON),
    Option("no-encrypt", None, "do not require encryption", {**OFF, "dest": "encrypt"}),
    Option("mppe", "KIND", "encryption: none, any, 128 or 40 (bits)"),
    Option("mppe-stateful", None, "also accept a key that changes only every 256 packets", ON),
    Option("no-mppe-stateful", None, "accept only a key that changes with each packet", {**OFF, "dest": "mppe_stateful"}),
    Option("login", "WAYS", "accept only these ways to log in: mschap-v2, mschap, chap, pap, eap with commas, or 'any'"),
    Option("pap", None, "also send the password in clear text if the server asks for that (PAP)", ON),
    Option("no-pap", None, "never send the password in clear text: remove it from pap-secrets", {**OFF, "dest": "pap"}),
    Option("phone", "NUMBER", "number for the server to dial; '' for none"),
    Option("ppp", "WHO", "who speaks PPP: builtin (no pppd), pppd, or auto (builtin if there is no /dev/ppp)"),
    Option("mtu", "MTU", "MTU of the tunnel in both directions; 'auto' to measure it, 0 for pppd's default",
           {"type": mtu}),
    Option("echo", "SECONDS", "ask the server through the tunnel this often whether it is there; 0 for never",
           {"type": int}),
    Option("persist", None, "dial again without limit after the tunnel goes down", ON),
    Option("no-persist", None, "do not dial again after the tunnel goes down", {**OFF, "dest": "persist"}),
    Option("route", "NETWORK", "send NETWORK (as 10.0.0.0/8) through the tunnel; may be given several times",
           {"action": "append"}),
    Option("route-note", "NOTE", "remember a note about a network of --route, as 10.0.0.0/8=TEXT; several times; without TEXT for none",
           {"action": "append"}),
    Option("no-routes", None, "send no network through the tunnel"),
    Option("default-route", None, "send all traffic except that to the server through the tunnel", ON),
    Option("no-default-route", None, "do not send all traffic through the tunnel", {**OFF, "dest": "default_route"}),
    Option("table", "N", "put the tunnel's routes into the routing table N; 'auto' for a free one, 'none' for the main table", ONE),
    Option("from", "ADDRESS", "send packets from this address or network through the tunnel; several times, or 'none'", MANY),
    Option("mark", "N", "send packets with this mark through the tunnel, or 'none'", ONE),
    Option("from-user", "NAME", "send packets of this user's programs through the tunnel; several times, or 'none'", MANY),
    Option("vrf", "NAME", "put the tunnel's interface into the VRF NAME, or 'none'", ONE),
    Option("only-through", None, "let what goes through the tunnel go nowhere else while it is down", ON),
    Option("no-only-through", None, "let it take its way without the tunnel while it is down", {**OFF, "dest": "only_through"}),
    Option("lan-to-lan", None, "let other machines use the tunnel through this one, with its address", ON),
    Option("no-lan-to-lan", None, "let only this machine use the tunnel", {**OFF, "dest": "lan_to_lan"}),
    Option("alive", "HOST", "end the tunnel if it carries nothing and HOST (or the peer) answers no ping; 'none' for never",
           {"nargs": "?", "const": "peer"}),
    Option("alive-interval", "S", "look this often whether the tunnel is alive (30)", {"type": int}),
    Option("interface", "NAME", "name the tunnel's interface NAME; 'none' for pppN"),
    Option("dns", "SERVERS", "name servers while the tunnel is up: addresses with commas, 'auto' (the server's), or 'none'"),
    Option("search", "DOMAIN", "search names without a dot in this domain; '' for none; may be given several times", {"action": "append"}),
    Option("search-only", None, "ask these name servers for names in these domains alone (with systemd-resolved)", ON),
    Option("no-search-only", None, "ask these name servers for all names", {**OFF, "dest": "search_only"}),
    Option("local-address", "ADDRESS", "call from this address of this host; '' for any"),
    Option("device", "NAME", "call through this network interface; '' for any"),
    Option("debug", None, "log every PPP packet", ON),
    Option("no-debug", None, "do not log PPP packets", {**OFF, "dest": "debug"}),
    Option("pptp-option", "WORDS", "give these words to pptp; '' for none; may be given several times", {"action": "append"}),
    Option("pppd-line", "LINE", "add this line to pppd's options; '' for none; may be given several times", {"action": "append"}),
    Option("systemd", None, "start the tunnel now and at every boot, as pptp@TUNNEL.service", ON),
    Option("no-systemd", None, "do not start the tunnel at boot, and end it now if it runs as a service",
           {**OFF, "dest": "systemd"}),
)
MODES = (
    Option("dry-run", None, "show what would be written, without passwords, and write nothing"),
    Option("check", None, "only check the options, without the password and without root's rights"),
    Option("state", None, "with --list: also whether each tunnel is up, since when, and why it is not"),
    Option("json", None, "print JSON, also for an error"),
    Option("root", "DIRECTORY", "use the files below DIRECTORY", {"default": "/"}),
    Option("wait", None, "with --start: wait until the tunnel has addresses, routes and name servers (always done)"),
    Option("help", None, "show this text"),
)

ACTIONS = tuple(option.name for option in WHAT_TO_DO if option.name != "start")
WITH_VALUE = tuple(option.name for option in WHAT_TO_DO + SETTINGS + MODES if option.value and option.how.get("nargs") != "?")
PPTP_LINUX = ("create", "delete", "server", "domain", "username", "password", "encrypt", "start", "help")
# The short options of pptp-linux: -c and --c are --create.
SHORT = {"c": "create", "s": "server", "d": "domain", "u": "username", "p": "password", "e": "encrypt", "h": "help"}


class Usage(Exception):
    """The command line cannot be understood."""


class Parser(argparse.ArgumentParser):
    def error(self, message):
        raise Usage(message)


@functools.lru_cache(maxsize=None)
def parser():
    made = Parser(prog="pptpsetup", add_help=False, usage=argparse.SUPPRESS, description=USAGE,
                  formatter_class=lambda prog: argparse.RawDescriptionHelpFormatter(
                      prog, max_help_position=27, width=WIDTH))
    for title, options in ("What to do", WHAT_TO_DO), ("Options", SETTINGS + MODES):
        group = made.add_argument_group(title)
        for option in options:
            how = {"metavar": option.value} if option.value else {} if option.how else {"action": "store_true"}
            group.add_argument("--" + option.name, help=option.help, **how, **option.how)
    return made


def normal(words):
    """Yields long options with their values joined to them, so that a value may begin with a dash."""
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
                raise Usage(f"--{name} needs a value")
            yield f"--{name}={value}"
        else:
            yield "-" * dashes + name + equals + value


def completed(name):
    """Abbreviations that pptp-linux's pptpsetup accepts keep their meaning, whatever other options exist."""
    meant = [option for option in PPTP_LINUX if name and option.startswith(name)]
    return meant[0] if len(meant) == 1 else name


def parse(words):
    """Returns the request. `action` is one of ACTIONS, "start" or "help"; `tunnel` is its value, checked."""
    wish, stray = parser().parse_known_args(list(normal(words)))
    actions = [action for action in ACTIONS if getattr(wish, action)]
    wish.ignored = ignored(wish, stray)
    if wish.help:
        wish.action = "help"
        return wish
    if not actions and isinstance(wish.start, str):
        actions = ["start"]
    if len(actions) != 1:
        raise Usage("one of --create, --edit, --delete, --list, --show, --import, --start, --stop, --status must be given"
                    if not actions else f"--{actions[0]} and --{actions[1]} cannot go together")
    wish.action = actions[0]
    wish.tunnel = None if wish.list or wish.action == "import" else checks.tunnel(getattr(wish, wish.action))
    check(wish)
    return wish


def check(wish):
    """Checks which options may go together, and each value."""
    if wish.action not in ("create", "edit"):
        given = [name for name in (option.name for option in SETTINGS)
                 if getattr(wish, name.replace("-", "_"), None) not in (None, False)]
        if given:
            raise Usage(f"--{given[0]} cannot go with --{wish.action}")
    if isinstance(wish.start, str) and wish.action != "start":
        raise Usage(f"--start takes no value if --{wish.action} is given")
    if wish.start and wish.action not in ("create", "edit", "start"):
        raise Usage(f"--start cannot go with --{wish.action}")
    if wish.action == "create" and not (wish.server and all(wish.server) and wish.username):
        raise Usage("--create needs --server and --username")
    if len([given for given in (wish.password, wish.password_file) if given is not None]) + wish.password_stdin > 1:
        raise Usage("only one of --password, --password-stdin and --password-file can be given")
    for name, check_value in ("rename", checks.tunnel), ("repair", repair.checked):
        if getattr(wish, name) is not None:
            others = [option.name for option in SETTINGS if option.name != name
                      and getattr(wish, option.name.replace("-", "_"), None) not in (None, False)]
            if others or wish.start or wish.action != "edit":
                raise Usage(f"--{name} goes with --edit only, and with no other setting")
            setattr(wish, name, checked(name, check_value, getattr(wish, name)))
    if wish.state and wish.action != "list":
        raise Usage(f"--state cannot go with --{wish.action}")
    if wish.check and wish.action not in ("create", "edit"):
        raise Usage(f"--check cannot go with --{wish.action}")
    if wish.pap and wish.login is not None:
        raise Usage("--pap and --login cannot go together: --pap accepts PAP beside what is accepted already")
    if wish.mppe and wish.encrypt is not None:
        raise Usage("--mppe and --encrypt cannot go together")
    if wish.route and wish.no_routes:
        raise Usage("--route and --no-routes cannot go together")
    check_values(wish)


def ignored(wish, stray):
    """Returns the words that are no options and no values. pptp-linux ignores them with --create, and many people
    have an alias with "--encrypt mppe"."""
    unknown = [word for word in stray if not wish.create or word.startswith("-")]
    if unknown:
        raise Usage(f"unrecognized arguments: {' '.join(unknown)}")
    if wish.create and isinstance(wish.start, str):
        stray, wish.start = [*stray, wish.start], True
    return stray


def check_values(wish):
    for name, check_value in (("server", lambda names: [checks.server(name) for name in names]), ("servers", checks.order),
                              ("phone", checks.phone), ("ppp", checks.ppp), ("mtu", checks.mtu),
                              ("echo", checks.echo), ("route", checks.routes), ("dns", checks.dns), ("search", checks.search),
                              ("route_note", checks.route_notes),
                              ("alive_interval", checks.alive_interval), ("interface", lambda name: checks.interface("interface", name))):
        if getattr(wish, name) is not None:
            setattr(wish, name, checked(name, check_value, getattr(wish, name)))
    for name, check_value in link.CHECKS.items():
        if getattr(wish, name) is not None:
            setattr(wish, name, checked(name, check_value, getattr(wish, name)))
    wish.server, *more = wish.server or [None]
    wish.more_servers = more if wish.server is not None else None
    if wish.server is not None and not wish.server:
        raise Refused("the name of the server is empty", "server")


def checked(name, check_value, value):
    """Returns the checked value. A refusal says which option it is about."""
    try:
        return check_value(value)
    except Refused as error:
        raise Refused(str(error), name.replace("_", "-")) from None
