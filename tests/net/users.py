# SPDX-License-Identifier: GPL-2.0-or-later
"""The users of a test host: pptp, as which our programs run if root started them, and ordinary users.

An ordinary user is in the group dip or is not.
"""
import grp
import os

from lab import programs

PPTP = 987  # uid and gid
NOBODY = 65534
DIP = grp.getgrnam("dip").gr_gid
IN_GROUP = {"user": NOBODY, "group": DIP, "extra_groups": []}
OUTSIDE = {"user": NOBODY, "group": NOBODY, "extra_groups": []}
OWN_SOCKET = {"PPTP_CALLMGR_SOCKET": "/run/lab/user/callmgr.sock"}


def add_pptp(host):
    """The user that sysusers.d makes."""
    passwd = host.run("cat", "/etc/passwd").stdout
    host.mask_file("/etc/passwd", f"{passwd}pptp:x:{PPTP}:{PPTP}::/nonexistent:/bin/false\n")


def own_socket(host):
    """The environment with a place where the ordinary user may have a call manager of his own."""
    directory = host.path(os.path.dirname(OWN_SOCKET["PPTP_CALLMGR_SOCKET"]))
    os.makedirs(directory, exist_ok=True)
    os.chown(directory, NOBODY, NOBODY)
    return OWN_SOCKET


def gateway_with(host, capability):
    """A copy of the gateway in its place, on this host only: with its own file capability, or none."""
    host.run("install", "-m", "755", programs.installed().gateway, "/run/lab/pptp-gre")
    if capability:
        host.run("setcap", capability, "/run/lab/pptp-gre")
    host.run("mount", "--bind", "/run/lab/pptp-gre", programs.installed().gateway)
