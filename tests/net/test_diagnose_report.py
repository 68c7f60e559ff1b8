# SPDX-License-Identifier: GPL-2.0-or-later
"""The file that pptpctl diagnose --report writes: root may write it into a directory of others."""
import os

from lab import programs

LOG = "pppd 2.4.9 started by root, uid 0\nCHAP authentication failed\nConnection terminated.\n"


def report(net, file):
    net.client.write_file("/run/lab/tunnel.log", LOG)
    return net.client.run(programs.installed().pptpctl, "diagnose", "--log", "/run/lab/tunnel.log",
                          "--report", file, check=False)


def test_a_report_follows_no_link_and_replaces_no_file(net):
    net.client.write_file("/run/lab/mine", "mine")
    net.client.run("chmod", "0666", "/run/lab/mine")
    net.client.run("ln", "-s", "/run/lab/elsewhere", "/run/lab/link")
    for file in ("/run/lab/mine", "/run/lab/link"):
        refused = report(net, file)
        assert refused.returncode == 2
        assert f"cannot write the report {file}, which must be a new file: File exists" in refused.stderr
    assert net.client.run("cat", "/run/lab/mine").stdout == "mine"
    assert not os.path.lexists(net.client.path("/run/lab/elsewhere"))


def test_a_new_report_is_private(net):
    assert report(net, "/run/lab/report").returncode == 1
    assert os.stat(net.client.path("/run/lab/report")).st_mode & 0o7777 == 0o600
