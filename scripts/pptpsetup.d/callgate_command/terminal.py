# SPDX-License-Identifier: GPL-2.0-or-later
"""Asks the user. Everything is plain lines, so it works on a serial line, with a screen reader and with expect."""
import contextlib
import os
import sys
import termios
import textwrap

from callgate_setup.checks import Refused, printable

LEAVE = ("q", "quit")
WIDTH = 79  # of a terminal with 80 columns, the last of which stays empty


class Left(Exception):
    """The user leaves a menu or a question, with q or at the end of input."""


class NoAnswer(Left):
    """The input has ended. The caller leaves all menus."""


def say(*lines):
    """Their words may come from files and other programs, so what drives a terminal is escaped."""
    print("\n".join(printable(text, kept="\t") for text in lines), flush=True)


def line(prompt):
    """Returns a line as the user has typed it, without blanks around it."""
    return os.fsdecode(_octets(prompt)).strip()


def _octets(prompt):
    sys.stdout.write(printable(prompt))
    sys.stdout.flush()
    data = sys.stdin.buffer.readline()
    if not data:
        say()
        raise NoAnswer
    return data.rstrip(b"\r\n")


def password(prompt):
    """Returns the octets that the user types, which the terminal does not show."""
    if not sys.stdin.isatty():
        return _octets(prompt)
    with _without_echo(sys.stdin.fileno()):
        return _octets(prompt)


@contextlib.contextmanager
def _without_echo(terminal):
    before = termios.tcgetattr(terminal)
    silent = termios.tcgetattr(terminal)
    silent[3] &= ~termios.ECHO
    # TCSAFLUSH would drop what a script has sent before it was asked.
    termios.tcsetattr(terminal, termios.TCSADRAIN, silent)
    try:
        yield
    finally:
        termios.tcsetattr(terminal, termios.TCSADRAIN, before)
        say()


def ask(question, check=None, default=None):
    """Asks until check() takes the answer, and returns what check() returns. An empty answer is the default."""
    shown = f" [{default}]" if default else ""
    while True:
        answer = line(f"{question}{shown}: ") or (default or "")
        if answer in LEAVE:
            raise Left
        if not check:
            return answer
        try:
            return check(answer)
        except Refused as error:
            explain(f"{sentence(error)} Type q to leave.")


def yes(question, default):
    """`default` is what an empty answer means."""
    while True:
        answer = line(f"{question} [{'Y/n' if default else 'y/N'}]: ").lower()
        if answer in LEAVE:
            raise Left
        if not answer:
            return default
        if answer in ("y", "yes", "n", "no"):
            return answer[0] == "y"
        say("Type y for yes, n for no, or q to leave.")


def choose(items, question):
    """Shows the items as a menu and returns the number of the one that is chosen, from 0. The answer is its number
    or its first word."""
    while True:
        for number, item in enumerate(items, 1):
            say(f"{number}.) {item}")
        while answer := line(f"{question} "):
            if answer in LEAVE:
                raise Left
            if answer.isascii() and answer.isdigit() and 1 <= int(answer) <= len(items):
                return int(answer) - 1
            named = [at for at, item in enumerate(items) if item.split()[0] == answer]
            if named:
                return named[0]
            last = f" to {len(items)}" if len(items) > 1 else ""
            explain(f"{answer!r} is not in this menu. Type a number from 1{last}, q to leave, or nothing to see the menu"
                    " again.")


def menu(items, question="?:"):
    """Shows a menu again and again until the user leaves it. items() returns pairs of a text and a function; None as
    the function leaves the menu. What a function refuses is shown, and the menu goes on."""
    while True:
        say()
        shown = items()
        try:
            action = shown[choose([text for text, _ in shown], question)][1]
        except NoAnswer:
            raise
        except Left:
            return
        if action is None:
            return
        attempt(action)


def attempt(action):
    try:
        action()
    except NoAnswer:
        raise
    except Left:
        say("Nothing was changed.")
    except Refused as error:
        explain(sentence(error))


def sentence(error):
    """The functions that refuse something leave out the capital and the full stop."""
    text = str(error)
    begin = text[:1] if text.startswith("pptp") else text[:1].upper()  # the name of a program
    return begin + text[1:] + ("" if text.endswith(".") else ".")


def explain(text):
    """Shows a text that may be longer than a line."""
    say(*textwrap.wrap(text, WIDTH, break_long_words=False, break_on_hyphens=False))
