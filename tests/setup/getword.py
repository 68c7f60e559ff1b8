# SPDX-License-Identifier: GPL-2.0-or-later
"""pppd's getword() written a second time, to check what pptpsetup writes: a regular expression for
each thing that can stand in a file, and nothing of pptpsetup's own reader.
"""
import re

SKIPPED = re.compile(rb"(?:[ \t\r\v\f]|\\\n|#[^\n]*)*")
SIMPLE = {"a": 7, "b": 8, "f": 12, "n": 10, "r": 13, "s": 32, "t": 9}
PIECE = re.compile(rb"""
      \\(?P<octal>[0-7]{1,3}) | \\x(?P<hex>[0-9a-fA-F]{1,2}) | (?P<joined>\\\n) | \\(?P<escaped>[^\n])
    | "(?P<double>(?:[^"\\]|\\.)*)" | '(?P<single>(?:[^'\\]|\\.)*)'
    | (?P<bare>[^\s#"'\\])""", re.VERBOSE | re.DOTALL)


def value(piece):
    """What a piece of a word stands for."""
    groups = {name: text for name, text in piece.groupdict().items() if text is not None}
    (name, text), = groups.items()
    if name == "octal":
        return bytes([int(text, 8) % 256])
    if name == "hex":
        return bytes.fromhex(text.decode().zfill(2))
    if name in ("double", "single"):
        return re.sub(rb"\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|.)", lambda m: value(PIECE.match(m[0])), text,
                      flags=re.DOTALL)
    if name == "escaped":
        return bytes([SIMPLE.get(text.decode("latin-1"), text[0])])
    return b"" if name == "joined" else text


def entries(data):
    """The words of each line that has any: what pppd's scan_authfile() goes through."""
    found, words, at = [], [], 0
    while at < len(data):
        at = SKIPPED.match(data, at).end()
        if data[at:at + 1] in (b"\n", b""):
            found, words, at = found + [words], [], at + 1
            continue
        word = b""
        while piece := PIECE.match(data, at):
            word, at = word + value(piece), piece.end()
        words.append(word)
    return [words for words in found + [words] if words]


def secret_for(data, client, server):
    """What pppd takes, of several the first that fits best; None for none."""
    best, chosen = -1, None
    for words in entries(data):
        if len(words) < 3 or words[0] not in (client, b"*") or words[1] not in (server, b"*"):
            continue
        fit = (words[0] == client) + 2 * (words[1] == server)
        if fit > best:
            best, chosen = fit, words[2]
    return chosen
