# SPDX-License-Identifier: GPL-2.0-or-later
"""Tunnels in files of other programs, as options for pptpsetup --create: pptpconfig's tunnels, connections of
NetworkManager, and peers files. Nothing is written, and passwords are not shown.
"""
import os
import re
import stat

from . import from_network_manager, from_peers, from_pptpconfig, php
from .checks import Refused

OPTIONS_SIZE = 1 << 16  # octets of an options file
OPTIONS_FILES = 16  # that one file may name, with those that they name
OPTIONS_FILE = re.compile(rb"/etc/ppp/(?:peers/)?(?!.*secrets)[A-Za-z0-9_][A-Za-z0-9_.-]*")


def read(name, data, follow=None):
    """Returns the tunnels that are in a file of this name."""
    if len(data) > php.SIZE_LIMIT:
        raise Refused(f"the file has more than {php.SIZE_LIMIT} octets")
    if data[:2] == b"a:":
        return from_pptpconfig.read(data)
    if from_network_manager.IS_ONE.search(data):
        return from_network_manager.read(data)
    return from_peers.read(name, data, follow)


def read_file(name, root="/"):
    """The same for a file on the disk, which may name options files below /etc/ppp."""
    try:
        with open(name, "rb") as file:
            data = file.read(php.SIZE_LIMIT + 1)
        left = iter(range(OPTIONS_FILES))
        return read(name, data, lambda option, value: None if next(left, None) is None else options_file(root, option, value))
    except OSError as error:
        raise Refused(f"cannot read {name}: {error.strerror}", "import") from None
    except Refused as error:
        raise Refused(f"cannot import {name}: {error}", "import") from None


def options_file(root, option, value):
    """Returns the content of an options file, or None. The file that names it may come from anywhere, so nothing but
    pppd's own files is read."""
    path = b"/etc/ppp/peers/" + value if option == b"call" else value
    if not OPTIONS_FILE.fullmatch(path):
        return None
    try:
        descriptor = os.open(os.path.join(os.fsencode(root), path.lstrip(b"/")), os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
    except OSError:
        return None
    with os.fdopen(descriptor, "rb") as file:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            return None
        data = file.read(OPTIONS_SIZE + 1)
    return data if len(data) <= OPTIONS_SIZE else None
