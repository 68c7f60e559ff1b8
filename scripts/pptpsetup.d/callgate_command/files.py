# SPDX-License-Identifier: GPL-2.0-or-later
"""The files of pptpsetup, and those that only pptp-command knows."""
import contextlib
import os
from typing import NamedTuple

from callgate_setup import checks, old_command, peers, routes, tunnels
from callgate_setup.checks import Refused
from callgate_setup.store import DEFAULT_LINK, NEW, PPP, Change, Store


class Tunnel(NamedTuple):
    """What is shown of a tunnel."""
    entry: dict  # as pptpsetup --list --json has it
    is_default: bool
    is_old: bool  # its file is of the old pptp-command, and has to be imported

    @property
    def name(self):
        return self.entry["tunnel"]


class Files(Store):
    """PPPDIR and PPTPDIR are environment variables of the old pptp-command. Below another root, they are there."""

    def __init__(self, root="/", environment=os.environ):
        super().__init__(root)
        self.pppdir = self._directory(environment, "PPPDIR", f"/{PPP}")
        self.pptpdir = self._directory(environment, "PPTPDIR", "/etc/pptp.d")
        self.is_pppd_s = self.pppdir == f"/{PPP}"  # pppd and pptp read no other directory

    def _directory(self, environment, variable, usual):
        path = environment.get(variable) or usual
        if not path.startswith("/") or checks.CONTROL.search(os.fsencode(path)):
            raise Refused(f"{variable} is {checks.shown(path)}, but it must be a path that begins with /")
        return os.path.join(self.root, path.lstrip("/"))

    # --- paths ----------------------------------------------------------------------------------------------

    @property
    def chap_secrets(self):
        return os.path.join(self.pppdir, "chap-secrets")

    @property
    def pap_secrets(self):
        return os.path.join(self.pppdir, "pap-secrets")

    @property
    def peers_directory(self):
        return os.path.join(self.pppdir, "peers")

    @property
    def routes_directory(self):
        return os.path.join(self.pppdir, "callgate")

    @property
    def old_resolv_conf(self):
        return os.path.join(self.root, "etc/resolv.conf.pptp")

    # --- tunnels ----------------------------------------------------------------------------------------------

    def known(self):
        """Returns all tunnels: those that pptpsetup knows, and those of the old pptp-command."""
        default = self.default()
        found = []
        for name in self.tunnels():
            entry = tunnels.described(self, name)
            if entry:
                found.append(Tunnel(entry, name == default, False))
            elif text := self.old_text(name):
                found.append(Tunnel(old_entry(name, text), name == default, True))
        return found

    def tunnel(self, name):
        """Returns the tunnel with this name. Any other name is refused with the names that there are."""
        known = self.known()
        for tunnel in known:
            if tunnel.name == name:
                return tunnel
        names = ", ".join(tunnel.name for tunnel in known) or "none; pptp-command add makes one"
        raise Refused(f"there is no PPTP tunnel {checks.shown(name)} in {self.peers_directory}. The tunnels are: {names}")

    def old_text(self, name):
        """Returns the text of an old peers file, or None if this is none."""
        with contextlib.suppress(Refused):  # for example a directory
            text = self.read(self.peers(name))
            return text if old_command.is_old(text) else None
        return None

    # --- the default tunnel -------------------------------------------------------------------------------------

    @property
    def default_link(self):
        return os.path.join(self.peers_directory, DEFAULT_LINK)

    def default(self):
        """Returns the name of the tunnel that "start" starts if none is given, or None."""
        try:
            return os.path.basename(os.readlink(self.default_link))
        except FileNotFoundError:
            return None
        except PermissionError as error:
            raise self.unreadable_peers(error) from None
        except OSError:
            raise Refused(f"{self.default_link} is not a symbolic link: move it away") from None

    def set_default(self, name):
        """None: no tunnel is the default."""
        self.default()  # refuses to replace a file
        with self.locked():
            try:
                self._link_default(name)
            except OSError as error:
                raise Refused(f"cannot write {self.default_link}: {error.strerror}") from None

    def _link_default(self, name):
        if name is None:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(self.default_link)
            return
        new = os.path.join(self.peers_directory, f".{DEFAULT_LINK}{NEW}")  # which locked() clears away
        os.symlink(name, new)
        os.replace(new, self.default_link)

    # --- changes ------------------------------------------------------------------------------------------------

    def secrets(self, path, data):
        return Change(path, data, 0o600, 0o600)

    def with_comments(self, tunnel, changes):
        """Adds the comments of the old pptp-command to the new peers file of a tunnel that pptpsetup may delete."""
        new = {change.path: change.data for change in changes}
        networks = routes.parse(new.get(self.routes(tunnel), self.read(self.routes(tunnel))))
        return [change._replace(data=old_command.with_comments(tunnel, change.data, networks))
                if change.path == self.peers(tunnel) and peers.Peers(change.data).is_ours else change for change in changes]


def old_entry(name, text):
    file = peers.Peers(text)
    return {"tunnel": name, "server": old_command.server(text), "user": file.login.decode("utf-8", "backslashreplace"),
            "encrypt": file.encrypt, "mtu": file.mtu or None, "mtu_auto": False, "persist": file.persist,
            "routes": old_command.networks(old_command.route_lines(text))[0], "written_by_pptpsetup": False}
