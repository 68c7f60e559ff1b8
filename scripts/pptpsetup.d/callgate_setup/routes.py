# SPDX-License-Identifier: GPL-2.0-or-later
"""The text of /etc/ppp/callgate/TUNNEL.routes: the networks that ip-up.d/callgate-routes sends through the
tunnel. Each line has one network or the word "default"; # begins a comment, and one after a network is its note.
"""
DEFAULT = "default"
HEADER = "# written by pptpsetup: networks that go through the tunnel {}\n"


def parse(data):
    """Returns the words of the file in their order. `data` is None if there is no file."""
    return [word for words, _ in _lines(data) for word in words]


def notes(data):
    """Returns the notes by their networks."""
    return {words[0]: note for words, note in _lines(data) if len(words) == 1 and note}


def _lines(data):
    for line in (data or b"").decode("utf-8", "replace").splitlines():
        words, _, note = line.partition("#")
        yield words.split(), note.strip()


def text(tunnel, networks, noted):
    """Returns the text, or None if there are no networks, because then there is no file."""
    if not networks:
        return None
    lines = [f"{network} # {noted[network]}" if network in noted else network for network in networks]
    return (HEADER.format(tunnel) + "".join(f"{line}\n" for line in lines)).encode("utf-8")
