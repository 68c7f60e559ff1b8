# SPDX-License-Identifier: GPL-2.0-or-later
"""The package replaces pptp-linux, and its removal leaves no trace."""
import grp
import os
import pwd
import re
import stat
from pathlib import Path

from lab import ppp
from lab.lines import wait_until
from lab.packages import CALLGATE, GATEWAY, PPTP_LINUX, files, lines
from lab.units import MANAGER, TunnelUnit, unit

SOCKET = "pptp-callmgr.socket"
SECRETS = "/etc/ppp/chap-secrets"


def create_tunnel(machine, server, name, user="alice"):
    """By the pptpsetup that is installed, which need not be ours."""
    machine.run("pptpsetup", "--create", name, "--server", server.address, "--username", user,
                "--password", ppp.USERS[user], "--encrypt")


def tunnel_files(name):
    return Path(f"/etc/ppp/peers/{name}").read_bytes(), Path(SECRETS).read_bytes()


def interfaces_gone(machine):
    wait_until(lambda: not machine.interfaces(), what="no ppp interface")


def test_a_tunnel_of_pptp_linux_goes_on_with_it(packages, machine, server):
    packages.install(PPTP_LINUX)
    create_tunnel(machine, server, "work")
    before = tunnel_files("work")
    packages.install(CALLGATE)
    assert packages.status(PPTP_LINUX) != "installed"
    assert tunnel_files("work") == before
    machine.run("pon", "work", "linkname", "pptp-work")
    wait_until(lambda: "local  IP address" in machine.journal("-t", "pppd", "-b"), what="the tunnel is up")
    TunnelUnit(machine, server, "work").ping()
    assert machine.active(MANAGER), "started through its socket"
    machine.run("poff", "work")
    interfaces_gone(machine)


def test_what_is_installed_is_what_security_md_says(packages, machine):
    packages.install(CALLGATE)
    assert machine.active(SOCKET)
    mode = os.stat(GATEWAY)
    assert (stat.S_IMODE(mode.st_mode), grp.getgrgid(mode.st_gid).gr_name) == (0o750, "dip")
    assert machine.run("getcap", GATEWAY).stdout.split()[1] == "cap_net_raw=p"
    assert pwd.getpwnam("pptp").pw_dir == "/nonexistent"
    setuid = [path for path in machine.run("dpkg", "-L", CALLGATE).stdout.split()
              if os.path.isfile(path) and os.stat(path).st_mode & (stat.S_ISUID | stat.S_ISGID)]
    assert not setuid


def test_it_depends_on_nothing_graphical(packages, machine):
    """The window is in callgate-gui, which depends on just this version of callgate."""
    def depends(name):
        return machine.run("dpkg-deb", "--field", packages.file(name), "Depends").stdout
    assert not re.search("gtk|gdk|glib|pango|cairo|x11|wayland|polkit", depends(CALLGATE))
    version = machine.run("dpkg-deb", "--field", packages.file(CALLGATE), "Version").stdout.strip()
    assert f"{CALLGATE} (= {version})" in depends("callgate-gui") and "libgtkmm-4.0-0" in depends("callgate-gui")
    contents = machine.run("dpkg-deb", "--contents", packages.file(CALLGATE)).stdout
    assert not re.search("bin/pptpconfig|/locale/|/applications/", contents)


def test_what_an_administrator_has_said_of_the_gateway_holds(packages, machine):
    packages.install(CALLGATE)
    machine.run("dpkg-statoverride", "--update", "--add", "root", "root", "0700", GATEWAY)
    try:
        packages.dpkg("--install", packages.file(CALLGATE))
        mode = os.stat(GATEWAY)
        assert (stat.S_IMODE(mode.st_mode), mode.st_gid) == (0o700, 0)
    finally:
        machine.run("dpkg-statoverride", "--remove", GATEWAY)


def test_an_upgrade_is_not_noticed_by_a_tunnel(packages, machine, server):
    packages.install(CALLGATE)
    machine.add_tunnel("work", "alice", server.address)
    machine.start_tunnels("work")
    tunnel, manager = TunnelUnit(machine, server, "work"), machine.manager_pid()
    packages.dpkg("--install", packages.file(CALLGATE))
    assert machine.manager_pid() not in (0, manager)
    tunnel.ping()
    machine.systemctl("stop", unit("work"))
    server.wait_log("CTRL: Received CALL CLR request")


def test_a_purge_leaves_nothing(packages, machine, server):
    """Neither after a tunnel that was up at that moment, nor of pptp-linux, whose place was taken."""
    packages.install(PPTP_LINUX)
    pptp_linux = set(machine.run("dpkg", "-L", PPTP_LINUX).stdout.split())
    users = lines("/etc/passwd"), sorted(lines("/etc/group"))
    made, gone = files()
    packages.install(CALLGATE)
    machine.add_tunnel("work", "alice", server.address)
    written = tunnel_files("work")
    machine.systemctl("enable", "--now", unit("work"))
    packages.remove(CALLGATE)
    server.wait_log("CTRL: Received CALL CLR request")
    interfaces_gone(machine)
    assert tunnel_files("work") == written
    machine.systemctl("disable", unit("work"), check=False)
    Path("/etc/ppp/peers/work").unlink()
    packages.purge(CALLGATE)
    packages.purge(PPTP_LINUX)
    made_now, gone_now = files()
    assert made_now - made == set()
    assert (made - made_now) | (gone_now - gone) <= pptp_linux
    assert (lines("/etc/passwd"), sorted(lines("/etc/group"))) == users
    assert not machine.failed_units()
