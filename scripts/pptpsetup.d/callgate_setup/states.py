# SPDX-License-Identifier: GPL-2.0-or-later
"""The state of all tunnels, in one look at the processes and one question to systemd."""
import contextlib
import datetime
import os
import subprocess

from . import service

ASKED = ("Id", "ActiveState", "SubState", "StatusText")
FAILED = "failed: "  # pptp-unit-diagnosis begins the unit's status with it


def states(root, tunnels):
    """Returns the state of each of these tunnels: what --status has, and what the unit says. The interface that the tunnel has now
    is running_interface, because --list has the name that the settings give it as interface."""
    running = service.callers() if root == "/" else {}
    units = unit_properties(tunnels) if root == "/" else {}
    return {tunnel: state(root, tunnel, running.get(tunnel, {}), units.get(service.unit(tunnel), {})) for tunnel in tunnels}


def state(root, tunnel, running, unit):
    found = service.status(tunnel, running)
    word, said = found["state"], unit.get("StatusText", "")
    if word == "down" and unit.get("ActiveState") in ("failed", "activating"):
        word = {"failed": "failed", "activating": "waiting"}[unit["ActiveState"]]
    return {"state": word, "running_interface": found["interface"], "address": found["address"], "peer": found["peer"],
            "program": found["program"], "pid": found["pid"], "since": since(found["interface"]) if word == "up" else None,
            "unit": service.unit(tunnel), "unit_active": unit.get("ActiveState"), "enabled": service.is_enabled(root, tunnel),
            "failure": said.removeprefix(FAILED) if said.startswith(FAILED) and word != "up" else None}


def since(interface):
    """Returns when the interface got its pid file, which is when it came up."""
    with contextlib.suppress(OSError):
        time = datetime.datetime.fromtimestamp(os.stat(f"/run/{interface}.pid").st_mtime, datetime.timezone.utc)
        return time.strftime("%Y-%m-%dT%H:%M:%SZ")
    return None


def unit_properties(tunnels):
    """Returns what systemd says of the units, by their names; nothing without systemd."""
    if not tunnels or not os.path.isdir("/run/systemd/system"):
        return {}
    with contextlib.suppress(OSError):
        done = subprocess.run(["systemctl", "show", f"--property={','.join(ASKED)}", *map(service.unit, tunnels)],
                              capture_output=True, text=True, errors="backslashreplace", check=False)
        blocks = [dict(line.partition("=")[::2] for line in block.split("\n")) for block in done.stdout.split("\n\n")]
        return {block["Id"]: block for block in blocks if "Id" in block}
    return {}
