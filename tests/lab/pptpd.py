# SPDX-License-Identifier: GPL-2.0-or-later
"""Debian's pptpd with echo_ppp.py instead of its pppd, so that it needs no kernel PPP."""
from pathlib import Path

from . import programs
from .lines import wait_until

PPTPD = "/usr/sbin/pptpd"
ECHO_PPP = Path(programs.REPOSITORY) / "tests/lab/echo_ppp.py"


def start_pptpd(host, ppp=ECHO_PPP):
    """pptpd in the foreground on a host; its words are in the host's syslog."""
    host.write_file("/run/lab/options.pptpd", "")
    host.write_file("/run/lab/pptpd.conf",
                    f"ppp {ppp}\noption /run/lab/options.pptpd\ndebug\nnologwtmp\n"
                    f"listen {host.address}\nlocalip 10.66.0.1\nremoteip 10.66.0.10-19\n")
    process = host.start(PPTPD, "-f", "-c", "/run/lab/pptpd.conf", "-p", "/run/lab/pptpd.pid")
    wait_until(lambda: [s for s in host.sockets("tcp")
                        if (s.local_port, s.state) == (1723, "LISTEN")], 5)
    return process
