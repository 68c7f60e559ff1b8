# SPDX-License-Identifier: GPL-2.0-or-later
"""A connection of NetworkManager: a file with sections of KEY=VALUE, in which GLib's key files have their escapes."""
import configparser
import re

from . import link, words
from .checks import Refused
from .found import Found

IS_ONE = re.compile(rb"^\[(connection|vpn)\]\s*$", re.MULTILINE)
TEXTS = {"gateway": "server", "domain": "domain", "user": "username", "lcp-echo-interval": "echo", "mtu": "mtu"}
REFUSED = {f"refuse-{way.replace('mschap-v2', 'mschapv2')}": way for way in link.WAYS}
MPPE = {"require-mppe-128": "128", "require-mppe-40": "40", "require-mppe": "any"}
# pptpsetup does the same for every tunnel, or it has no meaning without NetworkManager.
NO_MEANING = {"service-type", "password-flags", "nobsdcomp", "nodeflate", "lcp-echo-failure", *MPPE}
ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r"}


def read(data):
    file = configparser.RawConfigParser(delimiters=("=",), comment_prefixes=("#",), strict=False, default_section="\0",
                                        empty_lines_in_values=False)
    try:
        file.read_string(data.decode("utf-8", "backslashreplace"))
    except configparser.Error as error:
        raise Refused(f"the file is not a connection of NetworkManager: {str(error).splitlines()[0]}") from None
    sections = {name: {key: plain(value) for key, value in file[name].items()} for name in file.sections()}
    vpn, connection = sections.get("vpn", {}), sections.get("connection", {})
    if not vpn.get("service-type", "").endswith(".pptp"):
        raise Refused("the connection is not for PPTP")
    found = Found(connection.get("id") or vpn.get("gateway", ""), "NetworkManager")
    if connection.get("id"):
        found.skip("id", connection["id"])
    for key, value in vpn.items():
        _of_vpn(found, vpn, key, value)
    for key, value in sections.get("vpn-secrets", {}).items():
        if key == "password":
            found.password(key, value.encode("utf-8", "surrogateescape"))
    _of_ipv4(found, sections.get("ipv4", {}))
    return [found]


def plain(value):
    return re.sub(r"\\(.)", lambda escape: ESCAPES.get(escape[1], escape[1]), value)


def _of_vpn(found, vpn, key, value):
    is_on = {other for other, word in vpn.items() if word == "yes"}
    refused = [way for way in REFUSED if way in is_on]
    kinds = [kind for kind in MPPE if kind in is_on]
    if key in TEXTS:
        if value:
            found.take(key, value, f"--{TEXTS[key]}", value)
    elif kinds[:1] == [key]:
        found.take(key, value, "--mppe", MPPE[key])
    elif refused[:1] == [key]:
        found.take(key, value, "--login", ",".join(way for name, way in REFUSED.items() if name not in is_on))
    elif key in refused or key in kinds:
        found.take(key, value)
    elif key == "mppe-stateful" and value == "yes":
        found.take(key, value, "--mppe-stateful")
    elif key == "no-vj-comp" and value == "yes":
        found.take(key, value, "--pppd-line", "novj")
    elif key == "unit":
        found.take(key, value, "--pppd-line", f"unit {words.written(value.encode()).decode()}")
    elif key in NO_MEANING or value in ("no", "") or key in REFUSED:
        found.skip(key, value)
    elif "password" not in key:
        found.leave(key, value)


def _of_ipv4(found, ipv4):
    """NetworkManager sends everything through a VPN unless the connection says otherwise."""
    if ipv4.get("never-default") == "true":
        found.skip("never-default", "true")
    else:
        found.take("never-default", "false", "--default-route")
    addresses = listed(ipv4.get("dns", ""))
    if addresses:
        found.take("dns", ipv4["dns"], "--dns", ",".join(addresses))
    elif ipv4.get("ignore-auto-dns") != "true":
        found.take("ignore-auto-dns", "false", "--dns", "auto")
    for domain in listed(ipv4.get("dns-search", "")):
        found.take("dns-search", domain, *(["--search", domain] if "--dns" in found.options else []))
    for key, value in ipv4.items():
        if re.fullmatch(r"route\d+", key):
            found.take(key, value, "--route", value.split(",")[0])
        elif key not in ("never-default", "dns", "dns-search", "ignore-auto-dns", "method") and value not in ("", "false"):
            found.leave(f"ipv4.{key}", value)


def listed(value):
    return [word for word in re.split("[;,]", value) if word]
