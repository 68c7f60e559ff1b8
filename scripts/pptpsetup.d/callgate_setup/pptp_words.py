# SPDX-License-Identifier: GPL-2.0-or-later
"""The words for pptp after the server, in the command that pppd's option pty gives to a shell of root. They are changed as
words and written anew, so that no value can become anything but one word.
"""
import itertools
import re
import shlex

NO_LAUNCH, PHONE, PPP, MTU_AUTO = "--nolaunchpppd", "--phone", "--ppp", "--mtu-auto"
ADDRESS, DEVICE, SERVER, ORDER = "--localbind", "--device", "--server", "--servers"
# Words that options of pptpsetup set, each with the number of its values.
OWN = {NO_LAUNCH: 0, PHONE: 1, PPP: 1, ADDRESS: 1, DEVICE: 1, SERVER: 1, ORDER: 1, MTU_AUTO: 0}

# Words from which a shell and shlex make the same. What follows them, a redirection or another command, is not for pptp.
WORD = rb"""(?![#~])(?:[A-Za-z0-9_@%+=:,./!#~\x80-\xff-]|\\[^\n]|'[^']*'|"(?:[^"$`\\]|\\["\\])*")+"""
PLAIN = re.compile(rb"(?P<words>(?:[ \t]+%s)*)(?P<after>|[ \t]+[0-9]*[<>].*|[ \t]*[;|&].*)[ \t]*" % WORD, re.DOTALL)


def parse(rest):
    """Returns the words, and the text after them that is not for pptp. Returns None if a shell may make other words."""
    found = PLAIN.fullmatch(rest)
    return (shlex.split(found["words"].decode("utf-8", "surrogateescape")), found["after"]) if found else None


def joined(words):
    return b"".join(b" " + shlex.quote(word).encode("utf-8", "surrogateescape") for word in words)


def grouped(words):
    """Yields each option with its value and its words. A word that is none of ours is an option without a value."""
    rest = iter(words)
    for word in rest:
        name, equals, value = word.partition("=")
        more = list(itertools.islice(rest, 0 if equals else OWN.get(name, 0)))
        yield name, "".join(more) or value, [word, *more]


def values(words, name):
    return [value for option, value, _ in grouped(words) if option == name]


def without(words, *names):
    return [word for option, _, group in grouped(words) if option not in names for word in group]


def shown(word):
    """Returns the word as text that JSON and a terminal can have."""
    return word.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
