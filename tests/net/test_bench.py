# SPDX-License-Identifier: GPL-2.0-or-later
"""scripts/bench/all runs from end to end, and its pictures show what they are given. No figure is judged here."""
import importlib
import json
import os
import shutil
import subprocess
import xml.etree.ElementTree as xml
from pathlib import Path

import pytest

from lab import programs

BENCH = programs.REPOSITORY / "scripts/bench/all"
BUILD = Path(programs.installed().pptp).parents[2]  # has the bench's helpers


@pytest.mark.ordinary_build
@pytest.mark.skipif(not (BUILD / "build.ninja").exists() or not shutil.which("pptp", path="/usr/sbin"),
                    reason="needs the directory of the build, and pptp-linux")
def test_every_benchmark_runs_and_is_reported(tmp_path):
    subprocess.run([BENCH, "--quick", "--out", tmp_path], check=True, timeout=300,
                   stdout=subprocess.DEVNULL, env={**os.environ})
    parts = {part["part"]: part for part in json.loads((tmp_path / "bench.json").read_text())}
    assert set(parts) == {"gateway", "calls", "connect", "tunnel"}
    assert {"pptp-linux", "Callgate", "floor"} == {r["contender"] for r in parts["gateway"]["results"]}
    assert all(r["p50"] > 0 for r in parts["gateway"]["results"])
    assert {r["calls"] for r in parts["calls"]["results"]} == {1, 3}
    assert all(r["cpu"] > 0 and r["loss"] < 1 for r in parts["calls"]["results"])
    assert all(r["ms"] > 0 for r in parts["connect"]["results"])
    tunnels = parts["tunnel"]["results"]
    assert {"Callgate", "floor"} == {r["contender"] for r in tunnels if "contender" in r}
    for key in ("mbit", "us", "received", "p50", "memory", "cpu", "ms"):
        assert [r for r in tunnels if r.get(key, 0) > 0], f"no {key} in {tunnels}"
    tables = (tmp_path / "bench.md").read_text()
    assert tables.count("\n|---") == 5 and "KiB each" in tables
    assert xml.parse(tmp_path / "bench.svg").getroot().tag.endswith("svg")


def test_the_picture_of_tunnels_has_a_bar_for_each_contender(monkeypatch):
    monkeypatch.syspath_prepend(str(BENCH.parent))
    report = importlib.import_module("report")
    drawn = xml.fromstring(report.plot_tunnels([
        {"load": "TCP up, 1 flow", "mode": "MPPE", "contender": "Callgate", "mbit": 168.7},
        {"load": "TCP up, 1 flow", "mode": "MPPE", "contender": "kernel", "mbit": 91.1},
        {"load": "ping", "mode": "MPPE", "contender": "kernel", "p50": 100}]))
    widths = [float(bar.get("width")) for bar in drawn.iter("{http://www.w3.org/2000/svg}rect") if bar.get("x")]
    assert len(widths) == 2 and widths[0] / widths[1] == pytest.approx(168.7 / 91.1, rel=0.01)
