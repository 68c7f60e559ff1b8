# SPDX-License-Identifier: GPL-2.0-or-later
"""What pppd takes from its files. The words are read by pptpsetup's own reader, which test_words.py
compares with pppd itself and with a table."""
from callgate_setup import words


def entries(data):
    """The words of each line that has any, as pppd's scan_authfile() sees them."""
    return [line.words for line in words.lines(data) if line.words]


def secret_for(data, client, server):
    """The secret that pppd takes: the first of those that fit best. None if none fits."""
    best, chosen = -1, None
    for entry in entries(data):
        if len(entry) < 3 or entry[0] not in (client, b"*") or entry[1] not in (server, b"*"):
            continue
        fit = (entry[0] == client) + 2 * (entry[1] == server)
        if fit > best:
            best, chosen = fit, entry[2]
    return chosen
