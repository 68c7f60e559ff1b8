# SPDX-License-Identifier: GPL-2.0-or-later
"""A tunnel that was found in a file of another program: every field of the file, and what becomes of it."""
import re
import shlex

from . import arguments, checks, pppd_options
from .checks import Refused

TAKEN, NOT_NEEDED, NOT_UNDERSTOOD = "taken", "not needed", "not understood"
RUNS_A_PROGRAM, PASSWORD = "runs a program", "password"
MASK = "********"
FIELDS_LIMIT = 1000


class Found:
    def __init__(self, name, source):
        self.name, self.source, self.fields = tunnel_name(name), source, []
        self.secret = None  # octets; the password that the file has
        self.text = None  # octets; the file itself, if it is a peers file

    def take(self, field, value, *options):
        """The field becomes these options of --create, unless pptpsetup would refuse them."""
        try:
            wish = arguments.parse(["--create", self.name, "--server", "x", "--username", "x", *options])
            checks.login(wish.username, wish.domain or "")
        except (Refused, arguments.Usage):
            return self.note(field, value, NOT_UNDERSTOOD)
        if not all(map(pppd_options.is_kept, wish.pppd_line or [])):
            return self.note(field, value, NOT_UNDERSTOOD)
        return self.note(field, value, TAKEN, *options)

    def note(self, field, value, result, *options):
        if len(self.fields) == FIELDS_LIMIT:
            raise Refused(f"{self.name} has more than {FIELDS_LIMIT} fields")
        self.fields.append({"field": field, "value": text_of(value), "result": result, "options": list(options)})

    def password(self, field, secret):
        self.secret = secret
        self.note(field, MASK, PASSWORD)

    def leave(self, field, value=""):
        self.note(field, value, NOT_UNDERSTOOD)

    def skip(self, field, value=""):
        self.note(field, value, NOT_NEEDED)

    @property
    def options(self):
        return ["--create", self.name, *(word for field in self.fields for word in field["options"])]

    @property
    def not_understood(self):
        return self._with_result(NOT_UNDERSTOOD, ": ")

    @property
    def runs_programs(self):
        return self._with_result(RUNS_A_PROGRAM, " ")

    def _with_result(self, result, between):
        return [f"{field['field']}{between}{field['value']}" for field in self.fields if field["result"] == result]

    def described(self):
        return {"tunnel": self.name, "source": self.source, "options": self.options, "password_in_file": self.secret is not None,
                "fields": self.fields, "not_understood": self.not_understood,
                "runs_programs": self.runs_programs}

    @property
    def table(self):
        """The rows that a user sees. The file may come from anywhere, so nothing of it reaches the terminal unchecked."""
        rows = [(field["field"], field["value"], field["result"], shlex.join(field["options"])) for field in self.fields]
        return [("FIELD", "VALUE", "RESULT", "OPTIONS"), *(tuple(map(checks.printable, row)) for row in rows)]

    @property
    def command_line(self):
        return checks.printable(shlex.join(["pptpsetup", *self.options]))


def tunnel_name(text):
    """Returns a name that pptpsetup takes, and that is as near to the text as possible."""
    name = re.sub(r"\.{2,}", ".", re.sub(r"[^A-Za-z0-9_.-]+", "-", text)).lstrip(".-")[:checks.NAME_LIMIT]
    return checks.tunnel(name or "imported")


def text_of(value):
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else "" if value is None else str(value)
