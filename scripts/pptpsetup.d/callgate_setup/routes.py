# SPDX-License-Identifier: GPL-2.0-or-later
"""The text of /etc/ppp/callgate/TUNNEL.routes: the networks that ip-up.d/callgate-routes sends through the
tunnel. Each line has one network or the word "default"; # begins a comment.
"""
DEFAULT = "default"
HEADER = "# written by pptpsetup: networks that go through the tunnel {}\n"


def parse(data):
    """Returns the words of the file in their order. `data` is None if there is no file."""
    lines = (data or b"").decode("ascii", "replace").splitlines()
    return [word for line in lines for word in line.split("#")[0].split()]


def text(tunnel, networks):
    """Returns the text, or None if there are no networks, because then there is no file."""
    if not networks:
        return None
    return (HEADER.format(tunnel) + "".join(f"{network}\n" for network in networks)).encode("ascii")
