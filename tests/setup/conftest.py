# SPDX-License-Identifier: GPL-2.0-or-later
"""pptpsetup from the installed prefix or from the tree, on the files of a machine below a directory."""
import contextlib
import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
PREFIX = os.environ.get("CALLGATE_PREFIX")
PROGRAM = Path(PREFIX) / "sbin/pptpsetup" if PREFIX else REPOSITORY / "scripts/pptpsetup"
PACKAGE = Path(PREFIX) / "share/callgate/pptpsetup" if PREFIX else REPOSITORY / "scripts/pptpsetup.d"
PPTP = f"{PREFIX}/sbin/pptp" if PREFIX else "/usr/sbin/pptp"  # what the peers files name

sys.path.insert(0, str(PACKAGE))
from callgate_setup.command import main  # noqa: E402


class Machine:
    """A machine with the /etc/ppp of Debian."""

    def __init__(self, root):
        self.root = root
        self.ppp = root / "etc/ppp"
        self.peers = self.ppp / "peers"
        self.peers.mkdir(parents=True)
        self.peers.chmod(0o2750)
        self.secrets = self.ppp / "chap-secrets"

    def command(self, *words):
        return [str(PROGRAM), "--root", str(self.root), *words]

    def start(self, *words, **more):
        """Starts it as a process, with the least careful umask that a caller can have."""
        return subprocess.Popen(self.command(*words), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                stderr=subprocess.PIPE, preexec_fn=lambda: os.umask(0), **more)

    def run(self, *words, given=b"", status=0):
        """Returns (output, error messages). Runs in this process: to start another takes longer."""
        output, errors, stdin = io.StringIO(), io.StringIO(), sys.stdin
        sys.stdin = io.TextIOWrapper(io.BytesIO(given))
        try:
            with contextlib.redirect_stdout(output), contextlib.redirect_stderr(errors):
                found = main([os.fsdecode(word) for word in self.command(*words)])
        finally:
            sys.stdin = stdin
        assert found == status, errors.getvalue()
        return output.getvalue(), errors.getvalue()

    def create(self, name, *options, server="vpn.example.net", username="alice", password=b"secret", **more):
        return self.run("--create", name, "--server", server, "--username", username, "--password-stdin", *options,
                        given=password + b"\n", **more)

    def files(self):
        """Returns every file below /etc/ppp with its content."""
        return {str(path.relative_to(self.ppp)): path.read_bytes()
                for path in sorted(self.ppp.rglob("*")) if path.is_file()}


@pytest.fixture
def machine(tmp_path):
    return Machine(tmp_path / "root")
