# SPDX-License-Identifier: GPL-2.0-or-later
"""The changes to the files if a tunnel gets another name. Its own file is written last, and the old one removed then."""
from . import chap_secrets, dns, egress, peers, routes, words
from .checks import Refused


def changes(store, old, new):
    file = peers.Peers(store.read(store.peers(old)) or b"")
    if not file.lines:
        raise Refused(f"there is no tunnel {old}: no file {store.peers(old)}")
    if not file.is_ours:
        raise Refused(f"{store.peers(old)} was not written by pptpsetup: rename it yourself")
    if store.read(store.peers(new)) is not None:
        raise Refused(f"there is a tunnel {new} already", "rename")
    for option in b"remotename", b"ipparam":
        if file.value(option) == old.encode():
            file.set(option, words.written(new.encode()))
    before, after = [], []
    for path, change in (store.chap_secrets, store.secrets_change), (store.pap_secrets, store.pap_secrets_change):
        data = store.read(path) or b""
        if own := chap_secrets.own_secret(data, old):
            before.append(change(chap_secrets.with_secret(chap_secrets.without(data, old), new, *own)))
    for kind, path, change in ((routes, store.routes, store.routes_change), (dns, store.dns, store.dns_change),
                               (egress, store.egress, store.egress_change)):
        data = store.read(path(old))
        if data is not None:
            header = [kind.HEADER.format(name).encode() for name in (old, new)]
            before.append(change(new, data.replace(*header, 1)))
            after.append(change(old, None))
    return [*before, store.peers_change(new, file.text), store.peers_change(old, None), *after]
