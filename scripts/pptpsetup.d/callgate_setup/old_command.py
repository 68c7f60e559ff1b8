# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of the pptp-command of pptp-linux.

Its peers files have no line pty. It started "pptp SERVER call TUNNEL", and kept the server and the routes as comments:

    # PPTP Tunnel configuration for tunnel work
    # Server IP: vpn.example.net
    # Route: add -net 10.0.0.0/8 dev TUNNEL_DEV

A route is written in the words of route(8). TUNNEL_DEV is the tunnel's interface, and DEF_GW is the gateway of the
default route.
"""
import ipaddress
import re

from . import checks, peers, routes
from .checks import Refused

TITLE = re.compile(rb"^# PPTP Tunnel configuration\b.*\n?", re.MULTILINE)
SERVER = re.compile(rb"^#[ \t]*Server IP:[ \t]*(\S*)[^\n]*\n?", re.MULTILINE)
ROUTE = re.compile(rb"^#[ \t]*Route:[ \t]*([^\r\n]*?)[ \t\r]*$\n?", re.MULTILINE)
TUNNEL_DEV, DEF_GW = "TUNNEL_DEV", "DEF_GW"


# --- peers files ----------------------------------------------------------------------------------------

def server(text):
    """Returns the server that a peers file names in its comment, or None."""
    found = SERVER.search(text or b"")
    try:
        return checks.server(found[1].decode("ascii", "replace")) if found else None
    except Refused:
        return None


def route_lines(text):
    return [found.decode("ascii", "replace") for found in ROUTE.findall(text)]


def is_old(text):
    """Whether this is a peers file that only the old pptp-command can start."""
    return server(text) is not None and not peers.Peers(text).has(b"pty")


def as_comments(text):
    """Returns the peers file without any effect, for the file that takes its place. A password does not stay in it."""
    lines = [peers.masked(line).rstrip() for line in text.splitlines()]
    return b"# from pptp-command, without effect:\n" + b"".join(b"#   " + line + b"\n" for line in lines)


def with_comments(tunnel, text, networks):
    """Returns the peers file with comments from which the old pptp-command can start the tunnel."""
    lines = [f"# PPTP Tunnel configuration for tunnel {tunnel}", f"# Server IP: {peers.Peers(text).server}",
             *(f"# Route: {written(network)}" for network in networks)]
    comments = "".join(f"{line}\n" for line in lines).encode()
    for old in TITLE, SERVER, ROUTE:
        text = old.sub(b"", text)
    mark = peers.MARK + b"\n"
    return text.replace(mark, mark + comments, 1) if mark in text else comments + text


# --- routes ---------------------------------------------------------------------------------------------

def written(network):
    """Returns the words of route(8) for a network that goes through the tunnel."""
    return f"add default dev {TUNNEL_DEV}" if network == routes.DEFAULT else f"add -net {network} dev {TUNNEL_DEV}"


def network(text):
    """Returns the network that goes through the tunnel: "10.0.0.0/8" or "default". Returns None if nothing does: the
    line is a route to the server, which the call manager sets, or removes a route."""
    words = text.split()
    if len(words) == 1:
        return words[0] if words[0] == routes.DEFAULT else checks.route(words[0])
    if words[:1] == ["del"]:
        return None
    given = _route_words(words[1:] if words[:1] == ["add"] else words)
    if given.get("gw") == DEF_GW:
        return None
    if "gw" in given or given.get("dev") not in (TUNNEL_DEV, None) or "to" not in given:
        raise Refused(f"{checks.shown(text)} is not a route through the tunnel: write a network as 10.0.0.0/8, or the"
                      f" words of route(8) with dev {TUNNEL_DEV}")
    to, mask = given["to"], given.get("netmask")
    if to in (routes.DEFAULT, "0.0.0.0/0") or (to, mask) == ("0.0.0.0", "0.0.0.0"):
        return routes.DEFAULT
    if given["kind"] == "-net" and not mask and "/" not in to:
        raise Refused(f"{checks.shown(text)} has no netmask: write the network as 10.0.0.0/8")
    try:
        return checks.route(f"{to}/{ipaddress.ip_network(f'0.0.0.0/{mask}').prefixlen}" if mask else to)
    except ValueError:
        raise Refused(f"{checks.shown(text)} has no valid netmask") from None


def _route_words(words):
    given, rest = {"kind": "-host"}, iter(words)
    for word in rest:
        if word in ("-net", "-host"):
            given["kind"] = word
        elif word in ("netmask", "gw", "dev", "metric", "mss", "window"):
            given[word] = next(rest, "")
        else:
            given.setdefault("to" if "to" not in given else "dev", word)
    return given


def networks(lines):
    """Returns the networks of the lines, and a sentence for each line that is not understood."""
    found, refused = [], []
    for text in lines:
        try:
            found.append(network(text))
        except Refused as error:
            refused.append(str(error))
    return list(dict.fromkeys(filter(None, found))), refused
