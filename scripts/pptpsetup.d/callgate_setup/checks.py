# SPDX-License-Identifier: GPL-2.0-or-later
"""What may be in our files. Each check returns the value, or refuses it with a sentence."""
import ipaddress
import os
import re

NAME_LIMIT = 64  # systemd and pppd make longer names of it
LOGIN_LIMIT = 255  # pppd's MAXNAMELEN
PASSWORD_LIMIT = 256  # pppd's MAXSECRETLEN
PHONE_LIMIT = 64  # RFC 2637 section 2.7
SERVER_LIMIT = 255
MTUS = range(128, 1501)
ROUTES_LIMIT = 1000

CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
SERVER = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9_.:%-]*", re.ASCII)
PHONE = re.compile(r"[A-Za-z0-9 *#+,()./@:_-]+", re.ASCII)


class Refused(Exception):
    """Says, in a sentence, what we do not do, and why."""


def shown(text):
    """For messages: printable, and in quotes."""
    return repr(os.fsencode(text).decode("ascii", "backslashreplace"))


def tunnel(name):
    if not name:
        raise Refused("the tunnel has no name")
    if len(name) > NAME_LIMIT:
        raise Refused(f"a tunnel's name has at most {NAME_LIMIT} characters, {shown(name)} has {len(name)}")
    if not NAME.fullmatch(name) or ".." in name:
        raise Refused(f"{shown(name)} is no name for a tunnel: it is a file's name, and has letters, digits, _ . -"
                      " only, not - or . in front, and no two dots in a row")
    return name


def server(name):
    if not SERVER.fullmatch(name) or len(name) > SERVER_LIMIT:
        raise Refused(f"{shown(name)} is no server: give a host name, or an IPv4 or IPv6 address")
    return name


def login(username, domain=""):
    """What pppd calls itself: DOMAIN\\USERNAME."""
    username, domain = os.fsencode(username), os.fsencode(domain)
    if not username:
        raise Refused("the user's name is empty")
    if username == b"*":
        raise Refused("in chap-secrets the name * stands for everybody: it can be no user's")
    if b"\\" in domain:
        raise Refused("a domain has no backslash: it is put between the domain and the user's name")
    whole = domain + b"\\" + username if domain else username
    if CONTROL.search(whole):
        raise Refused("the user's name or the domain has a control character or a newline in it")
    if len(whole) > LOGIN_LIMIT:
        raise Refused(f"user's name and domain have {len(whole)} octets, pppd takes {LOGIN_LIMIT}")
    return whole


def password(secret):
    if not secret:
        raise Refused("the password is empty")
    if CONTROL.search(secret):
        raise Refused("the password has a control character, a newline or a NUL in it, which nobody can type;"
                      " a file or standard input may end in one newline")
    if len(secret) > PASSWORD_LIMIT:
        raise Refused(f"the password has {len(secret)} octets, pppd takes {PASSWORD_LIMIT}")
    if secret.startswith(b"@/"):
        raise Refused("pppd takes a password that begins with @/ for the name of a file to read it from")
    return secret


def phone(number):
    if number and (not PHONE.fullmatch(number) or len(number) > PHONE_LIMIT):
        raise Refused(f"{shown(number)} is no phone number: at most {PHONE_LIMIT} letters, digits, blanks and"
                      " * # + , ( ) . / @ : _ -")
    return number


def mtu(value):
    """0: none is set."""
    if value and value not in MTUS:
        raise Refused(f"an MTU of {value} cannot be: {MTUS.start} to {MTUS.stop - 1}, or 0 for pppd's own")
    return value


def route(text):
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Refused(f"{shown(text)} is no network: write it as 10.0.0.0/8") from None
    if network.version != 4:
        raise Refused(f"{text}: only IPv4 networks are routed through a tunnel")
    if ipaddress.ip_interface(text).ip != network.network_address:
        raise Refused(f"{text} has bits behind its prefix: is it {network}, or {text.split('/')[0]}/32?")
    if network.prefixlen == 0:
        raise Refused(f"{text} is everything: say --default-route")
    return str(network)


def routes(texts):
    """Each once, in the order given."""
    found = list(dict.fromkeys(route(text) for text in texts))
    if len(found) > ROUTES_LIMIT:
        raise Refused(f"{len(found)} routes are more than {ROUTES_LIMIT}")
    return found


def no_loop(server_name, networks, pty_has_host_route):
    """Refuses what would send the tunnel's own packets into the tunnel, where it can be seen here.

    A server by name is looked at when the tunnel is up: see scripts/ip-up.d/callgate-routes."""
    if f"{server_name}/32" in networks:
        raise Refused(f"a route to {server_name}/32 through the tunnel would catch the tunnel's own packets:"
                      " that is the server")
    if pty_has_host_route or not networks:
        return
    inside = "default" in networks or any(_holds(network, server_name) for network in networks)
    if inside:
        raise Refused(f"the server {server_name} is within the networks that go through its own tunnel, and"
                      " --nohostroute in the peers file keeps the call manager from setting the route to it:"
                      " take one of the two away")


def _holds(network, server_name):
    try:
        return ipaddress.ip_address(server_name) in ipaddress.ip_network(network)
    except ValueError:
        return False  # a name
