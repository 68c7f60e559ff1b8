#!/usr/bin/python3 -B
# SPDX-License-Identifier: GPL-2.0-or-later
"""check_hardening.py READELF BUILD PROGRAM... -- FLAG...: what makes an intruder's work harder is in every program.

FLAGs are those that meson.build has found for this compiler. The package adds the same ones, so a build from
source must not have fewer.
"""
import json
import os
import subprocess
import sys

REQUIRED = {"-fstack-protector-strong", "-fstack-clash-protection"}  # every compiler that we support has them
OF_PROCESSOR = {"x86_64": "-fcf-protection", "aarch64": "-mbranch-protection=standard"}


def read(readelf, option, program):
    return subprocess.run([readelf, "--wide", option, program], capture_output=True, text=True, check=True,
                          env={**os.environ, "LC_ALL": "C"}).stdout


def missing_in(readelf, program):
    """Yields what the program lacks."""
    segments = {line.split()[0]: line for line in read(readelf, "--program-headers", program).splitlines()
                if line.startswith("  GNU_")}
    dynamic = read(readelf, "--dynamic", program)
    if "FLAGS_1" not in dynamic or "PIE" not in dynamic.split("FLAGS_1", 1)[1].split("\n", 1)[0]:
        yield "a position of its own at each start (PIE)"
    if "GNU_RELRO" not in segments:
        yield "tables that are read-only after the start (RELRO)"
    if "BIND_NOW" not in dynamic:
        yield "all its functions found at the start (BIND_NOW), without which RELRO is not full"
    if " RWE " in segments.get("GNU_STACK", " RWE "):
        yield "a stack that cannot be executed"
    if "__stack_chk_fail" not in read(readelf, "--dyn-syms", program):
        yield "a guard on its stack (stack protector)"


def compiled_without(build, flags):
    """Yields the first source that lacks a flag, for each flag."""
    with open(f"{build}/compile_commands.json", encoding="utf-8") as commands:
        # The processor of the building machine runs insert_tables, which is no part of the product.
        ours = [c for c in json.load(commands) if not c["output"].startswith("doc/")]
    assert ours, "no source is compiled"
    for flag in flags:
        without = next((c["file"] for c in ours if flag not in c["command"].split()), None)
        if without:
            yield f"{without} is compiled without {flag}"


def main(readelf, build, *words):
    separator = words.index("--")
    programs, flags = words[:separator], set(words[separator + 1:])
    assert programs
    found = [f"{program} lacks {what}" for program in programs for what in missing_in(readelf, program)]
    required = REQUIRED | {OF_PROCESSOR.get(os.uname().machine)} - {None}
    found += [f"the compiler is not given {flag}" for flag in required - flags]
    found += compiled_without(build, sorted(flags))
    print("\n".join(found) or f"{len(programs)} programs are hardened")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
