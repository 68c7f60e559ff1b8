# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels in files of other programs, as options for pptpsetup --create: pptpconfig's tunnels, connections of
NetworkManager, and peers files. Nothing is written, and passwords are not shown.
"""
import configparser
import ipaddress
import os
import re
import shlex

from . import checks, link, peers, php
from .checks import Refused

# Lines of pppd's options that run programs as root.
RUN_PROGRAMS = {b"connect", b"disconnect", b"init", b"welcome", b"pty", b"plugin", b"ip-up-script", b"ip-down-script"}
FILES_OF_PPPD = {b"file", b"call"}


class Found:
    """A tunnel that was found: the options for --create, what is not understood, and what runs programs."""

    def __init__(self, name):
        self.name, self.options, self.not_understood, self.runs_programs = name, [], [], []
        self.password = False  # whether the file has one

    def option(self, name, *value):
        self.options += [f"--{name}", *value]

    def described(self):
        return {"tunnel": self.name, "options": ["--create", self.name, *self.options], "password_in_file": self.password,
                "not_understood": self.not_understood, "runs_programs": self.runs_programs}


def read(name, data):
    """Returns the tunnels that are in a file of this name."""
    if len(data) > php.SIZE_LIMIT:
        raise Refused(f"the file has more than {php.SIZE_LIMIT} octets")
    if data[:2] == b"a:":
        return from_pptpconfig(php.parse(data))
    if re.search(rb"^\[(connection|vpn)\]\s*$", data, re.MULTILINE):
        return [from_network_manager(data)]
    return [from_peers(name, data)]


def tunnel_name(text):
    """Returns a name that pptpsetup takes, and that is as near to the text as possible."""
    name = re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9_.-]+", "-", text)).lstrip(".-")[:checks.NAME_LIMIT]
    return checks.tunnel(name or "imported")


def text_of(value):
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else "" if value is None else str(value)


# --- pptpconfig -----------------------------------------------------------------------------------------------

KNOWN = {"name", "server", "domain", "username", "password", "pppd-options", "pptp-options", "usepeerdns", "require-mppe",
         "nomppe-40", "nomppe-128", "mppe-stateful", "refuse-eap", "persist", "debug", "autostart", "iconify", "interface_only",
         "client_to_lan", "all_to_tunnel", "networks"}


def from_pptpconfig(array):
    if not isinstance(array, dict) or not all(isinstance(entry, dict) for entry in array.values()):
        raise Refused("the file is not a list of tunnels as pptpconfig writes it")
    return [of_pptpconfig({text_of(key): value for key, value in entry.items()}, text_of(key)) for key, entry in array.items()]


def of_pptpconfig(entry, key):
    words = {name: text_of(value) for name, value in entry.items() if not isinstance(value, dict)}
    found = Found(tunnel_name(words.get("name") or key))
    for name in "server", "domain", "username":
        if words.get(name):
            found.option(name, words[name])
    found.password = bool(words.get("password"))
    is_on = {name for name, value in entry.items() if value and value != b"0"}
    if "require-mppe" in is_on:
        found.option("mppe", "128" if "nomppe-40" in is_on else "40" if "nomppe-128" in is_on else "any")
    for name in "mppe-stateful", "persist", "debug":
        if name in is_on:
            found.option(name)
    if "refuse-eap" in is_on:
        found.option("login", ",".join(way for way in link.WAYS if way != "eap"))
    if "usepeerdns" in is_on:
        found.option("dns", "auto")
    if "autostart" in is_on:
        found.option("systemd")
    if "all_to_tunnel" in is_on:
        found.option("default-route")
    for network in networks_of(entry.get("networks")):
        found.option("route", network)
    if words.get("pptp-options"):
        found.option("pptp-option", words["pptp-options"])
    for line in words.get("pppd-options", "").splitlines():
        if line.strip():
            found.option("pppd-line", line.strip())
            if line.split()[0].encode() in RUN_PROGRAMS:
                found.runs_programs.append(line.strip())
    found.not_understood = [f"{name}: {words.get(name, '(a list)')}" for name in sorted(is_on - KNOWN)]
    return found


def networks_of(value):
    """Yields the networks in a list of networks with their names."""
    for entry in value.values() if isinstance(value, dict) else ():
        for text in entry.values() if isinstance(entry, dict) else (entry,):
            try:
                yield str(ipaddress.IPv4Network(text_of(text), strict=False))
            except ValueError:
                pass


# --- NetworkManager -------------------------------------------------------------------------------------------

REFUSED = {f"refuse-{way.replace('mschap-v2', 'mschapv2')}": way for way in link.WAYS}
NM_TAKEN = {"gateway", "user", "domain", "mppe-stateful", "lcp-echo-interval", "lcp-echo-failure", "require-mppe",
            "require-mppe-40", "require-mppe-128", "service-type", "password-flags", *REFUSED}
NO_MEANING = {"nobsdcomp", "nodeflate", "no-vj-comp", "lcp-echo-failure"}  # pptpsetup does the same anyway


def from_network_manager(data):
    file = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=False)
    try:
        file.read_string(data.decode("utf-8", "backslashreplace"))
    except configparser.Error as error:
        raise Refused(f"the file is not a connection of NetworkManager: {str(error).splitlines()[0]}") from None
    vpn = dict(file["vpn"]) if file.has_section("vpn") else {}
    if not vpn.get("service-type", "").endswith(".pptp"):
        raise Refused("the connection is not for PPTP")
    found = Found(tunnel_name(file.get("connection", "id", fallback="") or vpn.get("gateway", "")))
    for key, option in ("gateway", "server"), ("domain", "domain"), ("user", "username"):
        if vpn.get(key):
            found.option(option, vpn[key])
    is_on = {key for key, value in vpn.items() if value == "yes"}
    for key, kind in ("require-mppe-128", "128"), ("require-mppe-40", "40"), ("require-mppe", "any"):
        if key in is_on:
            found.option("mppe", kind)
            break
    if "mppe-stateful" in is_on:
        found.option("mppe-stateful")
    if refused := {way for key, way in REFUSED.items() if key in is_on}:
        found.option("login", ",".join(way for way in link.WAYS if way not in refused))
    if vpn.get("lcp-echo-interval", "").isascii() and vpn.get("lcp-echo-interval", "").isdigit():
        found.option("echo", vpn["lcp-echo-interval"])
    found.password = file.has_section("vpn-secrets") and file.has_option("vpn-secrets", "password")
    found.not_understood = [f"{key}: {vpn[key]}" for key in sorted(set(vpn) - NM_TAKEN - NO_MEANING) if "password" not in key]
    return found


# --- peers files ------------------------------------------------------------------------------------------------

def from_peers(name, data):
    file = peers.Peers(data)
    if not file.pty:
        raise Refused("the file has no line pty that runs pptp, and is neither a connection of NetworkManager nor pptpconfig's")
    found = Found(tunnel_name(os.path.basename(name)))
    settings = {**link.described(file), "tunnel": found.name, "server": file.server, "phone": file.phone, "ppp": file.ppp,
                "mtu": file.mtu, "persist": file.persist, "user": file.login.decode("utf-8", "backslashreplace"), "pap": False,
                "routes": [], "dns": "auto" if file.usepeerdns else "none", "interface": None, "egress": {}, "pppd_lines": []}
    found.options = link.as_options(settings)[2:]
    found.password = file.has(b"password")
    for line in link.other_lines(file):
        words = line.split()
        if words[0] == b"password":
            continue
        (found.runs_programs if words[0] in RUN_PROGRAMS else found.not_understood).append(link.text(line))
    return found


def command_line(found):
    return shlex.join(["pptpsetup", "--create", found.name, *found.options])
