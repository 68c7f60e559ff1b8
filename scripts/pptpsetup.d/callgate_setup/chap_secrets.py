# SPDX-License-Identifier: GPL-2.0-or-later
"""The text of /etc/ppp/chap-secrets. A tunnel has three lines: the mark, which says that pptpsetup
added the secret for this tunnel (pptp-linux's pptpsetup writes the same mark), the secret after it, and the
empty line before it. All other lines stay as they are, byte by byte.
"""
from . import words
from .checks import Refused


def _mark(tunnel):
    return b"# added by pptpsetup for " + tunnel.encode()


def _marks(lines, tunnel):
    return [i for i, line in enumerate(lines) if line.raw.rstrip() == _mark(tunnel)]


def _is_secret(line, tunnel):
    return len(line.words) >= 3 and line.words[1] == tunnel.encode()


def _secret_at(lines, mark, tunnel):
    """Returns the index of the secret after the mark, or None if another line is there."""
    return mark + 1 if mark + 1 < len(lines) and _is_secret(lines[mark + 1], tunnel) else None


def _own(lines, tunnel, marks):
    """Returns the indexes of the lines that belong to these marks."""
    own = set()
    for mark in marks:
        own |= {mark} | ({mark - 1} if mark and lines[mark - 1].raw == b"\n" else set())
        secret = _secret_at(lines, mark, tunnel)
        own |= set() if secret is None else {secret}
    return own


def own_secret(data, tunnel):
    """Returns (login, password) as pptpsetup wrote them for the tunnel, or None. pppd takes the first."""
    lines = words.lines(data)
    for mark in _marks(lines, tunnel):
        secret = _secret_at(lines, mark, tunnel)
        if secret is not None:
            return tuple(lines[secret].words[i] for i in (0, 2))
    return None


def without(data, tunnel):
    lines = words.lines(data)
    own = _own(lines, tunnel, _marks(lines, tunnel))
    return b"".join(line.raw for i, line in enumerate(lines) if i not in own)


def with_secret(data, tunnel, login, password):
    """Returns the text with one secret for the tunnel: in place of the old one, or at the end."""
    lines = words.lines(data)
    places = [(mark, _secret_at(lines, mark, tunnel)) for mark in _marks(lines, tunnel)]
    places = [(mark, secret) for mark, secret in places if secret is not None]
    _refuse_rivals(lines, {secret for _, secret in places}, tunnel, login)
    if not places:
        data = words.ended(without(data, tunnel))
        return data + (b"\n" if data else b"") + _mark(tunnel) + b"\n" + _entry(tunnel, login, password, [b"*"])
    mark, secret = places[0]
    new = {secret: _replaced(lines[secret], tunnel, login, password)}
    later = _own(lines, tunnel, [m for m in _marks(lines, tunnel) if m != mark])
    return b"".join(new.get(i, line.raw) for i, line in enumerate(lines) if i not in later)


def with_addresses(data, tunnel):
    """Returns the text in which each secret for the tunnel names the addresses that the server may have. Without any, pppd
    accepts none."""
    return b"".join(_entry(tunnel, line.words[0], line.words[2], [b"*"]) if _is_secret(line, tunnel) and len(line.words) == 3
                    else line.raw for line in words.lines(data))


def _replaced(line, tunnel, login, password):
    same = (line.words[0], line.words[2]) == (login, password)
    return line.raw if same else _entry(tunnel, login, password, line.words[3:])


def _entry(tunnel, login, password, rest):
    """`rest`: the addresses that may be used, and options."""
    server = words.written(tunnel.encode())
    rest_words = [word if word == b"*" else words.written(word) for word in rest]
    return b" ".join([words.written(login), server, words.quoted(password), *rest_words]) + b"\n"


def _refuse_rivals(lines, own, tunnel, login):
    """If two secrets fit equally well, pppd takes the first."""
    number = 1
    for i, line in enumerate(lines):
        if i not in own and _is_secret(line, tunnel) and line.words[0] == login:
            raise Refused(f"line {number} of chap-secrets has a secret for the same user and tunnel. pptpsetup did not"
                          " write it, and pppd may take it: remove it, or choose another name for the tunnel")
        number += line.raw.count(b"\n")


def masked(raw):
    """Returns the line without its secret, so that it may be shown to anyone."""
    found = words.lines(raw)
    if not found or not found[0].words:
        return raw
    shown = [words.written(word) if word != b"*" else word for word in found[0].words]
    shown[2:3] = [b'"********"'] * len(shown[2:3])
    return b" ".join(shown) + b"\n"
