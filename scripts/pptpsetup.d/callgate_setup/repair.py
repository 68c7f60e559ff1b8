# SPDX-License-Identifier: GPL-2.0-or-later
"""Faults of a tunnel's files that pptpctl diagnose finds, and that are mended without a question."""
from . import chap_secrets, peers, pptp_words, words
from .checks import Refused, shown

ALL = "all"
# pppd asks the server to authenticate itself, which hardly any server does.
DEMANDS = (b"auth", b"require-pap", b"require-chap", b"require-mschap", b"require-mschap-v2", b"require-eap")


def without_carriage_returns(file):
    text = file.text.replace(b"\r\n", b"\n")
    file.lines = words.lines(text)


def with_nolaunchpppd(file):
    """Without it, pptp starts a second pppd."""
    if file.pty and not file.has_pptp_word(pptp_words.NO_LAUNCH):
        file.set_pptp_words([pptp_words.NO_LAUNCH, *file.changeable_words()])


def without_sync(file):
    """Lets pppd and pptp agree: sync needs --sync."""
    if file.has(b"sync") and file.pty and not file.has_pptp_word("--sync"):
        file.unset(b"sync")


def without_debug(file):
    """pppd writes its messages into the tunnel if it has no log file."""
    if file.has(b"debug") and not file.has(b"logfd", b"logfile"):
        file.unset(b"debug")


def with_noauth(file):
    file.unset(*(option for option in DEMANDS if file.has(option)))
    if not file.has(b"noauth"):
        file.set(b"noauth")


PEERS = {"carriage-returns": without_carriage_returns, "nolaunchpppd": with_nolaunchpppd, "sync": without_sync, "debug": without_debug,
         "noauth": with_noauth}
SECRETS_MODE, SECRETS_ADDRESS = "secrets-mode", "secrets-address"
KINDS = (*PEERS, SECRETS_MODE, SECRETS_ADDRESS)


def checked(text):
    """Returns the kinds as a list; "all" is all but debug, which is no fault unless it goes into the tunnel."""
    found = [kind for kind in KINDS if kind != "debug"] if text == ALL else [word.strip() for word in text.split(",")]
    if unknown := [kind for kind in found if kind not in KINDS]:
        raise Refused(f"--repair takes all, or some of {', '.join(KINDS)} with commas between them, not {shown(unknown[0])}")
    return found


def changes(store, tunnel, kinds):
    """Returns no changes if nothing is wrong."""
    data = store.read(store.peers(tunnel))
    if data is None:
        raise Refused(f"there is no tunnel {tunnel}: no file {store.peers(tunnel)}")
    file = peers.Peers(data)
    for kind in kinds:
        if kind in PEERS:
            PEERS[kind](file)
    found = [store.peers_change(tunnel, file.text)] if file.text != data else []
    for path, change in (store.chap_secrets, store.secrets_change), (store.pap_secrets, store.pap_secrets_change):
        secrets = store.read(path)
        if secrets is None:
            continue
        new = chap_secrets.with_addresses(secrets, tunnel) if SECRETS_ADDRESS in kinds else secrets
        if new != secrets or (SECRETS_MODE in kinds and store.mode_to_close(change(new))):
            found.append(change(new))
    return found
