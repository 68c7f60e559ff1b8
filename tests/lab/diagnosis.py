# SPDX-License-Identifier: GPL-2.0-or-later
"""Attempts that fail on purpose, and the diagnosis that `pptpctl diagnose` makes from their logs.

Each attempt is judged by two logs: what pppd prints on the terminal (debug, dump, logfd 2), and the
client's syslog. CALLGATE_DIAGNOSE_LOGS names a directory in which to keep the logs.
"""
import json
import os
import signal

from . import programs
from .ppp_tunnel import SERVER_NAME, SLOW

PEERS_FILE = """
pty "exec {pptp} {address} --nolaunchpppd {pptp_options}"
user {user}
remotename {server_name}
nodetach noauth nobsdcomp nodeflate novj nodefaultroute maxfail 1
refuse-eap refuse-pap refuse-chap refuse-mschap require-mppe-128
mtu 1400 mru 1400
lcp-restart 1 lcp-max-configure 20
debug dump logfd 2
"""
SOON = ("configure 20", "configure 10")  # a change, for who need not wait for the server

DROP = """
table inet faulty {{
  chain faulty {{
    type filter hook {} priority 0;
    {} drop
  }}
}}
"""


class Attempt:
    """One `pppd call` and its logs."""

    def __init__(self, client, address, changes=(), user="alice", pptp_options="", pptp=None):
        self.client = client
        peers = PEERS_FILE.format(pptp=pptp or programs.installed().pptp, address=address,
                                  pptp_options=pptp_options, user=user, server_name=SERVER_NAME)
        client.write_file("/etc/ppp/peers/fault", changed(peers, changes))
        self.pppd = client.start("pppd", "call", "fault")

    def wait(self, pattern, timeout=20):
        self.pppd.stderr.wait(pattern, timeout * SLOW)
        return self

    def wait_up(self):
        return self.wait(r"^remote IP address")

    def end(self, timeout=15):
        self.pppd.wait_exit(timeout * SLOW)
        return self

    def hang_up(self):
        self.pppd.signal(signal.SIGTERM)
        return self.end()

    def logs(self):
        return {"terminal": self.pppd.stderr.all, "syslog": self.client.concise_log}


def changed(text, changes):
    """`changes` are pairs: what stands there, what is to stand there."""
    for before, after in changes:
        assert before in text
        text = text.replace(before, after, 1)
    return text


def diagnosis(host, name, lines):
    """What pptpctl says about a log, as JSON."""
    path = f"/run/lab/{name}.log"
    host.write_file(path, "".join(f"{line}\n" for line in lines))
    if "CALLGATE_DIAGNOSE_LOGS" in os.environ:
        with open(os.path.join(os.environ["CALLGATE_DIAGNOSE_LOGS"], f"{name}.log"), "w",
                  encoding="utf-8") as kept:
            kept.write("".join(f"{line}\n" for line in lines))
    done = host.run(programs.installed().pptpctl, "diagnose", "--json", "--log", path, check=False)
    found = json.loads(done.stdout)
    assert done.returncode == {"healthy": 0, "problem": 1, "unknown": 2}[found["verdict"]]
    return found


def expect(host, name, logs, rule, verdict="problem"):
    """In each of the logs, `rule` (or one of them) is the most probable cause."""
    rules = (rule,) if isinstance(rule, str) else rule
    for kind, lines in logs.items():
        found = diagnosis(host, f"{name}-{kind}", lines)
        best = found["findings"][0]["rule"] if found["findings"] else None
        assert best in rules and found["verdict"] == verdict, "\n".join([kind, str(best), *lines])
