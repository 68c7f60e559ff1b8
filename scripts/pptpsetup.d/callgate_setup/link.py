# SPDX-License-Identifier: GPL-2.0-or-later
"""Settings of the PPP link and of pptp that the peers file has: encryption, ways to log in, pptp's options, and further
lines of pppd's options. An option that is not given changes nothing.
"""
import ipaddress
import re
import shlex

from . import egress, pppd_options, pptp_words, words
from .checks import AUTO, INTERFACE, Refused, shown
from .pppd_options import WAYS

MPPE = {"none": b"", "any": b"require-mppe", "128": b"require-mppe-128", "40": b"require-mppe-40"}
MAKE_KEYS = ("mschap-v2", "mschap")  # MPPE's keys come from these
BEGIN, END = b"# pptpsetup --pppd-line: begin", b"# pptpsetup --pppd-line: end"
# Options of pppd that other options of pptpsetup set.
OWN_WORDS = {b"pty", b"lock", b"noauth", b"nobsdcomp", b"nodeflate", b"name", b"user", b"remotename", b"ipparam", b"mtu",
             b"mru", b"persist", b"maxfail", b"lcp-echo-interval", b"lcp-echo-failure", b"usepeerdns", b"debug",
             b"mppe-stateful", b"ifname", *(b"refuse-" + way.encode() for way in WAYS), *filter(None, MPPE.values())}


# --- checks -----------------------------------------------------------------------------------------------

def checked_mppe(kind):
    if kind not in MPPE:
        raise Refused(f"--mppe takes none, any, 128 or 40, not {shown(kind)}")
    return kind


def checked_login(text):
    """Returns the ways as a list; "any" is all of them."""
    ways = list(WAYS) if text == "any" else [word.strip() for word in text.split(",")]
    if unknown := [way for way in ways if way not in WAYS]:
        raise Refused(f"--login takes any, or some of {', '.join(WAYS)} with commas between them, not {shown(unknown[0])}")
    return [way for way in WAYS if way in ways]


def checked_local_address(text):
    """pptp takes no address with the name of an interface, and ipaddress takes any text for that name."""
    if "%" in text:
        raise Refused(f"{shown(text)}: the address must not name an interface, which --device does")
    try:
        return str(ipaddress.ip_address(text)) if text else ""
    except ValueError:
        raise Refused(f"--local-address takes an address of this host, or '', not {shown(text)}") from None


def checked_device(name):
    if name and not INTERFACE.fullmatch(name):
        raise Refused(f"--device takes the name of a network interface, or '', not {shown(name)}")
    return name


def checked_pppd_lines(texts):
    """Returns the lines as octets. An empty text removes the earlier ones."""
    found = []
    for text in filter(None, texts):
        raw = text.encode("utf-8", "surrogateescape")
        lines = words.lines(raw + b"\nend\n")  # a quote without its end would take the next line
        if re.search(rb"[\x00-\x08\x0a-\x1f\x7f]", raw) or len(lines) != 2 or not lines[0].words:
            raise Refused(f"--pppd-line takes one line of options as pppd reads it, not {shown(text)}")
        if own := [word for word in pppd_options.named_in(raw) if word in OWN_WORDS]:
            raise Refused(f"--pppd-line {shown(text)}: another option of pptpsetup sets {own[0].decode()}")
        if option := pppd_options.without_value(raw):
            raise Refused(f"--pppd-line {shown(text)}: {option.decode()} has no value")
        found.append(raw)
    return found


def checked_pptp_options(texts):
    """Returns words. An empty text removes the earlier ones."""
    found = []
    for text in texts:
        try:
            found += shlex.split(text)
        except ValueError:
            raise Refused(f"--pptp-option {shown(text)} has a quote without its end") from None
    for word in found:
        if re.search(r"[\x00-\x1f\x7f]", word):
            raise Refused(f"--pptp-option {shown(word)} has a control character")
        if word.partition("=")[0] in pptp_words.OWN:
            raise Refused(f"--pptp-option {shown(word)}: another option of pptpsetup sets it")
    if found and not found[0].startswith("-"):
        raise Refused(f"--pptp-option takes an option of pptp as --sync or '--timeout 1', not {shown(found[0])}")
    return found


CHECKS = {"mppe": checked_mppe, "login": checked_login, "local_address": checked_local_address, "device": checked_device,
          "pppd_line": checked_pppd_lines, "pptp_option": checked_pptp_options}


# --- settings -----------------------------------------------------------------------------------------------

def apply(file, wish):
    """Changes what the wish says in the peers file."""
    if wish.mppe is not None:
        set_mppe(file, wish.mppe)
    for option, name in ("mppe_stateful", b"mppe-stateful"), ("debug", b"debug"):
        if getattr(wish, option) is not None:
            set_flag(file, name, getattr(wish, option))
    if wish.login is not None:
        for way in WAYS:
            set_flag(file, b"refuse-" + way.encode(), way not in wish.login)
    if wish.pap:
        set_flag(file, b"refuse-pap", False)
    for option, name in ("local_address", pptp_words.ADDRESS), ("device", pptp_words.DEVICE):
        if getattr(wish, option) is not None:
            set_pptp_word(file, name, getattr(wish, option))
    if wish.more_servers is not None and wish.more_servers != more_servers(file):
        found = pptp_words.without(file.changeable_words(), pptp_words.SERVER)
        file.set_pptp_words(found + [word for server in wish.more_servers for word in (pptp_words.SERVER, server)])
    if wish.servers is not None:
        set_pptp_word(file, pptp_words.ORDER, "spread" if wish.servers == "spread" else "")
    if wish.pptp_option is not None:
        set_pptp_options(file, wish.pptp_option)
    if wish.pppd_line is not None:
        set_pppd_lines(file, wish.pppd_line)
    if mppe(file) != "none" and not set(login(file)) & set(MAKE_KEYS) and (wish.mppe or wish.login):
        raise Refused("encryption needs mschap-v2 or mschap to log in, because MPPE's keys come from these: change --login"
                      " or --mppe", "login")


def set_flag(file, name, on):
    if on != file.has(name):
        (file.set if on else file.unset)(name)


def mppe(file):
    found = [kind for kind, name in MPPE.items() if name and file.has(name)]
    return found[0] if found else "none"


def set_mppe(file, kind):
    if kind != mppe(file):
        file.unset(*filter(None, MPPE.values()))
        if MPPE[kind]:
            file.set(MPPE[kind])


def login(file):
    return [way for way in WAYS if not file.has(b"refuse-" + way.encode())]


def more_servers(file):
    return list(map(pptp_words.shown, pptp_words.values(file.pptp_words, pptp_words.SERVER)))


def pptp_options(file):
    """Returns the words of pptp's other options."""
    return pptp_words.without(file.pptp_words, *pptp_words.OWN)


def set_pptp_word(file, name, value):
    if file.pptp_value(name) != value:
        file.set_pptp_words(pptp_words.without(file.changeable_words(), name) + ([name, value] if value else []))


def set_pptp_options(file, wanted):
    others = pptp_options(file)
    if wanted != others:
        own = [word for name, _, group in pptp_words.grouped(file.changeable_words()) if name in pptp_words.OWN for word in group]
        file.set_pptp_words(own + wanted)


def pppd_lines(file):
    """Returns the lines between our marks."""
    found, inside = [], False
    for line in file.lines:
        if line.raw.rstrip() in (BEGIN, END):
            inside = line.raw.rstrip() == BEGIN
        elif inside:
            found.append(line.raw.rstrip(b"\n"))
    return found


def set_pppd_lines(file, wanted):
    if wanted == pppd_lines(file):
        return
    kept, inside = b"", False
    for line in file.lines:
        if line.raw.rstrip() in (BEGIN, END):
            inside = line.raw.rstrip() == BEGIN
        elif not inside:
            kept += line.raw
    block = b"".join(line + b"\n" for line in (BEGIN, *wanted, END)) if wanted else b""
    file.lines = words.lines(words.ended(kept) + block)


def other_lines(file):
    """Returns the lines that no option of pptpsetup sets."""
    own = pppd_lines(file)
    return [line.raw.rstrip(b"\n") for line in file.lines
            if line.words and line.words[0] not in OWN_WORDS and line.raw.rstrip(b"\n") not in own]


# --- what --show prints ---------------------------------------------------------------------------------------

def described(file):
    return {"mppe": mppe(file), "mppe_stateful": file.has(b"mppe-stateful"), "login": login(file),
            "debug": file.has(b"debug"), "echo": file.echo, "local_address": file.pptp_value(pptp_words.ADDRESS),
            "device": file.pptp_value(pptp_words.DEVICE), "more_servers": more_servers(file),
            "servers": file.pptp_value(pptp_words.ORDER) or "turn", "pptp_options": list(map(pptp_words.shown, pptp_options(file))),
            "pppd_lines": [text(line) for line in pppd_lines(file)],
            "other_lines": [text(masked(line)) for line in other_lines(file)]}


def masked(raw):
    return b'password "********"' if raw.split()[:1] == [b"password"] else raw


def text(raw):
    return raw.decode("utf-8", "backslashreplace")


def as_options(shown_tunnel):
    """Returns the words with which --create makes such a tunnel. The password is missing."""
    domain, _, user = shown_tunnel["user"].rpartition("\\")
    found = ["--create", shown_tunnel["tunnel"], "--server", shown_tunnel["server"],
             *(word for server in shown_tunnel["more_servers"] for word in ("--server", server)),
             *(["--servers", "spread"] if shown_tunnel["servers"] == "spread" else []), *(["--domain", domain] if domain else []),
             "--username", user]
    for name in "mppe", "phone", "ppp", "local_address", "device":
        if shown_tunnel[name] not in ("", "none", "auto"):
            found += ["--" + name.replace("_", "-"), shown_tunnel[name]]
    if shown_tunnel["login"] != list(WAYS):
        found += ["--login", ",".join(shown_tunnel["login"])]
    mtu = AUTO if shown_tunnel["mtu_auto"] else shown_tunnel["mtu"]
    found += ["--mtu", str(mtu)] if mtu else []
    found += ["--echo", str(shown_tunnel["echo"])]
    found += [f"--{name.replace('_', '-')}" for name in ("mppe_stateful", "debug", "persist", "pap") if shown_tunnel[name]]
    if "default" in shown_tunnel["routes"]:
        found += ["--default-route"]
    for network in shown_tunnel["routes"]:
        found += ["--route", network] if network != "default" else []
    for network, note in shown_tunnel["route_notes"].items():
        found += ["--route-note", f"{network}={note}"]
    found += ["--interface", shown_tunnel["interface"]] if shown_tunnel["interface"] else []
    found += egress.as_options(shown_tunnel["egress"])
    found += ["--lan-to-lan"] if shown_tunnel["lan_to_lan"] else []
    if shown_tunnel["dns"] != "none":
        found += ["--dns", shown_tunnel["dns"] if shown_tunnel["dns"] == "auto" else ",".join(shown_tunnel["dns"])]
    for domain in shown_tunnel["search"]:
        found += ["--search", domain]
    found += ["--search-only"] if shown_tunnel["search_only"] else []
    if shown_tunnel["pptp_options"]:
        found += ["--pptp-option", shlex.join(shown_tunnel["pptp_options"])]
    for line in shown_tunnel["pppd_lines"]:
        found += ["--pppd-line", line]
    return found
