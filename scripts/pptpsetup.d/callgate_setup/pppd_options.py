# SPDX-License-Identifier: GPL-2.0-or-later
"""Options of pppd in its files, which are words: a line may have several options."""
import re

from . import checks, words

WAYS = ("mschap-v2", "mschap", "chap", "pap", "eap")  # to log in
# Options that run programs as root; each has one value.
RUN_PROGRAMS = {b"connect", b"disconnect", b"init", b"welcome", b"pty", b"plugin", b"ip-pre-up-script", b"ip-up-script",
                b"ip-down-script", b"ipv6-up-script", b"ipv6-down-script", b"auth-up-script", b"auth-down-script",
                b"net-init-script", b"net-pre-up-script", b"net-down-script"}
FILES = (b"file", b"call")
FILE_DEPTH = 4  # files within each other
REQUIRE, LIMIT = (b"require-mppe", b"require-mppe-128", b"require-mppe-40"), (b"nomppe-40", b"nomppe-128")
REFUSE = tuple(b"refuse-" + way.encode() for way in WAYS)
# Options that may be kept as they are, because they change only this link.
KEPT = {b"novj", b"novjccomp", b"noaccomp", b"nopcomp", b"noccp", b"noipv6", b"noipdefault", b"ipcp-accept-local",
        b"ipcp-accept-remote", b"default-asyncmap", b"passive", b"silent", b"nomultilink", b"nomp", b"demand", b"hide-password"}
KEPT_VALUED = {b"idle", b"holdoff", b"unit", b"connect-delay", b"maxconnect", b"asyncmap", b"lcp-max-configure", b"lcp-restart"}
NUMBER = re.compile(rb"-?(?:0x)?[0-9A-Fa-f]+")
FLAGS = {b"lock", b"noauth", b"nobsdcomp", b"nodeflate", b"nodetach", b"updetach", b"dump", b"nodefaultroute", b"persist", b"nopersist",
         b"mppe-stateful", b"debug", b"usepeerdns", b"defaultroute", b"replacedefaultroute", *REQUIRE, *LIMIT, *REFUSE, *KEPT}
# Options that take one word, which may look like another option.
VALUED = {b"name", b"user", b"remotename", b"ipparam", b"mtu", b"mru", b"maxfail", b"linkname", b"password", b"ifname", b"logfile",
          b"logfd", b"lcp-echo-interval", b"lcp-echo-failure", *FILES, *RUN_PROGRAMS, *KEPT_VALUED}


def options_in(data, follow=None, depth=0):
    """Yields each option with its values, as pppd reads it, and whether `follow` has returned the file that it names. The
    rest of a line after an option that is not known belongs to this option, but an option that runs a program is always
    one, because nobody knows how many words the other one takes."""
    for line in words.lines(data):
        rest = list(line.words)
        while rest:
            option, *rest = rest
            if option in VALUED or option in FLAGS:
                length = 1 if option in VALUED else 0
            else:
                length = next((at for at, word in enumerate(rest) if word in RUN_PROGRAMS), len(rest))
            values, rest = rest[:length], rest[length:]
            inner = follow(option, values[0]) if follow and option in FILES and values and depth < FILE_DEPTH else None
            if option in (b"name", b"user") and values and checks.CONTROL.search(values[0]):
                values = [_with_backslash(line.raw, values[0])]
            yield option, values, inner is not None
            if inner is not None:
                yield from options_in(inner, follow, depth + 1)


def _with_backslash(raw, value):
    """In CORP\\alice without quotes, pppd reads \\a as a bell. Returns what was meant."""
    meant = re.fullmatch(rb"\s*(?:name|user)\s+([^\s\"'\\]+\\[^\s\"'\\]+)\s*", raw)
    return meant[1] if meant else value


def named_in(line):
    """Returns all words of a line that are options, or may be: those after an option that is not known."""
    return [word for option, values, _ in options_in(line)
            for word in (option, *(values if option not in VALUED else ()))]


def without_value(line):
    """Returns an option at the end of a line that would take the first word of the next line as its value, or None."""
    return next((option for option, values, _ in options_in(line) if option in VALUED and not values), None)


def is_kept(line):
    """Whether the line is a single option that may be kept."""
    found = [(option, values) for option, values, _ in options_in(line)]
    return len(found) == 1 and all(
        option in KEPT or (option in KEPT_VALUED and bool(values) and bool(NUMBER.fullmatch(values[0]))) for option, values in found)
