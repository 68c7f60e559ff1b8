# SPDX-License-Identifier: GPL-2.0-or-later
"""The text of /etc/ppp/callgate/TUNNEL.dns: the name servers that ip-up.d/callgate-dns enters while the tunnel is
up. Each line has one address, or the word "search" or "only" and a domain; # begins a comment. Without addresses, and with
pppd's option usepeerdns, the script enters the name servers that the VPN server has named.
"""
from typing import NamedTuple

HEADER = "# written by pptpsetup: name servers while the tunnel {} is up\n"
AUTO, NONE = "auto", "none"
SEARCH, ONLY = "search", "only"


class Names(NamedTuple):
    servers: list  # addresses
    domains: list  # in which a name without a dot is searched
    is_only: bool  # the servers are asked for names in these domains alone


def parse(data):
    """`data` is None if there is no file."""
    lines = [line.split("#")[0].split() for line in (data or b"").decode("ascii", "replace").splitlines()]
    words = {line[0] for line in lines if len(line) > 1}
    return Names([line[0] for line in lines if len(line) == 1],
                 [domain for line in lines if len(line) > 1 and line[0] in (SEARCH, ONLY) for domain in line[1:]], ONLY in words)


def text(tunnel, names):
    """Returns the text, or None if there is nothing to say, because then there is no file."""
    if not names.servers and not names.domains:
        return None
    word = ONLY if names.is_only else SEARCH
    lines = [*names.servers, *(f"{word} {domain}" for domain in names.domains)]
    return (HEADER.format(tunnel) + "".join(f"{line}\n" for line in lines)).encode("ascii")
