# SPDX-License-Identifier: GPL-2.0-or-later
"""Users who have logged in by the real logind, and what the real polkit lets them do."""
import contextlib
import os
import pwd
import shutil
import signal
import subprocess
from pathlib import Path

from . import programs
from .dialogue import Dialogue
from .lines import wait_until
from .units import UNITS

SHARE = programs.prefix() / "share/polkit-1"
POLKIT = Path("/usr/lib/polkit-1/polkitd")
# What the package installs, and who is an administrator here.
RULE, POLICY = Path("/etc/polkit-1/rules.d/60-callgate.rules"), Path("/usr/share/polkit-1/actions/org.callgate.policy")
ADMINISTRATORS = Path("/etc/polkit-1/rules.d/10-administrator.rules")
SERVICES = ("dbus.service", "systemd-logind.service", "polkit.service")
MEMBER, READER, OUTSIDER, ADMINISTRATOR = "member-of-dip", "reader-of-the-journal", "outsider", "administrator"
PASSWORD = "correct horse"


@contextlib.contextmanager
def users(machine):
    """A member of dip, one who also reads the journal, a user outside of it, and an administrator with a password. polkit and
    logind run."""
    for name, groups in (MEMBER, ["-G", "dip"]), (READER, ["-G", "dip,systemd-journal"]), (OUTSIDER, []), (ADMINISTRATOR, []):
        machine.run("useradd", "--no-create-home", "--shell", "/bin/sh", *groups, name)
    subprocess.run(["chpasswd"], input=f"{ADMINISTRATOR}:{PASSWORD}\n", text=True, check=True)
    shutil.copy(SHARE / "rules.d/60-callgate.rules", RULE)
    shutil.copy(SHARE / "actions/org.callgate.policy", POLICY)
    ADMINISTRATORS.write_text(f'polkit.addAdminRule(function () {{ return ["unix-user:{ADMINISTRATOR}"]; }});\n')
    Path("/run/nologin").unlink(missing_ok=True)
    (UNITS / "systemd-logind.service").unlink(missing_ok=True)  # it is masked
    (UNITS / "user@.service").symlink_to("/dev/null")  # no test needs it
    machine.systemctl("daemon-reload")
    machine.systemctl("start", *SERVICES)
    yield
    machine.systemctl("stop", *SERVICES[1:], check=False)
    for file in RULE, POLICY, ADMINISTRATORS, UNITS / "user@.service":
        file.unlink()
    (UNITS / "systemd-logind.service").symlink_to("/dev/null")
    for name in MEMBER, READER, OUTSIDER, ADMINISTRATOR:
        machine.run("userdel", "--force", name, check=False)


def in_session(name, *properties):
    """The words that start a program in a session of this user."""
    return ["systemd-run", "--quiet", "--collect", "-p", "PAMName=login", "-p", f"User={name}", *properties]


def logged_in(machine, name, *commands):
    """Runs commands of the shell in a session of this user. Returns (exit status, output and errors) of each."""
    script = "\n".join(f"{{ {command}; }} 2>&1; echo STATUS=$?" for command in commands)
    said = machine.run(*in_session(name, "--pipe", "--wait"), "--", "sh", "-c", script, check=False).stdout
    parts = said.split("STATUS=")
    assert len(parts) == len(commands) + 1, said
    return [(int(after.split()[0]), before) for before, after in zip(parts, parts[1:])]


class SessionProcess:
    """A program that goes on in a session of a user. It has what lab.window wants of a subprocess.Popen."""

    def __init__(self, machine, name, argv, environment, log):
        unit = f"session-of-{name}"
        settings = [f"--setenv={key}={value}" for key, value in environment.items()]
        machine.run(*in_session(name, f"--unit={unit}", "-p", f"StandardOutput=append:{log}", "-p", f"StandardError=append:{log}",
                                *settings), "--", *argv)
        self.pid = int(machine.show(unit, "MainPID"))
        self.returncode = "unknown"  # only systemd has it

    def poll(self):
        return None if self.pid and Path(f"/proc/{self.pid}").exists() else self.returncode

    def terminate(self):
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGTERM)

    def wait(self):
        wait_until(lambda: self.poll() is not None, what="the end of the session's program")


@contextlib.contextmanager
def authentication_agent(name, pid):
    """pkttyagent at a terminal, which answers polkit's questions for this process of the user. Yields the Dialogue."""
    user, (registered, notify) = pwd.getpwnam(name), os.pipe()
    as_user = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--init-groups", "--"]
    with Dialogue([*as_user, "pkttyagent", "--process", pid, "--notify-fd", notify], pass_fds=[notify]) as agent:
        os.close(notify)
        os.read(registered, 1)  # its end
        os.close(registered)
        assert agent.process.poll() is None, agent.transcript
        yield agent
