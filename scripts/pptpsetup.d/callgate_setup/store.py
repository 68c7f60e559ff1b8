# SPDX-License-Identifier: GPL-2.0-or-later
"""Reads and writes the files. One lock covers all of them. Each file is replaced in one step, and at no time
may more users read it than should. A new version is written to .NAME.pptpsetup beside the file, with mode
0600; if pptpsetup is killed, its next run removes that file.
"""
import contextlib
import difflib
import fcntl
import os
import stat
from typing import NamedTuple, Optional

from . import chap_secrets, passwords, peers, words
from .checks import Refused, printable

NEW = ".pptpsetup"
LOCK = "run/pptpsetup.lock"
PPP = "etc/ppp"
DEFAULT_LINK = "__default"  # in peers: a link of pptp-command to the tunnel that it starts if none is named


class Change(NamedTuple):
    path: str
    data: Optional[bytes]  # None: remove it
    mode: int  # of a new file
    most: int  # the most open mode that a file may keep


class Store:
    def __init__(self, root="/"):
        self.root = root
        self.without_secrets = False  # for --check: whoever may not read the secrets does as if there were none

    # --- paths -------------------------------------------------------------------------------------------

    @property
    def chap_secrets(self):
        return os.path.join(self.root, PPP, "chap-secrets")

    @property
    def pap_secrets(self):
        return os.path.join(self.root, PPP, "pap-secrets")

    @property
    def peers_directory(self):
        return os.path.join(self.root, PPP, "peers")

    @property
    def routes_directory(self):
        return os.path.join(self.root, PPP, "callgate")

    def peers(self, tunnel):
        return os.path.join(self.peers_directory, tunnel)

    def routes(self, tunnel):
        return os.path.join(self.routes_directory, tunnel + ".routes")

    def dns(self, tunnel):
        return os.path.join(self.routes_directory, tunnel + ".dns")

    def egress(self, tunnel):
        return os.path.join(self.routes_directory, tunnel + ".egress")

    # --- changes: root reads secrets, anyone who may run pppd reads peers files, everyone reads routes --

    def secrets_change(self, data):
        return Change(self.chap_secrets, data, 0o600, 0o600)

    def pap_secrets_change(self, data):
        return Change(self.pap_secrets, data, 0o600, 0o600)

    def peers_change(self, tunnel, data):
        return Change(self.peers(tunnel), data, 0o640, 0o770)

    def routes_change(self, tunnel, data):
        return Change(self.routes(tunnel), data, 0o644, 0o755)

    def dns_change(self, tunnel, data):
        return Change(self.dns(tunnel), data, 0o644, 0o755)

    def egress_change(self, tunnel, data):
        return Change(self.egress(tunnel), data, 0o644, 0o755)

    def read(self, path):
        """Returns the content, or None if there is no such file."""
        try:
            with open(path, "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None
        except OSError as error:
            if self.without_secrets and path in (self.chap_secrets, self.pap_secrets) and isinstance(error, PermissionError):
                return None
            raise Refused(f"cannot read {path}: {error.strerror}") from None

    def tunnels(self):
        try:
            return sorted(name for name in os.listdir(self.peers_directory) if name[0] != "." and name != DEFAULT_LINK)
        except OSError as error:
            raise self.unreadable_peers(error) from None

    def unreadable_peers(self, error):
        if isinstance(error, PermissionError):
            return Refused(f"cannot read {self.peers_directory}: only root and members of the group dip may. To become one:"
                           " adduser USER dip, and log in again")
        return Refused(f"cannot read {self.peers_directory}: {error.strerror}")

    @contextlib.contextmanager
    def locked(self):
        """Lets one pptpsetup run at a time, and removes the files that a killed one has left."""
        path = os.path.join(self.root, LOCK)
        try:
            if self.root != "/":
                os.makedirs(os.path.dirname(path), exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise Refused(f"cannot lock {path}: {error.strerror}") from None
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            self._clear_away()
            yield
        finally:
            os.close(descriptor)

    def _clear_away(self):
        real = os.path.dirname(os.path.realpath(self.chap_secrets))
        for directory in {real, self.peers_directory, self.routes_directory}:
            try:
                for name in os.listdir(directory):
                    if name.startswith(".") and name.endswith(NEW):
                        os.unlink(os.path.join(directory, name))
            except FileNotFoundError:
                continue
            except OSError as error:
                raise Refused(f"cannot remove what a killed pptpsetup may have left in {directory}: {error.strerror}") from None

    def apply(self, changes):
        for change in changes:
            path = change.path
            try:
                path = _followed(path)
                (_remove if change.data is None else _replace)(path, change)
            except OSError as error:
                raise Refused(f"cannot write {path}: {error.strerror}") from None

    @staticmethod
    def mode_to_close(change):
        """Returns the mode of the file and the one that it gets, or None if more people than should cannot read it."""
        try:
            mode = stat.S_IMODE(os.stat(change.path).st_mode)
        except OSError:
            return None
        return (mode, mode & change.most) if change.data is not None and mode & ~change.most else None

    def show(self, changes, output):
        """Prints what apply() would do, as a diff without the secrets."""
        for change in changes:
            old = self.read(change.path)
            mask = chap_secrets.masked if change.path in (self.chap_secrets, self.pap_secrets) else peers.masked
            if mode := self.mode_to_close(change):
                output.write(printable(f"{change.path}: mode {mode[0]:04o} becomes {mode[1]:04o}") + "\n")
            if old == change.data:
                continue
            lines = [[line.raw for line in words.lines(data or b"")] for data in (old, change.data)]
            names = ["/dev/null" if data is None else change.path for data in (old, change.data)]
            for line in difflib.diff_bytes(difflib.unified_diff, *lines, *map(os.fsencode, names), n=0):
                head = line[:2] if line[:2] in (b"--", b"++", b"@@") else line[:1]
                body = line[len(head):]
                shown = mask(body) if len(head) == 1 else body
                output.write(printable((head + shown.rstrip(b"\n")).decode("utf-8", "backslashreplace"), kept="\t") + "\n")


def _followed(path):
    """Returns the file that a symbolic link points to. The link must belong to root or to us."""
    if not os.path.islink(path):
        return path
    real = os.path.realpath(path)
    if os.lstat(path).st_uid not in (0, os.geteuid()):
        raise Refused(f"{path} is a symbolic link to {real} that does not belong to root: it is not followed")
    passwords.warn(f"{path} is a symbolic link: {real} is written instead")
    return real


def _replace(path, change):
    try:
        old = os.stat(path)
    except FileNotFoundError:
        old = None
    mode = stat.S_IMODE(old.st_mode) & change.most if old else change.mode
    if old and stat.S_IMODE(old.st_mode) == mode and _content(path) == change.data:
        return
    if old and stat.S_IMODE(old.st_mode) != mode:
        passwords.warn(f"{path} was open to more people than it should be; its mode is now {mode:04o}")
    _put(path, change.data, mode, old)


def _put(path, data, mode, old):
    """Writes a new file that only its owner can read, and renames it to `path` in one step."""
    directory, name = os.path.split(path)
    with contextlib.suppress(FileExistsError):
        os.mkdir(directory, 0o755)
    new = os.path.join(directory, f".{name}{NEW}")
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            if old:
                os.fchown(file.fileno(), old.st_uid, old.st_gid)
            file.write(data)
            file.flush()
            os.fchmod(file.fileno(), mode)
            os.fsync(file.fileno())
        os.replace(new, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(new)
        raise
    _sync(directory)


def _remove(path, _):
    with contextlib.suppress(FileNotFoundError):
        os.unlink(path)
        _sync(os.path.dirname(path))


def _content(path):
    with open(path, "rb") as file:
        return file.read()


def _sync(directory):
    """Makes the change survive a power failure."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
