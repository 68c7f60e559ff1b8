# SPDX-License-Identifier: GPL-2.0-or-later
"""A peers file of pppd, by whomever it was written: pptpsetup, pptpconfig, a howto, or the old pptp-command, which has no
line pty but comments. pppd reads words, so a line may have several options.
"""
import os
import re
import shlex
from urllib.parse import unquote

from . import link, old_command, peers, pptp_words, routes, words
from .checks import AUTO, Refused
from .found import NOT_UNDERSTOOD, RUNS_A_PROGRAM, Found, text_of
from .pppd_options import KEPT, KEPT_VALUED, LIMIT, REFUSE, REQUIRE, RUN_PROGRAMS, options_in

# Options without a value that pptpsetup sets for every tunnel, or that change nothing.
NO_MEANING = {b"lock", b"noauth", b"nobsdcomp", b"nodeflate", b"nodetach", b"updetach", b"dump", b"nodefaultroute", b"nopersist"}
NO_MEANING_VALUED = {b"remotename", b"ipparam", b"linkname", b"lcp-echo-failure", b"logfile", b"logfd"}
SWITCHES = {b"mppe-stateful": ["--mppe-stateful"], b"persist": ["--persist"], b"debug": ["--debug"],
            b"usepeerdns": ["--dns", "auto"], b"defaultroute": ["--default-route"], b"replacedefaultroute": ["--default-route"]}
FOR_A_SHELL = re.compile(rb"[;|&<>`$()\n]")  # a shell of root obeys these
VALUES = {b"lcp-echo-interval": "--echo", b"ifname": "--interface", b"mtu": "--mtu"}


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
        found.take(field, value, "--pppd-line", text_of(b" ".join([option, *map(words.written, values)])))
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
    plain = pptp_words.parse(file.pty["rest"])
    after = plain[1] if plain else rest
    if after.strip():
        found.note(field, after.strip(), RUNS_A_PROGRAM if FOR_A_SHELL.search(after) else NOT_UNDERSTOOD)
    if not plain:
        return
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
