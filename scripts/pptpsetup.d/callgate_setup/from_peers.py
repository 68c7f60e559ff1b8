# SPDX-License-Identifier: GPL-2.0-or-later
"""A peers file of pppd, by whomever it was written: pptpsetup, pptpconfig, a howto, or the old pptp-command, which has no
line pty but comments. pppd reads words, so a line may have several options.
"""
import itertools
import os
import re
import shlex
from urllib.parse import unquote

from . import checks, link, old_command, peers, pptp_words, routes, words
from .checks import AUTO, Refused
from .found import RUNS_A_PROGRAM, Found, text_of

# Options that run programs as root; each has one value.
RUN_PROGRAMS = {b"connect", b"disconnect", b"init", b"welcome", b"pty", b"plugin", b"ip-pre-up-script", b"ip-up-script",
                b"ip-down-script", b"ipv6-up-script", b"ipv6-down-script", b"auth-up-script", b"auth-down-script"}
FILES = (b"file", b"call")
FILE_DEPTH = 4  # files within each other
# Options without a value that pptpsetup sets for every tunnel, or that change nothing.
NO_MEANING = {b"lock", b"noauth", b"nobsdcomp", b"nodeflate", b"nodetach", b"updetach", b"dump", b"nodefaultroute", b"nopersist"}
NO_MEANING_VALUED = {b"remotename", b"ipparam", b"linkname", b"lcp-echo-failure", b"logfile", b"logfd"}
SWITCHES = {b"mppe-stateful": ["--mppe-stateful"], b"persist": ["--persist"], b"debug": ["--debug"],
            b"usepeerdns": ["--dns", "auto"], b"defaultroute": ["--default-route"], b"replacedefaultroute": ["--default-route"]}
VALUES = {b"lcp-echo-interval": "--echo", b"ifname": "--interface", b"mtu": "--mtu"}
REQUIRE, LIMIT = (b"require-mppe", b"require-mppe-128", b"require-mppe-40"), (b"nomppe-40", b"nomppe-128")
REFUSE = tuple(b"refuse-" + way.encode() for way in link.WAYS)
# Options that are kept as they are, because they change only this link.
KEPT = {b"novj", b"novjccomp", b"noaccomp", b"nopcomp", b"noccp", b"noipv6", b"noipdefault", b"ipcp-accept-local",
        b"ipcp-accept-remote", b"default-asyncmap", b"passive", b"silent", b"nomultilink", b"nomp", b"demand", b"hide-password"}
KEPT_VALUED = {b"idle", b"holdoff", b"unit", b"connect-delay", b"maxconnect", b"asyncmap", b"lcp-max-configure", b"lcp-restart"}
FLAGS = NO_MEANING | set(SWITCHES) | set(REQUIRE + LIMIT + REFUSE) | KEPT
VALUED = peers.VALUED | RUN_PROGRAMS | NO_MEANING_VALUED | set(VALUES) | set(FILES) | KEPT_VALUED


def read(name, data, follow=None):
    """`follow` returns the content of an options file that the file names, or None."""
    file = peers.Peers(data)
    is_old = old_command.is_old(data)
    if not (file.pty or is_old):
        raise Refused("the file has neither a line pty that runs pptp nor a comment \"# Server IP:\", and is neither a"
                      " connection of NetworkManager nor pptpconfig's")
    found = Found(unquote(os.path.basename(name)), "pptp-command" if is_old else "peers file")
    found.text = data
    if is_old:
        found.take("Server IP", old_command.server(data), "--server", old_command.server(data))
    for line in old_command.route_lines(data):
        _take_route(found, line)
    take_lines(found, data, follow)
    return [found]


def _take_route(found, line):
    try:
        network = old_command.network(line)
    except Refused:
        return found.leave("Route", line)
    if not network:
        return found.skip("Route", line)
    return found.take("Route", line, *(["--default-route"] if network == routes.DEFAULT else ["--route", network]))


def options_in(data, follow, depth=0):
    """Yields each option with its values, as pppd reads it. The rest of a line after an option that is not known
    belongs to this option."""
    for line in words.lines(data):
        rest = iter(line.words)
        for option in rest:
            values = list(itertools.islice(rest, 1 if option in VALUED else 0 if option in FLAGS else None))
            inner = follow(option, values[0]) if follow and option in FILES and values and depth < FILE_DEPTH else None
            if option in (b"name", b"user") and values and checks.CONTROL.search(values[0]):
                values = [_with_backslash(line.raw, values[0])]
            yield option, values, inner is not None
            if inner is not None:
                yield from options_in(inner, follow, depth + 1)


def _with_backslash(raw, value):
    """In CORP\\alice without quotes, pppd reads \\a as a bell. Returns what was meant."""
    meant = re.fullmatch(rb"\s*(?:name|user)\s+([^\s\"'\\]+\\[^\s\"'\\]+)\s*", raw)
    return meant[1] if meant else value


def take_lines(found, data, follow=None):
    """Takes lines of pppd's options."""
    options = list(options_in(data, follow))
    names = {option for option, _, _ in options}
    said = set()  # options that stand for several lines
    for option, values, is_followed in options:
        _take_option(found, option, values, names, said, is_followed)


def _take_option(found, option, values, names, said, is_followed):
    field, value, login = text_of(option), text_of(b" ".join(values)), b"user" if b"user" in names else b"name"
    if option == b"pty" and values and peers.PTY.fullmatch(values[0]):
        pty = peers.PTY.fullmatch(values[0])
        found.take(field, value, "--server", text_of(pty["server"]))
        take_pptp_words(found, "pptp", pty["rest"])
    elif option in RUN_PROGRAMS:
        found.note(field, value, RUNS_A_PROGRAM)
    elif option == b"password" and values:
        found.password(field, values[0])
    elif option in (b"name", b"user"):
        domain, _, user = value.rpartition("\\")
        (found.take if option == login else found.skip)(field, value, *(
            [*(["--domain", domain] if domain else []), "--username", user] if option == login else []))
    elif is_followed:
        found.take(field, value)
    elif option in REQUIRE or (option in LIMIT and names & set(REQUIRE)):
        found.take(field, value, *([] if REQUIRE in said or option in LIMIT else ["--mppe", mppe(names)]))
        said |= {REQUIRE} if option in REQUIRE else set()
    elif option in REFUSE:
        ways = ",".join(way for way in link.WAYS if b"refuse-" + way.encode() not in names)
        found.take(field, value, *([] if REFUSE in said else ["--login", ways]))
        said.add(REFUSE)
    elif option == b"mtu" and "--mtu" in found.options and _mtu(found) == AUTO:
        found.leave(field, value)
    elif option == b"mru":
        (found.leave if "--mtu" in found.options and value != _mtu(found) else found.take)(field, value, *(
            [] if "--mtu" in found.options else ["--mtu", value]))
    elif option in SWITCHES:
        found.take(field, value, *SWITCHES[option])
    elif option in VALUES:
        found.take(field, value, VALUES[option], value)
    elif option in NO_MEANING or option in NO_MEANING_VALUED or (option, value) == (b"maxfail", "0"):
        found.skip(field, value)
    elif option in KEPT or option in KEPT_VALUED:
        found.take(field, value, "--pppd-line", f"{field} {value}".rstrip())
    else:
        found.leave(field, value)


def _mtu(found):
    return found.options[found.options.index("--mtu") + 1]


def mppe(names):
    """Returns the kind of encryption that these options require together."""
    if names & {b"require-mppe-128", b"nomppe-40"}:
        return "any" if names & {b"require-mppe-40", b"nomppe-128"} else "128"
    return "40" if names & {b"require-mppe-40", b"nomppe-128"} else "any"


def take_pptp_words(found, field, rest):
    """Takes the words for pptp after the name of the server."""
    file = peers.Peers(b"pty " + words.quoted(b"pptp x " + rest) + b"\n")
    if not rest.strip() or not file.pty:
        return
    if not pptp_words.parse(file.pty["rest"]):
        return found.leave(field, rest)
    for server in link.more_servers(file):
        found.take(field, f"--server {server}", "--server", server)
    named = (("--servers", "--servers", file.pptp_value(pptp_words.ORDER)), ("--phone", "--phone", file.phone),
             ("--ppp", "--ppp", "" if file.ppp == "auto" else file.ppp),
             ("--localbind", "--local-address", file.pptp_value(pptp_words.ADDRESS)),
             ("--device", "--device", file.pptp_value(pptp_words.DEVICE)))
    for name, option, value in named:
        if value:
            found.take(field, f"{name} {value}", option, value)
    if file.mtu_auto:
        found.take(field, "--mtu-auto", "--mtu", AUTO)
    if others := shlex.join(link.pptp_options(file)):
        found.take(field, others, "--pptp-option", others)
    return None
