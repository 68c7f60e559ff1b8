# SPDX-License-Identifier: GPL-2.0-or-later
"""Words as pppd reads them in option files and secrets files (getword() in its options.c).

A blank ends a word, and # begins a comment. Single and double quotes may enclose blanks and each other. A
backslash escapes everywhere, also in single quotes. Words are bytes: pppd knows no encodings.
"""
import re
from typing import NamedTuple

BLANKS = b" \t\n\r\v\f"
QUOTES = b"\"'"
PLAIN = re.compile(rb"[A-Za-z0-9_.@%+/:,=-]+")
ESCAPE = re.compile(rb"\\(?:(?P<octal>[0-7]{1,3})|x(?P<hex>[0-9A-Fa-f]{0,2})|(?P<other>.))?", re.DOTALL)
NAMED = {b"a": b"\a", b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"s": b" ", b"t": b"\t",
         b"\n": b""}


class Line(NamedTuple):
    """A line as pppd sees it: a quoted or escaped newline does not end it."""
    raw: bytes
    words: list


def lines(data):
    """Returns all lines of a file. Their raw parts, put together, are the file."""
    found, words, start, at = [], [], 0, 0
    while at < len(data):
        if data[at] == ord("\n"):
            at += 1
            found.append(Line(data[start:at], words))
            words, start = [], at
        elif data[at] == ord("#"):
            newline = data.find(b"\n", at)
            at = newline if newline >= 0 else len(data)
        elif data[at] in BLANKS:
            at += 1
        elif data.startswith(b"\\\n", at):
            at += 2
        else:
            word, at = _word(data, at)
            words.append(word)
    if start < len(data):
        found.append(Line(data[start:], words))
    return found


def _word(data, at):
    """Returns the word that begins at this place, and where it ends."""
    word, quote = b"", None
    while at < len(data):
        byte = data[at]
        if byte == ord("\\"):
            escape = ESCAPE.match(data, at)
            word += _meaning(escape)
            at = escape.end()
            continue
        if quote is None and (byte in BLANKS or byte == ord("#")):
            break
        if quote is None and byte in QUOTES:
            quote = byte
        elif byte == quote:
            quote = None
        else:
            word += data[at:at + 1]
        at += 1
    return word, at


def _meaning(escape):
    if escape["octal"]:
        return bytes([int(escape["octal"], 8) & 0xFF])
    if escape["hex"] is not None:
        return bytes([int(escape["hex"] or b"0", 16)])
    other = escape["other"] or b""
    return NAMED.get(other, other)


def quoted(word):
    """Returns the word in double quotes, as printable ASCII from which pppd reads the same word."""
    text = "".join(f"\\{chr(byte)}" if byte in b"\"\\" else
                   chr(byte) if 0x20 <= byte < 0x7F else f"\\x{byte:02x}" for byte in word)
    return f'"{text}"'.encode("ascii")


def written(word):
    """Like quoted(), but without quotes if the word needs none."""
    return word if PLAIN.fullmatch(word) else quoted(word)


def ended(data):
    """Returns the file with a newline at its end, so that a line can be added."""
    return data if not data or data.endswith(b"\n") else data + b"\n"
