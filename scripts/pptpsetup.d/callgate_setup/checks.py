# SPDX-License-Identifier: GPL-2.0-or-later
"""Checks of what goes into our files. Each check returns the value, or raises Refused with a sentence."""
import ipaddress
import os
import re

NAME_LIMIT = 64  # systemd and pppd make longer names from it
LOGIN_LIMIT = 255  # pppd's MAXNAMELEN
PASSWORD_LIMIT = 256  # pppd's MAXSECRETLEN
PHONE_LIMIT = 64  # RFC 2637 section 2.7
SERVER_LIMIT = 255
AUTO = "auto"
MTUS = range(128, 1501)
ECHOES = range(0, 3601)  # s
ALIVE_INTERVALS = range(4, 3601)  # s; a quarter of it is between two pings
ROUTES_LIMIT = 1000
DNS_LIMIT = 3  # the C library's MAXNS
SEARCH_LIMIT = 6  # the C library's MAXDNSRCH before version 2.26
DOMAIN_LIMIT = 253
NOTE_LIMIT = 80

CONTROL = re.compile(rb"[\x00-\x1f\x7f]")
NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*", re.ASCII)
SERVER = re.compile(r"[A-Za-z0-9_:][A-Za-z0-9_.:%-]*", re.ASCII)
INTERFACE = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]{0,14}", re.ASCII)
DOMAIN = re.compile(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,62})(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*", re.ASCII)
PHONE = re.compile(r"[A-Za-z0-9 *#+,()./@:_-]+", re.ASCII)


class Refused(Exception):
    """Says in a sentence what pptpsetup does not do, and why; and which option is wrong, if it is one."""

    def __init__(self, sentence, option=None):
        super().__init__(sentence)
        self.option = option


def printable(text, kept=""):
    """Returns the text as a terminal may get it: what is neither printable nor kept is escaped, also what turns the direction
    of writing."""
    return "".join(char if char.isprintable() or char in kept else char.encode("unicode_escape").decode() for char in text)


def of_system(error):
    """Returns a sentence for an error of the system that nobody has expected."""
    again = "; root may be allowed to: try it with sudo" if isinstance(error, PermissionError) else ""
    return (f"cannot use {shown(error.filename)}: {error.strerror}" if error.filename else f"the system has an error: {error.strerror}") + again


def shown(text):
    """Returns the text as a message may show it: printable and in quotes."""
    return repr(os.fsencode(text).decode("ascii", "backslashreplace"))


def tunnel(name):
    if not name:
        raise Refused("the name of the tunnel is empty")
    if len(name) > NAME_LIMIT:
        raise Refused(f"the name of a tunnel has at most {NAME_LIMIT} characters, but {shown(name)} has {len(name)}")
    if not NAME.fullmatch(name) or ".." in name:
        raise Refused(f"{shown(name)} is not a valid name for a tunnel, because it becomes the name of a file: use only"
                      " letters, digits, _ . -, do not begin with - or ., and do not write two dots in a row")
    return name


def server(name):
    if not SERVER.fullmatch(name) or len(name) > SERVER_LIMIT:
        raise Refused(f"{shown(name)} is not a valid server: give a host name, or an IPv4 or IPv6 address")
    return name


def order(word):
    if word not in ("turn", "spread"):
        raise Refused(f"--servers takes turn or spread, not {shown(word)}")
    return word


def login(username, domain=""):
    """Returns the name that pppd sends: DOMAIN\\USERNAME."""
    username, domain = os.fsencode(username), os.fsencode(domain)
    if not username:
        raise Refused("the user name is empty")
    if username == b"*":
        raise Refused("in chap-secrets the name * stands for every user, so it cannot be a user name")
    if b"\\" in domain:
        raise Refused("a domain must not have a backslash, which separates the domain from the user name")
    whole = domain + b"\\" + username if domain else username
    if CONTROL.search(whole):
        raise Refused("the user name or the domain has a control character or a newline in it")
    if len(whole) > LOGIN_LIMIT:
        raise Refused(f"user name and domain have {len(whole)} octets; pppd accepts at most {LOGIN_LIMIT}")
    return whole


def password(secret):
    if not secret:
        raise Refused("the password is empty")
    if CONTROL.search(secret):
        raise Refused("the password has a control character, a newline or a NUL in it, which cannot be typed;"
                      " a file or standard input may end in one newline")
    if len(secret) > PASSWORD_LIMIT:
        raise Refused(f"the password has {len(secret)} octets; pppd accepts at most {PASSWORD_LIMIT}")
    if secret.startswith(b"@/"):
        raise Refused("if a password begins with @/, pppd takes it for the name of a file")
    return secret


def ppp(who):
    if who not in ("builtin", "pppd", "auto"):
        raise Refused(f"--ppp takes builtin, pppd or auto, not {who!r}")
    return who


def phone(number):
    if number and (not PHONE.fullmatch(number) or len(number) > PHONE_LIMIT):
        raise Refused(f"{shown(number)} is not a valid phone number: use at most {PHONE_LIMIT} letters, digits, blanks"
                      " and * # + , ( ) . / @ : _ -")
    return number


def mtu(value):
    """0: no MTU is set."""
    if value not in (0, AUTO) and value not in MTUS:
        raise Refused(f"an MTU of {value} is not possible: give {MTUS.start} to {MTUS.stop - 1}, auto to"
                      " measure it, or 0 for pppd's default")
    return value


def echo(seconds):
    """0: pppd never asks."""
    if seconds not in ECHOES:
        raise Refused(f"an interval of {seconds} s is not possible: give {ECHOES.start} to {ECHOES.stop - 1}")
    return seconds


def route(text):
    try:
        network = ipaddress.ip_network(text, strict=False)
    except ValueError:
        raise Refused(f"{shown(text)} is not a network: write it as 10.0.0.0/8") from None
    if network.version != 4:
        raise Refused(f"{text}: only IPv4 networks are routed through a tunnel")
    if ipaddress.ip_interface(text).ip != network.network_address:
        raise Refused(f"{text} has bits after its prefix: do you mean {network}, or {text.split('/')[0]}/32?")
    if network.prefixlen == 0:
        raise Refused(f"{text} means all addresses: use --default-route")
    return str(network)


def routes(texts):
    """Returns each network once, in the order given."""
    found = list(dict.fromkeys(route(text) for text in texts))
    if len(found) > ROUTES_LIMIT:
        raise Refused(f"{len(found)} routes are given; at most {ROUTES_LIMIT} are possible")
    return found


def dns(text):
    """Returns "auto", "none", or the addresses with commas between them."""
    if text in ("auto", "none"):
        return text
    try:
        found = list(dict.fromkeys(str(ipaddress.ip_address(word.strip())) for word in text.split(",")))
    except ValueError:
        raise Refused(f"{shown(text)} is neither auto nor none, nor a list of addresses as 10.0.0.1,10.0.0.2") from None
    if any("%" in address for address in found):
        raise Refused(f"{shown(text)}: the address of a name server must not name an interface")
    if len(found) > DNS_LIMIT:
        raise Refused(f"{len(found)} name servers are given; at most {DNS_LIMIT} are possible")
    return ",".join(found)


def search(texts):
    """Returns the domains. An empty text removes the earlier ones."""
    found = list(dict.fromkeys(text.rstrip(".") for text in texts if text))
    for domain in found:
        if not DOMAIN.fullmatch(domain) or len(domain) > DOMAIN_LIMIT:
            raise Refused(f"{shown(domain)} is not a domain: write it as corp.example.net")
    if len(found) > SEARCH_LIMIT:
        raise Refused(f"{len(found)} domains are given; at most {SEARCH_LIMIT} are possible")
    return found


def route_notes(texts):
    """Returns the notes by their networks. An empty note removes the earlier one."""
    found = {}
    for text in texts:
        network, equals, note = (part.strip() for part in text.partition("="))
        if not equals or len(note) > NOTE_LIMIT or not note.isprintable() or "#" in note:
            raise Refused(f"{shown(text)} is not a note: write 10.0.0.0/8=TEXT, with at most {NOTE_LIMIT} printable characters"
                          " and without #")
        found[network if network == "default" else route(network)] = note
    return found


def alive_interval(seconds):
    if seconds not in ALIVE_INTERVALS:
        raise Refused(f"an interval of {seconds} s is not possible: give {ALIVE_INTERVALS.start} to {ALIVE_INTERVALS.stop - 1}")
    return seconds


def interface(option, name):
    if not INTERFACE.fullmatch(name) or name in ("lo", "all", "default") or ".." in name:
        raise Refused(f"--{option} takes the name of an interface, of at most 15 letters, digits, _ . -, not {shown(name)}")
    return name


def no_loop(server_name, networks, pty_has_host_route):
    """Refuses routes that would send the tunnel's own packets into the tunnel, if they can be recognised here.

    If the server is given by name, scripts/ip-up.d/callgate-routes checks this when the tunnel is up."""
    if f"{server_name}/32" in networks:
        raise Refused(f"a route to {server_name}/32 would send the tunnel's own packets into the tunnel, because"
                      " that is the server")
    if pty_has_host_route or not networks:
        return
    inside = "default" in networks or any(_holds(network, server_name) for network in networks)
    if inside:
        raise Refused(f"the server {server_name} is within the networks that go through its own tunnel, and"
                      " --nohostroute in the peers file prevents the call manager from adding a host route to it:"
                      " remove one of the two")


def _holds(network, server_name):
    try:
        return ipaddress.ip_address(server_name) in ipaddress.ip_network(network)
    except ValueError:
        return False  # a name
