# SPDX-License-Identifier: GPL-2.0-or-later
"""The text of /etc/ppp/callgate/TUNNEL.egress, which says which packets enter the tunnel by a routing table of its own,
and how its life is watched. Each line has a word and a value; # begins a comment. pptp-egress and callgate-up read it
when the tunnel comes up.
"""
import ipaddress
import os
import pwd
import re

from .checks import Refused, interface, shown

HEADER = "# written by pptpsetup: what enters the tunnel {}\n"
# Each word with the option that sets it. pptp-linux's --user is short for --username.
OPTIONS = {"table": "table", "from": "from", "mark": "mark", "user": "from_user", "vrf": "vrf"}
ONLY_THROUGH, ALIVE = "only-through", "alive"
LAN_TO_LAN = "lan-to-lan"  # other machines may use the tunnel; pptp-lan reads it
NEED_TABLE = ("from", "mark", "user", "vrf", ONLY_THROUGH)
PEER = "peer"  # the host to ping, if none is given
ALIVE_INTERVAL = "30"  # s
AUTO, NONE = "auto", "none"
FIRST_TABLE = 20000  # of those that "auto" gives
OF_THE_KERNEL = (0, 253, 254, 255)
LIMIT = 2**32
CARRIES_TUNNELS = ("root", "pptp")


def parse(data):
    """Returns the values by their words. `data` is None if there is no file."""
    found = {}
    for line in (data or b"").decode("utf-8", "replace").splitlines():
        parts = line.split("#")[0].split()
        if parts:
            found.setdefault(parts[0], []).append(" ".join(parts[1:]))
    return found


def text(tunnel, settings):
    """Returns the text, or None if there are no settings, because then there is no file."""
    if not settings:
        return None
    lines = [f"{word} {value}".rstrip() for word in (*OPTIONS, ONLY_THROUGH, ALIVE, LAN_TO_LAN) for value in settings.get(word, [])]
    return (HEADER.format(tunnel) + "".join(f"{line}\n" for line in lines)).encode("utf-8")


def wanted(wish, old, others):
    """Returns the settings. Each option replaces the values of its word, and "none" removes them. Without a table,
    nothing else has a meaning. `others` are the settings of the other tunnels by their names."""
    settings = {word: list(old[word]) for word in OPTIONS if word in old}
    for word, option in OPTIONS.items():
        given = getattr(wish, option)
        if given is not None:
            settings[word] = [] if NONE in given else [CHECKS[word](value) for value in given]
    settings = {word: values for word, values in settings.items() if values}
    if ONLY_THROUGH in old if wish.only_through is None else wish.only_through:
        settings[ONLY_THROUGH] = [""]
    if wish.table == [NONE]:
        settings = {}
    if any(word in settings for word in ("table", *NEED_TABLE)) and settings.get("table", [AUTO]) == [AUTO]:
        settings["table"] = [free_table(others)]
    for word, values in settings.items():
        for name, other in others.items() if word in OPTIONS else ():
            if taken := set(values) & set(other.get(word, [])):
                raise Refused(f"{word} {min(taken)} belongs to the tunnel {name} already")
    is_lan_to_lan = LAN_TO_LAN in old if wish.lan_to_lan is None else wish.lan_to_lan
    return settings | wanted_alive(wish, old) | ({LAN_TO_LAN: [""]} if is_lan_to_lan else {})


def wanted_alive(wish, old):
    host, interval = (old.get(ALIVE) or [" "])[-1].split(" ", 1)
    if wish.alive is not None:
        host = "" if wish.alive == NONE else alive_host(wish.alive)
    if wish.alive_interval is not None:
        interval = str(wish.alive_interval)
    return {ALIVE: [f"{host} {interval or ALIVE_INTERVAL}"]} if host else {}


def as_options(settings):
    """Returns the words that make these settings."""
    found = []
    for word, values in settings.items():
        for value in values:
            if word == ONLY_THROUGH:
                found += ["--only-through"]
            elif word == ALIVE:
                host, _, interval = value.partition(" ")
                found += [f"--alive={host}", "--alive-interval", interval]
            else:
                found += ["--" + OPTIONS.get(word, word).replace("_", "-"), value]
    return found


def alive_host(value):
    try:
        return value if value == PEER else str(ipaddress.IPv4Address(value))
    except ValueError:
        raise Refused(f"--alive takes the IPv4 address of a host that answers pings, or none, not {shown(value)}") from None


def free_table(others):
    taken = {value for other in others.values() for value in other.get("table", [])}
    return next(str(number) for number in range(FIRST_TABLE, LIMIT) if str(number) not in taken)


def number(word, value):
    try:
        found = int(value, 0)
    except ValueError:
        found = -1
    if not 0 < found < LIMIT:
        raise Refused(f"--{word} takes a number from 1 to {LIMIT - 1}, not {shown(value)}")
    return found


def table(value):
    if value == AUTO:
        return value
    found = number("table", value)
    if found in OF_THE_KERNEL:
        raise Refused(f"the routing table {found} is the kernel's: choose another number, or auto")
    return str(found)


def source(value):
    try:
        found = ipaddress.ip_network(value)
    except ValueError:
        raise Refused(f"--from takes an IPv4 address or network, as 192.0.2.7 or 10.1.0.0/16, not {shown(value)}") from None
    if found.version != 4 or found.prefixlen == 0:
        raise Refused(f"--from {value}: give an IPv4 address or network that is not all addresses")
    return str(found.network_address) if found.prefixlen == 32 else str(found)


def user(value):
    if value in CARRIES_TUNNELS:
        raise Refused(f"--from-user {value} is not possible, because programs of this user carry the tunnel itself")
    if re.fullmatch("[0-9]+", value):
        return value
    try:
        pwd.getpwnam(value)
    except KeyError:
        raise Refused(f"there is no user {shown(value)} on this machine, for --from-user") from None
    return value


CHECKS = {"table": table, "from": source, "mark": lambda value: str(number("mark", value)), "user": user,
          "vrf": lambda value: interface("vrf", value)}


def of_others(store, tunnel):
    """Returns the settings of all tunnels but this one."""
    try:
        files = [name for name in os.listdir(store.routes_directory) if name.endswith(".egress") and name[0] != "."]
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise Refused(f"cannot read {store.routes_directory}: {error.strerror}") from None
    names = [name.removesuffix(".egress") for name in files]
    return {name: parse(store.read(store.egress(name))) for name in sorted(names) if name != tunnel}
