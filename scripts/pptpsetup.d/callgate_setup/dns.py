# SPDX-License-Identifier: GPL-2.0-or-later
"""The text of /etc/ppp/callgate/TUNNEL.dns: the name servers that ip-up.d/callgate-dns enters while the tunnel is
up. Each line has one address; # begins a comment. Without this file, and with pppd's option usepeerdns, the
script enters the name servers that the VPN server has named.
"""
from . import routes

HEADER = "# written by pptpsetup: name servers while the tunnel {} is up\n"
AUTO, NONE = "auto", "none"


def parse(data):
    """Returns the addresses in the file. `data` is None if there is no file."""
    return routes.parse(data)


def text(tunnel, servers):
    """Returns the text, or None if there are no servers, because then there is no file."""
    if not servers:
        return None
    return (HEADER.format(tunnel) + "".join(f"{server}\n" for server in servers)).encode("ascii")
