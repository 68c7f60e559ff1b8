# SPDX-License-Identifier: GPL-2.0-or-later
"""The actions of the rules of pptpctl diagnose: pptpsetup takes each of them."""
import json
import tomllib

import pytest
from conftest import REPOSITORY
from test_repair import BROKEN

from callgate_setup import repair

RULES = REPOSITORY / "callmgr/diagnose/rules"
VALUES = {"password": None, "username": "bob", "mtu": "1400"}  # what a user enters, or what is measured
FOR_PROGRAMS = [(rule["id"], action) for file in sorted(RULES.glob("*.toml"))
                for rule in tomllib.loads(file.read_text(encoding="utf-8")).get("rule", [])
                for action in rule.get("actions", []) if action["kind"] != "module"]
WEAKER = {("mppe", "none"), ("login", "any")}


def state(machine):
    return machine.files(), machine.secrets.stat().st_mode


@pytest.mark.parametrize("rule, action", FOR_PROGRAMS, ids=[f"{rule} {action['option']}" for rule, action in FOR_PROGRAMS])
def test_pptpsetup_takes_the_action(machine, rule, action):
    machine.create("work", "--mppe-stateful" if action["option"] != "mppe-stateful" else "--debug", "--login", "mschap-v2")
    value = action.get("value") or (VALUES[action["option"]] if action["kind"] != "set" else None)
    words = (f"--{action['option']}", *((value,) if value else ())) if action["option"] != "password" else ("--password-stdin",)
    if action["option"] == "repair":  # it needs a fault: test_repair.py
        assert action["value"] in repair.KINDS
        (machine.peers / "work").write_bytes(BROKEN)
        machine.secrets.write_bytes(b"alice work x\n")
        machine.secrets.chmod(0o644)
    before = state(machine)
    machine.run("--edit", "work", *words, given=b"another\n")
    assert state(machine) != before or action.get("value") in ("none", "mschap-v2"), "it changes nothing"
    assert action.get("confirm", False) == ((action["option"], action.get("value")) in WEAKER)


def test_the_documents_name_the_kinds_that_exist():
    schema = json.loads((REPOSITORY / "doc/follow.schema.json").read_text(encoding="utf-8"))
    kinds = schema["$defs"]["finding"]["properties"]["actions"]["items"]["properties"]["kind"]["enum"]
    assert {action["kind"] for _, action in FOR_PROGRAMS} | {"module"} == set(kinds)
