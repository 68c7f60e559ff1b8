# SPDX-License-Identifier: GPL-2.0-or-later
"""The text of /etc/ppp/callgate/TUNNEL.routes: what ip-up.d/callgate-routes sends through the tunnel.
A network a line, or the word "default"; # begins a comment.
"""
DEFAULT = "default"
HEADER = "# written by pptpsetup: networks that go through the tunnel {}\n"


def parse(data):
    """The words of the file (None: there is none), in their order."""
    lines = (data or b"").decode("ascii", "replace").splitlines()
    return [word for line in lines for word in line.split("#")[0].split()]


def text(tunnel, networks):
    """None where nothing is routed: then there is no file."""
    if not networks:
        return None
    return (HEADER.format(tunnel) + "".join(f"{network}\n" for network in networks)).encode("ascii")
