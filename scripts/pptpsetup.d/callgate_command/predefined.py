# SPDX-License-Identifier: GPL-2.0-or-later
"""The servers and name servers that the pptp-command of pptp-linux knew. Each file in /etc/pptp.d has servers, each with its
routes up to an empty line. After the line "nameservers", each line is NAME:DOMAINS:ADDRESSES.
"""
import os
import re
from typing import NamedTuple

from callgate_setup import checks, dns, old_command
from callgate_setup.checks import Refused

FILE_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.:-]*", re.ASCII)


class Server(NamedTuple):
    name: str
    server: str
    networks: list


class NameServers(NamedTuple):
    name: str
    addresses: str  # as --dns of pptpsetup takes them


def predefined(directory):
    """Returns the servers and the name servers of all files, and a sentence for each line or file that is not
    understood."""
    servers, name_servers, wrong = [], [], []
    try:
        names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    except OSError as error:
        return [], [], [f"cannot read {directory}: {error.strerror}"]
    for name in names:
        path = os.path.join(directory, name)
        if not FILE_NAME.fullmatch(name):
            wrong.append(f"{checks.shown(path)} is not read: its name may have only letters, digits and _ . : -")
            continue
        try:
            with open(path, encoding="utf-8", errors="replace") as file:  # also "\r\n" ends a line
                _read(name, file.read().splitlines(), (servers, name_servers),
                      lambda number, error, path=path: wrong.append(f"{path}, line {number}: {error}"))
        except OSError as error:
            if not os.path.isdir(path):
                wrong.append(f"cannot read {path}: {error.strerror}")
    return servers, name_servers, wrong


def _read(prefix, lines, found, refuse):
    servers, name_servers = found
    current, in_name_servers = None, False
    for number, text in enumerate(lines, 1):
        words = text.split("#")[0].split()
        try:
            if in_name_servers and words:
                name_servers.append(_name_servers(prefix, " ".join(words)))
            elif words == ["nameservers"] and current is None:
                in_name_servers = True
            elif not text.strip():
                current = None
            elif words and current is None:
                current = Server("", "", [])  # the lines after a bad one are its routes
                if len(words) != 2:
                    raise Refused("a name and the address of its server are expected")
                current = Server(checks.tunnel(f"{prefix}-{words[0]}"), checks.server(words[1]), [])
                servers.append(current)
            elif words and (wanted := old_command.network(" ".join(words))):
                current.networks.append(wanted)
        except Refused as error:
            refuse(number, error)


def _name_servers(prefix, text):
    parts = text.split(":", 2)
    if len(parts) != 3:
        raise Refused("NAME:DOMAINS:ADDRESSES is expected")
    return NameServers(f"{prefix}-{parts[0]}", checks.dns(",".join(parts[2].split())))


def resolv_conf(text):
    """Returns the addresses of a resolv.conf as --dns of pptpsetup takes them, or None."""
    words = [line.split() for line in (text or b"").decode("ascii", "replace").splitlines()]
    addresses = [line[1] for line in words if line[:1] == ["nameserver"] and len(line) > 1][:checks.DNS_LIMIT]
    try:
        return checks.dns(",".join(addresses)) if addresses and addresses[0] not in (dns.AUTO, dns.NONE) else None
    except Refused:
        return None
