# SPDX-License-Identifier: GPL-2.0-or-later
"""The secret in /etc/ppp/pap-secrets, which only a tunnel with --pap has: PAP sends the password in clear text. The file
has the form of chap-secrets.
"""
from . import chap_secrets
from .checks import Refused


def changes(store, wish, login, password):
    """Returns the change of pap-secrets. The secret there follows the one in chap-secrets."""
    old = store.read(store.pap_secrets) or b""
    own = chap_secrets.own_secret(old, wish.tunnel)
    if wish.pap is False:
        new = chap_secrets.without(old, wish.tunnel)
    elif wish.pap or own:
        known = own or chap_secrets.own_secret(store.read(store.chap_secrets) or b"", wish.tunnel)
        if password is None and known is None:
            raise Refused(f"pptpsetup has no secret for {wish.tunnel}: --pap also needs a password", "pap")
        new = chap_secrets.with_secret(old, wish.tunnel, login, known[1] if password is None else password)
    else:
        return []
    return [store.pap_secrets_change(new)] if new != old else []


def removal(store, tunnel):
    old = store.read(store.pap_secrets) or b""
    new = chap_secrets.without(old, tunnel)
    return [store.pap_secrets_change(new)] if new != old else []


def is_allowed(store, tunnel):
    """Returns whether the tunnel has a secret there, or None if we may not look."""
    try:
        return chap_secrets.own_secret(store.read(store.pap_secrets) or b"", tunnel) is not None
    except Refused:
        return None
