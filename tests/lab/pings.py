# SPDX-License-Identifier: GPL-2.0-or-later
"""Pings, and how many of them are answered.

ping(8) leaves two round trips after its last request if anything was answered before. On a busy machine that is too soon,
so the kernel is asked how many replies have come.
"""
import contextlib
import re

from .lines import Timeout, wait_until
from .own_time import EVENT


def replies(host):
    """The Echo-Replies that the host has ever got, by IPv4 and by IPv6."""
    names, values = re.findall(r"^Icmp: (.*)", host.run("cat", "/proc/net/snmp").stdout, re.MULTILINE)
    ipv6 = re.search(r"^Icmp6InEchoReplies\s+(\d+)", host.run("cat", "/proc/net/snmp6", check=False).stdout, re.MULTILINE)
    return int(dict(zip(names.split(), values.split()))["InEchoReps"]) + int(ipv6[1] if ipv6 else 0)


def ping(host, count, *words, wait=EVENT / 2):
    """Sends so many requests. Returns how many are answered, at last after `wait` seconds, and what ping has said."""
    before = replies(host)
    said = host.run("ping", "-n", "-q", "-c", count, "-W", 1, *words, check=False)
    with contextlib.suppress(Timeout):
        wait_until(lambda: replies(host) - before >= count, wait)
    return replies(host) - before, said.stdout + said.stderr
