# SPDX-License-Identifier: GPL-2.0-or-later
"""The text of /etc/ppp/peers/TUNNEL. Lines that pptpsetup does not know stay as they are, byte by byte."""
import re
import shlex

from . import pppd_options, pptp_words, words
from .checks import AUTO, Refused

MARK = b"# written by pptpsetup"  # pptp-linux's pptpsetup writes the same, and the same lines
ENCRYPTION = (b"require-mppe-128", b"require-mppe-40", b"require-mppe")

# pppd asks the server through the tunnel, because an answer on TCP says nothing about GRE.
ECHO = 15  # s from one LCP Echo-Request to the next
UNANSWERED = 4  # requests in a row, after which pppd ends the tunnel

IN_SHELL = rb"[^\s;|&<>$`'\"\\()]"
PTY = re.compile(rb"(?P<before>(?:exec\s+)?(?:%s*/)?pptp\s+)(?P<server>(?!-)%s+)(?P<rest>.*)"
                 % (IN_SHELL, IN_SHELL), re.DOTALL)


def template(pptp, tunnel, server, login):
    """Returns a new file, to which the caller adds the other options."""
    # Without "exec", a shell stays between pppd and pptp, and holds the output of whoever has started pppd.
    pty = b"exec %s %s --nolaunchpppd" % (shlex.quote(pptp).encode(), server.encode())
    return Peers(b"".join([
        MARK + b"\n", b"pty " + words.quoted(pty) + b"\n", b"lock\nnoauth\nnobsdcomp\nnodeflate\n",
        b"name " + words.written(login) + b"\n",
        b"remotename " + words.written(tunnel.encode()) + b"\n",
        b"ipparam " + words.written(tunnel.encode()) + b"\n"]))


def masked(raw):
    """Returns the line without a password, so that it may be shown to anyone."""
    return b'password "********"\n' if b"password" in raw.split()[:1] else raw


class Peers:
    def __init__(self, text):
        self.lines = words.lines(text)

    @property
    def text(self):
        return b"".join(line.raw for line in self.lines)

    @property
    def is_ours(self):
        return any(line.raw.rstrip() == MARK for line in self.lines)

    # --- options -----------------------------------------------------------------------------------

    def has(self, *options):
        return any(line.words and line.words[0] in options for line in self.lines)

    def value(self, option):
        """Returns the value of the last line with this option, as pppd does, or None if there is none."""
        values = [line.words[1] for line in self.lines if len(line.words) > 1 and line.words[0] == option]
        return values[-1] if values else None

    def set(self, option, *value):
        """Sets the option in its old line, or in a new one at the end."""
        self._movable(option)
        raw = b" ".join([option, *value]) + b"\n"
        found = [i for i, line in enumerate(self.lines) if line.words[:1] == [option]]
        if not found:
            self.lines = words.lines(words.ended(self.text) + raw)
        elif self.lines[found[-1]].words != words.lines(raw)[0].words:
            self.lines[found[-1]] = words.lines(raw)[0]

    def unset(self, *options):
        for option in options:
            self._movable(option)
        self.lines = [line for line in self.lines if line.words[:1] not in [[o] for o in options]]

    def _movable(self, option):
        """Refuses to change an option that shares its line with other words, which pptpsetup never writes."""
        for line in self.lines:
            length = 2 if line.words and line.words[0] in pppd_options.VALUED else 1
            alone = line.words[:1] == [option] and len(line.words) == length
            others = line.words if len(line.words) > length else line.words[:1]
            if not alone and option in others:
                name = option.decode()
                raise Refused(f"the peers file has {name} on a line with other words: move it to a separate line")

    # --- what the options mean -----------------------------------------------------------------------

    @property
    def pty(self):
        """The parts of pppd's option pty: before, server, rest. None if it does not run pptp in a known form."""
        return PTY.fullmatch(self.value(b"pty") or b"")

    @property
    def server(self):
        return self.pty["server"].decode("ascii", "backslashreplace") if self.pty else None

    @property
    def pptp_words(self):
        """The words after the server. If they are not plain, what stands between blanks, because it is only shown."""
        if not self.pty:
            return []
        plain = pptp_words.parse(self.pty["rest"])
        return plain[0] if plain else self.pty["rest"].decode("utf-8", "surrogateescape").split()

    def pptp_value(self, name):
        """Returns the value of one of pptp's options, or ""."""
        found = pptp_words.values(self.pptp_words, name)
        return pptp_words.shown(found[0]) if found else ""

    def has_pptp_word(self, name):
        return bool(pptp_words.values(self.pptp_words, name))

    @property
    def phone(self):
        return self.pptp_value(pptp_words.PHONE)

    @property
    def ppp(self):
        """Who speaks PPP. The pptp that pppd starts ignores this word, and "pptp call" reads it."""
        return self.pptp_value(pptp_words.PPP) or AUTO

    def call(self, server, phone, ppp=None):
        """Changes the server, the phone number, or who speaks PPP (None: no change) in the command that pty runs."""
        wanted = zip((server, phone, ppp), (self.server, self.phone, self.ppp))
        if all(new in (None, old) for new, old in wanted):
            return
        found = self.changeable_words()
        if phone is not None:
            found = ([pptp_words.PHONE, phone] if phone else []) + pptp_words.without(found, pptp_words.PHONE)
        if ppp is not None:
            found = pptp_words.without(found, pptp_words.PPP)
            at = found.index(pptp_words.NO_LAUNCH) + 1 if pptp_words.NO_LAUNCH in found else 0
            found[at:at] = [pptp_words.PPP, ppp] if ppp != AUTO else []
        self.set_pptp_words(found, server)

    def changeable_words(self):
        """Returns the words for pptp, or refuses to change them."""
        if not self.pty:
            raise Refused("the peers file has no line pty \"pptp SERVER ...\" that pptpsetup can change")
        if not pptp_words.parse(self.pty["rest"]):
            raise Refused("the command of pty in the peers file is not a list of plain words: change it there")
        return self.pptp_words

    def set_pptp_words(self, wanted, server=None):
        """pppd gives the command to a shell of root, so nothing is written that reads back differently."""
        self.changeable_words()
        pty, server = self.pty, server.encode() if server else self.pty["server"]
        _, after = pptp_words.parse(pty["rest"])
        command = pty["before"] + server + pptp_words.joined(wanted) + after
        read = PTY.fullmatch(command)
        if not read or read["server"] != server or pptp_words.parse(read["rest"]) != (wanted, after):
            raise Refused("these words for pptp would not be the same in the peers file")
        self.set(b"pty", words.quoted(command))

    @property
    def login_option(self):
        return b"user" if self.has(b"user") else b"name"

    @property
    def login(self):
        return self.value(self.login_option) or b""

    @property
    def encrypt(self):
        return self.has(*ENCRYPTION)

    @encrypt.setter
    def encrypt(self, on):
        if not on:
            self.unset(*ENCRYPTION)
        elif not self.encrypt:
            self.set(ENCRYPTION[0])

    @property
    def mtu(self):
        value = self.value(b"mtu") or b"0"
        return int(value) if value.isdigit() else 0

    @property
    def mtu_auto(self):
        """Whether pptp measures the MTU."""
        return self.has_pptp_word(pptp_words.MTU_AUTO)

    @mtu.setter
    def mtu(self, value):
        """A number, 0 for none, or AUTO."""
        if self.mtu_auto != (value == AUTO):
            found = pptp_words.without(self.changeable_words(), pptp_words.MTU_AUTO)
            self.set_pptp_words(found + ([pptp_words.MTU_AUTO] if value == AUTO else []))
        value = 0 if value == AUTO else value
        for option in b"mtu", b"mru":
            if value:
                self.set(option, str(value).encode())
            else:
                self.unset(option)

    @property
    def echo(self):
        value = self.value(b"lcp-echo-interval") or b"0"
        return int(value) if value.isdigit() else 0

    @echo.setter
    def echo(self, seconds):
        """0 is written, too: /etc/ppp/options may have another interval."""
        self.set(b"lcp-echo-interval", str(seconds).encode())
        if not seconds:
            self.unset(b"lcp-echo-failure")
        elif not self.has(b"lcp-echo-failure"):
            self.set(b"lcp-echo-failure", str(UNANSWERED).encode())

    @property
    def ifname(self):
        return (self.value(b"ifname") or b"").decode("utf-8", "backslashreplace")

    @ifname.setter
    def ifname(self, name):
        if not name:
            self.unset(b"ifname")
        elif name != self.ifname:
            self.set(b"ifname", words.written(name.encode()))

    @property
    def usepeerdns(self):
        return self.has(b"usepeerdns")

    @usepeerdns.setter
    def usepeerdns(self, on):
        if not on:
            self.unset(b"usepeerdns")
        elif not self.usepeerdns:
            self.set(b"usepeerdns")

    @property
    def persist(self):
        return self.has(b"persist")

    @persist.setter
    def persist(self, on):
        """Without a limit: pppd itself gives up after ten failures."""
        before = self.persist
        if on and not before:
            self.set(b"persist")
            self.set(b"maxfail", b"0")
        if not on:
            self.unset(b"persist", *([b"maxfail"] if before else []))
