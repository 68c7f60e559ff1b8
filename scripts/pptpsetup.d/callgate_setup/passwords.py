# SPDX-License-Identifier: GPL-2.0-or-later
"""Gets the password from one of its sources, as octets, because pppd passes them on unchanged."""
import getpass
import os
import sys

from . import checks
from .checks import Refused

FROM_ARGV = ("every user of this machine can see a password on the command line while the command runs, and it"
             " stays in the shell's history: --password-stdin and --password-file are safer")
NOT_ASCII = ("the password has characters outside ASCII: pppd passes them to MS-CHAPv2 octet by octet, and not every"
             " server understands them as the same characters")


def obtain(wish, must):
    """Returns the password, or None if no option asks for one and `must` is false. If no option gives it, it is
    read from the terminal or from the first line of standard input, as pptp-linux's pptpsetup does."""
    if wish.password:
        warn(FROM_ARGV)
        secret = os.fsencode(wish.password)
    elif wish.password_file is not None:
        secret = from_file(wish.password_file)
    elif must or wish.password_stdin or wish.password is not None:
        secret = from_stdin(wish.tunnel)
    else:
        return None
    secret = checks.password(secret)
    if not secret.isascii():
        warn(NOT_ASCII)
    return secret


def from_file(path):
    try:
        with open(path, "rb") as file:
            return without_newline(file.read(4 * checks.PASSWORD_LIMIT))
    except OSError as error:
        raise Refused(f"cannot read the password from {path}: {error.strerror}") from None


def from_stdin(tunnel):
    if sys.stdin.isatty():
        try:
            return os.fsencode(getpass.getpass(f"Password for {tunnel}: "))
        except EOFError:
            raise Refused("no password was given") from None
    return without_newline(sys.stdin.buffer.readline(4 * checks.PASSWORD_LIMIT))


def without_newline(data):
    return data[:-2] if data.endswith(b"\r\n") else data[:-1] if data.endswith(b"\n") else data


def warn(sentence):
    print(f"pptpsetup: {checks.printable(sentence)}", file=sys.stderr)
