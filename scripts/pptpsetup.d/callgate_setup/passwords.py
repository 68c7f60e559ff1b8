# SPDX-License-Identifier: GPL-2.0-or-later
"""Where a password comes from: the best place first. All end as octets, which pppd takes as they are."""
import getpass
import os
import sys

from . import checks
from .checks import Refused

FROM_ARGV = ("a password on the command line is seen by every user of this machine while the command runs, and"
             " stays in the shell's history: --password-stdin and --password-file are better")
NOT_ASCII = ("the password has characters beyond ASCII: pppd hands their octets to MS-CHAPv2 one by one, which not"
             " every server takes for the same characters")


def obtain(wish, must):
    """None where nothing is asked for, unless one must be had: then from the terminal, or the first
    line of what is piped to us, as pptp-linux's pptpsetup has it."""
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
    print(f"pptpsetup: {sentence}", file=sys.stderr)
