# SPDX-License-Identifier: GPL-2.0-or-later
"""pptp-metrics.service sees the tunnels in spite of its confinement, and writes node_exporter's file."""
import os
import re
import shutil
from pathlib import Path

import pytest

METRICS = "pptp-metrics.service"
DIRECTORY = Path("/var/lib/prometheus/node-exporter")  # of Debian's prometheus-node-exporter
FILE = DIRECTORY / "pptp.prom"


@pytest.fixture
def collector():
    DIRECTORY.mkdir(parents=True)
    yield
    shutil.rmtree(DIRECTORY.parent)


def test_the_figures_of_a_tunnel_are_in_the_file(machine, server, collector):
    machine.start_tunnels("work")
    machine.systemctl("start", METRICS)
    text = FILE.read_text(encoding="ascii")
    assert "\npptp_callmgr_running 1\n" in text
    assert re.search(r"\npptp_call_tx_sent_total\{[^}]*\} [1-9]", text), text
    assert server.address in text
    assert os.listdir(DIRECTORY) == [FILE.name]
    assert not machine.failed_units()


def test_without_node_exporter_s_directory_it_is_skipped_and_nothing_fails(machine):
    machine.systemctl("start", METRICS)
    assert machine.show(METRICS, "ConditionResult") == "no"
    assert not machine.failed_units()
