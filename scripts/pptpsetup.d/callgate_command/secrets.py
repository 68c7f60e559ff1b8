# SPDX-License-Identifier: GPL-2.0-or-later
"""The menus of chap-secrets and pap-secrets. No password is ever shown."""
import os
import re
from typing import NamedTuple, Optional

from callgate_setup import checks, words
from callgate_setup.checks import Refused

from . import terminal
from .terminal import say

MARK = b"# added by pptp-command"
OURS = re.compile(rb"# added by (pptp-command|pptpsetup for (\S+))")
KINDS = {"chap": "CHAP", "pap": "PAP"}


class Secret(NamedTuple):
    at: int  # number of its line, from 0
    words: list
    mark: Optional[int]  # number of the line that says that we have written it

    @property
    def names(self):
        return self.words[0], self.words[1]

    @property
    def text(self):
        local, remote, rest = *map(shown, self.names), b" ".join(self.words[3:]).decode("ascii", "backslashreplace")
        return f"{local}  {remote}  *****  {rest}".rstrip()


def shown(word):
    return word.decode("utf-8", "backslashreplace")


def secrets(data):
    """Returns the secrets of the file."""
    lines = words.lines(data)
    found = []
    for at, line in enumerate(lines):
        if len(line.words) >= 3:
            mark = OURS.fullmatch(lines[at - 1].raw.rstrip()) if at else None
            own = mark and mark[2] in (None, line.words[1])
            found.append(Secret(at, line.words, at - 1 if own else None))
    return found


def has(data, local, remote):
    """Whether pppd would find a secret for these two names."""
    return any(secret.words[0] in (local, b"*") and secret.words[1] in (remote, b"*") for secret in secrets(data or b""))


def added(data, local, remote, password):
    """Returns the text with a new secret at its end. The old pptp-command wrote two lines without an address, with which
    pppd accepts no peer's address."""
    if any(secret.names == (local, remote) for secret in secrets(data)):
        raise Refused(f"there is a secret of {shown(local)} for {shown(remote)} already: change it, or delete it first")
    return words.ended(data) + MARK + b"\n" + entry(local, remote, password, [b"*"])


def entry(local, remote, password, rest):
    names = [word if word == b"*" else words.written(word) for word in (local, remote)]
    addresses = [word if word == b"*" else words.written(word) for word in rest]
    return b" ".join([*names, words.quoted(password), *addresses]) + b"\n"


def changed(data, secret, password):
    lines = [line.raw for line in words.lines(data)]
    lines[secret.at] = entry(*secret.names, password, secret.words[3:])
    return b"".join(lines)


def deleted(data, secret):
    """Also removes our mark, the empty line before it, and the second line that the old pptp-command wrote."""
    lines = words.lines(data)
    gone = {secret.at} | ({secret.mark} if secret.mark is not None else set())
    if secret.mark and lines[secret.mark - 1].raw == b"\n":
        gone.add(secret.mark - 1)
    local, remote, password = secret.words[:3]
    gone |= {other.at for other in secrets(data) if secret.mark is None and other.words == [remote, local, password]}
    return b"".join(line.raw for at, line in enumerate(lines) if at not in gone)


# --- questions ------------------------------------------------------------------------------------------

def name(text):
    """Takes one backslash or two between domain and user: the old pptp-command wanted two."""
    return checks.login(text.replace("\\\\", "\\"))


def remote_name(text):
    return b"*" if text == "*" else name(text)


def new_password(question="Password"):
    while True:
        try:
            return checks.password(terminal.password(f"{question}: "))
        except Refused as error:
            terminal.explain(terminal.sentence(error))


class Menu:
    def __init__(self, files, kind):
        self.files, self.kind = files, KINDS[kind]
        self.path = files.chap_secrets if kind == "chap" else files.pap_secrets

    def run(self):
        terminal.menu(lambda: [(f"List {self.kind} secrets", self.show), (f"Add a New {self.kind} secret", self.add),
                               (f"Delete a {self.kind} secret", self.delete), ("Quit", None),
                               (f"Change a {self.kind} secret", self.change)])

    def data(self):
        return self.files.read(self.path) or b""

    def show(self):
        found = secrets(self.data())
        say(f"Current {self.kind} secrets:")
        for secret in found:
            say(f"    {secret.text}")
        if not found:
            say("    None.")

    def add(self):
        say(f"Add a NEW {self.kind} secret.")
        say("The local name is your name on the server, as alice or CORP\\alice.")
        local = terminal.ask("Local Name", name)
        say("The remote name is that of the line remotename in the tunnel's peers file.")
        remote = terminal.ask("Remote Name", remote_name, "PPTP")
        password = new_password()
        self.write(lambda data: added(data, local, remote, password))
        say(f"Added secret {shown(local)} {shown(remote)} *****")

    def delete(self):
        secret = self.chosen(f"Remove which {self.kind} secret?:", "delete")
        self.write(lambda data: deleted(data, self.again(data, secret)))
        say(f"Deleted secret {secret.text}")

    def change(self):
        secret = self.chosen(f"Change the password of which {self.kind} secret?:", "change")
        password = new_password("New password")
        self.write(lambda data: changed(data, self.again(data, secret), password))
        say(f"Changed secret {secret.text}")

    def chosen(self, question, verb):
        """Asks which secret is meant, and asks again in a way that fits its owner."""
        found = secrets(self.data())
        if not found:
            raise Refused(f"{self.path} has no secret")
        at = terminal.choose([secret.text for secret in found] + ["None"], question)
        if at == len(found):
            raise terminal.Left
        secret = found[at]
        local = shown(secret.words[0])
        if secret.mark is not None:
            if verb == "delete" and not terminal.yes(f"Delete the secret of {local} for {shown(secret.words[1])}?", False):
                raise terminal.Left
        else:
            typed = terminal.line(f"pptp-command did not write this secret. To {verb} it, type {local} again: ")
            if os.fsencode(typed) == secret.words[0]:
                return secret
            raise terminal.Left
        return secret

    def again(self, data, secret):
        """Returns the secret as it is now: another program may have changed the file while the user was typing."""
        for found in secrets(data):
            if found.words == secret.words:
                return found
        raise Refused(f"{self.path} was changed meanwhile: nothing is written")

    def write(self, make):
        with self.files.locked():
            self.files.apply([self.files.secrets(self.path, make(self.data()))])
