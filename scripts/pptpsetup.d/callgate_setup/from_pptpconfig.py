# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels of pptpconfig: an array of arrays by the names of the tunnels, as PHP's serialize() writes it. The networks of
a tunnel are such an array again, in a text: {"10.0.0.0/8": "head office"}.
"""
from . import from_peers, link, php
from .checks import Refused
from .found import Found, text_of

TUNNELS_LIMIT = 1000
NETWORKS = "client-to-lan"
INTERFACE_ONLY, ALL_TO_TUNNEL, LAN_TO_LAN = "routing_interface_only", "routing_all_to_tunnel", "routing_lan_to_lan"
ROUTING = {INTERFACE_ONLY: [], "routing_client_to_lan": [], ALL_TO_TUNNEL: ["--default-route"],
           LAN_TO_LAN: ["--lan-to-lan"]}
TEXTS = ("server", "domain", "username")
SWITCHES = {"mppe-stateful": ["--mppe-stateful"], "persist": ["--persist"], "debug": ["--debug"], "usepeerdns": ["--dns", "auto"],
            "autostart": ["--systemd"], "refuse-eap": ["--login", ",".join(way for way in link.WAYS if way != "eap")]}


def read(data):
    array = php.parse(data)
    if not isinstance(array, dict) or not all(isinstance(entry, dict) for entry in array.values()):
        raise Refused("the file is not a list of tunnels as pptpconfig writes it")
    if len(array) > TUNNELS_LIMIT:
        raise Refused(f"the file has more than {TUNNELS_LIMIT} tunnels")
    return [_tunnel({text_of(key): value for key, value in entry.items()}, text_of(key)) for key, entry in array.items()]


def _tunnel(entry, key):
    found = Found(text_of(entry.get("name")) or key, "pptpconfig")
    for name, value in entry.items():
        if isinstance(value, dict):
            found.leave(name, "(an array)")
        elif value and value != b"0":
            _field(found, entry, name, value)
    return found


def _field(found, entry, name, value):
    text = text_of(value)
    if name == "name" or name == "iconify":
        found.skip(name, text)
    elif name in TEXTS:
        found.take(name, text, f"--{name}", text)
    elif name == "password":
        found.password(name, value if isinstance(value, bytes) else text.encode())
    elif name in SWITCHES:
        found.take(name, "on", *SWITCHES[name])
    elif name == "require-mppe":
        found.take(name, "on", "--mppe", from_peers.mppe({key.encode() for key, is_on in entry.items() if is_on}))
    elif name in ("nomppe-40", "nomppe-128"):  # which say what require-mppe means
        (found.take if entry.get("require-mppe") else found.leave)(name, "on")
    elif name == "routing" and text in ROUTING:
        found.take(name, text, *ROUTING[text])
    elif name == NETWORKS:
        _networks(found, value, text_of(entry.get("routing")) != INTERFACE_ONLY)
    elif name == "resolv":
        (found.skip if entry.get("usepeerdns") else found.take)(name, text, *(
            [] if entry.get("usepeerdns") else ["--dns", ",".join(text.split())]))
    elif name == "dns-options":
        _dns_options(found, text, bool(entry.get("usepeerdns") or entry.get("resolv")))
    elif name == "pptp-options":
        from_peers.take_pptp_words(found, name, text.encode())
    elif name == "pppd-options":
        from_peers.take_lines(found, (value if isinstance(value, bytes) else text.encode()) + b"\n")
    else:
        found.leave(name, text)


def _dns_options(found, text, are_used):
    """Lines of resolv.conf, which pptpconfig wrote only together with name servers."""
    for line in text.split(";"):
        words = line.split()
        if not are_used:
            found.skip("dns-options", line)
        elif words[:1] in (["search"], ["domain"]):
            found.take("dns-options", line, *(word for domain in words[1:] for word in ("--search", domain)))
        else:
            found.leave("dns-options", line)


def _networks(found, value, are_used):
    try:
        networks = php.parse(value) if isinstance(value, bytes) else None
    except Refused:
        networks = None
    if not isinstance(networks, dict):
        return found.leave(NETWORKS, value)
    for network, note in ((text_of(network), text_of(note)) for network, note in networks.items()):
        if are_used:
            found.take("network", network, "--route", network)
        else:
            found.skip("network", network)
        if are_used and note and ["--route", network] == found.fields[-1]["options"]:
            found.take("note", note, "--route-note", f"{network}={note}")
    return None
