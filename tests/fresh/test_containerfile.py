# SPDX-License-Identifier: GPL-2.0-or-later
"""Containerfile, instruction by instruction and without a container engine, and the image that it makes."""
import json
import os
import re
import signal
import subprocess

import pytest

from lab.container import run_image
from lab.host import Host, connect
from lab.lines import wait_until
from lab.own_time import EVENT
from lab.programs import REPOSITORY

# What debootstrap makes is what the slim images of Debian contain, but for the documentation that they leave out.
RELEASES = {"debian:bookworm-slim": "12", "debian:trixie-slim": "13"}
NAMES = {"PPTP_USER": "alice", "PPTP_PASSWORD": "secret"}
INSTRUCTIONS = [line.split(None, 1)
                for line in (REPOSITORY / "Containerfile").read_text(encoding="utf-8").replace("\\\n", "").splitlines()
                if line and not line.startswith("#")]
RELEASE = RELEASES[INSTRUCTIONS[0][1].split()[0]]


def follow(new_root):
    """The roots of the stages, by name and in their order, and the words of ENTRYPOINT."""
    stages, entry = {}, None
    for instruction, rest in INSTRUCTIONS:
        words = rest.split()
        if instruction == "FROM":
            root, directory = new_root(RELEASES[words[0]]), "/"
            stages[words[-1]] = root
        elif instruction == "COPY":
            copy(stages, root, *words)
        elif instruction == "WORKDIR":
            directory = rest
        elif instruction == "RUN":
            root.run(rest, directory)
        else:
            assert instruction == "ENTRYPOINT", f"this test does not know {instruction}"
            entry = json.loads(rest)
    return stages, entry


def copy(stages, root, *words):
    """COPY . TARGET gets a clone, as its user's directory is one; COPY --from=STAGE SOURCE TARGET."""
    source, target = words[-2:]
    if len(words) == 2:
        assert source == "."
        root.clone(target)
    else:
        stage = stages[words[0].removeprefix("--from=")]
        subprocess.run(["cp", "-a", f"{stage.inside(source)}/.", root.inside(target)], check=True)


@pytest.mark.parametrize("release", [RELEASE])
def test_the_image_dials_with_the_devices_and_capabilities_of_containers_md(new_root, release):
    stages, entry = follow(new_root)
    build, image = stages["build"], list(stages.values())[-1]
    assert image.release == release
    build.run("meson compile -C /build pptp-test-server", "/src")
    with Host("server") as server, Host("engine") as engine:
        connect("10.9.0.0/24", engine, server)
        serving = run_image(server, build.path, "/build/tests/server/pptp-test-server", "--mppe", "128")
        serving.stdout.wait("^listening$")
        process = run_image(engine, image.path, *entry, PPTP_SERVER=server.address, **NAMES)
        serving.stdout.wait("^call 1: .*IPv4 up")
        wait_until(lambda: "10.0.0.2" in engine.ip("address", "show", "dev", "ppp0"), what="the address is set")
        engine.run("ping", "-n", "-q", "-c", 3, "-i", 0.2, "-W", 5, "-I", "ppp0", "10.0.0.1")
        with open(f"/proc/{process.pid}/task/{process.pid}/children", encoding="ascii") as children:
            os.kill(int(children.read()), signal.SIGTERM)
        serving.stdout.wait("^call 1: .*the client terminates the link")
        assert process.wait_exit(EVENT) == 5
        assert not re.search("not found|No such file|cannot open shared object", process.stdout.text + process.stderr.text)
