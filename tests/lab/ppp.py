# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosts with real PPP: Debian's pptpd and pppd on the server, and pppd with pptp on the client.

    with PptpServer("server") as server, PppClient("client") as client:
        connect("192.0.2.0/24", client, server)
        server.start_pptpd()
        tunnel = client.dial(server, "alice").wait_up()
        tunnel.ping()
        tunnel.hang_up()

Both pppds demand MS-CHAPv2 and 128-bit stateless MPPE. The kernel must have PPP: see scripts/vm.
"""
import fcntl
import os
import re
import signal
import stat
import struct
import sys
import termios

from . import programs
from .host import Host
from .lines import wait_until
from .ppp_tunnel import SERVER_NAME, SLOW, PppLink, PppTunnel

USERS = {"alice": "wonderland", "bob": "builder", "carol": "christmas"}
LOCAL_NET, REMOTE_NET = "10.99.1", "10.99.2"  # the n-th call is LOCAL_NET.n <-> REMOTE_NET.n
CALLS = 32
N_PPP = 3  # line discipline, <linux/tty.h>

PPTPD_CONF = f"""
debug
connections {CALLS}
localip {LOCAL_NET}.1-{CALLS}
remoteip {REMOTE_NET}.1-{CALLS}
"""

SERVER_PPP_OPTIONS = f"""
name {SERVER_NAME}
refuse-pap
refuse-chap
refuse-mschap
require-mschap-v2
require-mppe-128
nobsdcomp
nodeflate
novj
nodefaultroute
nologfd
mtu 1400
mru 1400
debug
dump
"""

SBIN_PPTP = "/usr/sbin/pptp"  # where callers expect it

COUNTED = """
table inet counted {
  counter calls { }
  chain in {
    type filter hook input priority -10;
    tcp dport 1723 tcp flags & (syn | ack) == syn counter name calls
  }
}
"""

UNPLUGGED = """
table inet unplugged {
  chain in { type filter hook input priority 0; policy drop; }
  chain out { type filter hook output priority 0; policy drop; }
}
"""


def kernel_has_ppp():
    """Whether pppd can work here: there is a /dev/ppp, and a terminal can be made a PPP line."""
    master, slave = os.openpty()
    try:
        fcntl.ioctl(slave, termios.TIOCSETD, struct.pack("i", N_PPP))
        return stat.S_ISCHR(os.stat("/dev/ppp").st_mode)
    except OSError:
        return False
    finally:
        os.close(master)
        os.close(slave)


class PppHost(Host):
    """A host that knows the secrets of USERS."""

    def __init__(self, name):
        super().__init__(name)
        lines = [f"{user} * {secret} *\n" for user, secret in USERS.items()]
        self.write_file("/etc/ppp/chap-secrets", "".join(lines), mode=0o600)
        self.log_start = 0

    @property
    def log(self):
        """The lines of the syslog since the last reset()."""
        return self.syslog.all[self.log_start:]

    @property
    def concise_log(self):
        """The log without pptpd's line for each packet."""
        return [line for line in self.log if "GRE: accepting packet" not in line]

    def wait_log(self, pattern, timeout=5):
        return self.syslog.wait(pattern, timeout * SLOW, self.log_start)

    def reset(self):
        """As after a boot: no process, no packet filter, an empty log. The network stays."""
        self.kill_all()
        self.nft("flush ruleset")
        self.log_start = len(self.syslog.all)

    def unplug(self):
        """Nothing comes in or goes out any more, and nobody is told."""
        self.nft(UNPLUGGED)

    def plug_in(self):
        self.nft("delete table inet unplugged")

    def crash(self):
        """Power failure: silence, then no process and no socket. plug_in() ends the reboot."""
        self.unplug()
        self.kill_all()
        self.run("ss", "--kill", "--tcp", "sport = 1723 or dport = 1723")

    def kill_all(self):
        self._signal(self.running(), signal.SIGKILL)
        wait_until(lambda: not self.running(), what=f"all processes of {self.name} gone")

    def pids_of(self, program):
        """All processes of that name. pptpctrl calls itself "pptpd [ADDRESS:...]"."""
        pattern = r"pptpd \[" if program == "pptpctrl" else rf"(/\S*/)?{program}( |$)"
        return [pid for pid, line in self.running().items() if re.match(pattern, line)]

    def signal_all(self, program, number):
        pids = self.pids_of(program)
        assert pids, f"no {program} on {self.name}: {self.running()}"
        self._signal(pids, number)

    @staticmethod
    def _signal(pids, number):
        for pid in pids:
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                pass  # it was on its way out


class PptpServer(PppHost):
    """A host that runs pptpd. Everything pptpd and its pppds say is in its syslog."""

    def start_pptpd(self, config=PPTPD_CONF, ppp_options=SERVER_PPP_OPTIONS):
        self.write_file("/run/lab/pptpd.conf", config)
        self.write_file("/etc/ppp/options.pptpd", ppp_options)
        self.start("pptpd", "--fg", "--conf", "/run/lab/pptpd.conf",
                   "--option", "/etc/ppp/options.pptpd", "--listen", self.address)
        self.wait_listening(1723)

    def wait_listening(self, port):
        def listening():
            return any((s.local_port, s.state) == (port, "LISTEN") for s in self.sockets("tcp"))
        wait_until(listening, what=f"{self.name} listens on port {port}")

    def stop_pptpd(self):
        """What `systemctl stop pptpd` does: SIGTERM to pptpd and to every pptpctrl and pppd."""
        self._signal(self.running(), signal.SIGTERM)

    def reset_tcp(self):
        """The control connections end with a TCP reset, as when a firewall has lost its state."""
        self.run("ss", "--kill", "--tcp", "state", "established", "sport", "=", "1723")

    def count_connections(self):
        """From here on; see connections()."""
        self.nft(COUNTED)

    def connections(self):
        """How many times a client has tried to connect to the PPTP server."""
        shown = self.run("nft", "list", "counter", "inet", "counted", "calls").stdout
        return int(re.search(r"packets (\d+)", shown)[1])


class PppClient(PppHost):
    """A host that dials with pppd."""

    def __init__(self, name):
        super().__init__(name)
        self.tunnels = []

    def dial(self, server, user="alice", *pptp_options, **more):
        """Starts pppd; returns at once."""
        tunnel = PppTunnel(self, server, user, pptp_options, **more)
        self.tunnels.append(tunnel)
        return tunnel

    def start_caller(self, server, *argv, user="alice", log="stderr", **start):
        """Starts a caller of pptp as it is. `log`: which of its outputs has pppd's log, or "syslog"
        for a pppd that goes into the background. Returns at once."""
        since = len(self.syslog.all) if log == "syslog" else 0
        caller = self.start(*argv, **start)
        lines = self.syslog if log == "syslog" else getattr(caller, log)
        self.tunnels.append(PppLink(self, server, user, caller, lines, since))
        return self.tunnels[-1]

    def install_pptp(self):
        """Puts our pptp where packages install it, for this host alone."""
        if os.path.isdir(self.path("/run/lab/sbin")):
            return
        os.makedirs(self.path("/run/lab/sbin/work"))
        os.makedirs(self.path("/run/lab/sbin/files"))
        self.run("mount", "-t", "overlay", "overlay", "-o", "lowerdir=/usr/sbin,"
                 "upperdir=/run/lab/sbin/files,workdir=/run/lab/sbin/work", "/usr/sbin")
        self.run("ln", "-sf", programs.installed().pptp, SBIN_PPTP)

    def use_debian_options(self):
        """What the ppp package has in /etc/ppp/options."""
        with open("/etc/ppp/options", encoding="utf-8") as packaged:
            self.write_file("/etc/ppp/options", packaged.read())

    def reset(self):
        super().reset()
        self.tunnels.clear()


if __name__ == "__main__":
    sys.exit(0 if kernel_has_ppp() else 1)
