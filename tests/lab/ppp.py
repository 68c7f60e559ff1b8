# SPDX-License-Identifier: GPL-2.0-or-later
"""Real tunnels: Debian's pptpd and pppd on the server, pppd with `pty "pptp ..."` on the client.

    with PptpServer("server") as server, PppClient("client") as client:
        connect("192.0.2.0/24", client, server)
        server.start_pptpd()
        tunnel = client.dial(server, "alice")
        tunnel.wait_up()
        tunnel.ping()
        tunnel.hang_up()

Both pppds demand MS-CHAPv2 and 128-bit stateless MPPE. The kernel must have PPP: see scripts/vm.
"""
import ipaddress
import json
import os
import re
import shlex
import signal

from . import programs
from .host import Host
from .lines import wait_until

SLOW = programs.time_factor()
USERS = {"alice": "wonderland", "bob": "builder", "carol": "christmas"}
SERVER_NAME = "pptpd"  # by which the server's pppd announces itself, in chap-secrets
LOCAL_NET, REMOTE_NET = "10.99.1", "10.99.2"  # the n-th call is LOCAL_NET.n <-> REMOTE_NET.n
MPPE_ENABLED = "MPPE 128-bit stateless compression enabled"

SERVER_OPTIONS = f"""
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

CLIENT_OPTIONS = ("nodetach noauth nobsdcomp nodeflate novj nodefaultroute refuse-eap refuse-pap refuse-chap "
                  "refuse-mschap require-mppe-128 mtu 1400 mru 1400 maxfail 1 debug dump logfd 2").split()


def kernel_has_ppp():
    """Whether pppd can work here: /dev/ppp answers when somebody is behind it."""
    try:
        os.close(os.open("/dev/ppp", os.O_RDWR))
    except OSError:
        return False
    return True


# What the HOWTO's "Known Working Log" shows, in the words of pppd 2.4.9; other lines may stand between these.
KNOWN_WORKING_ORDER = (
    r"^Using interface ppp\d+", r"^Connect: ppp\d+ <--> /dev/pts/",
    r"^sent \[LCP ConfReq ", r"^rcvd \[LCP ConfAck ",
    r"^rcvd \[CHAP Challenge ", r"^sent \[CHAP Response ", r"^rcvd \[CHAP Success ",
    r"^sent \[CCP ConfReq .*<mppe \+H -M \+S -L -D -C>", r"^rcvd \[CCP ConfAck .*<mppe \+H -M \+S -L -D -C>",
    f"^{MPPE_ENABLED}", r"^rcvd \[IPCP ConfAck ", r"^local  IP address ", r"^remote IP address ",
)


def in_known_working_order(log):
    """The lines of a pppd log that make up the known-working order; AssertionError names the first that is missing."""
    found, position = [], 0
    for pattern in KNOWN_WORKING_ORDER:
        while position < len(log) and not re.search(pattern, log[position]):
            position += 1
        assert position < len(log), f"no line {pattern!r} after {found[-1:]} in:\n" + "\n".join(log)
        found.append(log[position])
    return found


class PppHost(Host):
    """A host with the secrets of USERS."""

    def __init__(self, name):
        super().__init__(name)
        lines = [f"{user} {SERVER_NAME} {secret} *\n" for user, secret in USERS.items()]
        self.write_file("/etc/ppp/chap-secrets", "".join(lines), mode=0o600)
        self._log_start = 0

    @property
    def log(self):
        """The lines of the syslog since the last reset()."""
        return self.syslog.all[self._log_start:]

    def wait_log(self, pattern, timeout=5):
        return self.syslog.wait(pattern, timeout * SLOW, self._log_start)

    def reset(self):
        """As after a boot: no process, no packet filter, an empty log. The network stays."""
        for pid in self.running():
            _kill(pid, signal.SIGKILL)
        wait_until(lambda: not self.running(), 10 * SLOW, f"all processes of {self.name} gone")
        self.nft("flush ruleset")
        self._log_start = len(self.syslog.all)


def _kill(pid, number):
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        pass  # it was on its way out


class PptpServer(PppHost):
    """A host that runs pptpd. Everything pptpd and its pppds say is in its syslog."""

    def start_pptpd(self, calls=32):
        self.write_file("/etc/ppp/options.pptpd", SERVER_OPTIONS)
        self.write_file("/run/lab/pptpd.conf",
                        f"debug\nconnections {calls}\nlocalip {LOCAL_NET}.1-{calls}\nremoteip {REMOTE_NET}.1-{calls}\n")
        self.start("pptpd", "--fg", "--conf", "/run/lab/pptpd.conf", "--option", "/etc/ppp/options.pptpd",
                   "--listen", self.address)
        wait_until(lambda: any(s.local_port == 1723 and s.state == "LISTEN" for s in self.sockets("tcp")),
                   10 * SLOW, "pptpd listens")

    def capture_control(self):
        """A tcpdump of the control connections as they reach this host: CTRL_MSGTYPE=CCRQ and the like on stdout."""
        capture = self.start("tcpdump", "-n", "-l", "-i", "eth0", "tcp", "port", "1723")
        capture.wait_line("listening on", 10 * SLOW)
        return capture

    def signal_all(self, program, number):
        """Sends a signal to every process of that name: "pppd", or "pptpctrl", which calls itself "pptpd [ADDRESS...]"."""
        pattern = r"pptpd \[" if program == "pptpctrl" else rf"(/usr/sbin/)?{program}( |$)"
        pids = [pid for pid, line in self.running().items() if re.match(pattern, line)]
        assert pids, f"no {program} on {self.name}: {self.running()}"
        for pid in pids:
            _kill(pid, number)

    def stop_pptpd(self):
        """What `systemctl stop pptpd` does: SIGTERM to the daemon, and to each connection's pptpctrl and pppd."""
        for pid in self.running():
            _kill(pid, signal.SIGTERM)

    def reset_tcp(self):
        """The control connections end as when a firewall has lost its state: with a TCP reset."""
        self.run("ss", "--kill", "--tcp", "state", "established", "sport", "=", "1723")

    def unplug(self):
        """Nothing comes in or goes out any more, and nobody is told."""
        self.nft("table inet unplugged { chain in { type filter hook input priority 0; policy drop; }\n"
                 "chain out { type filter hook output priority 0; policy drop; }; }")

    def plug_in(self):
        self.nft("delete table inet unplugged")

    def crash(self):
        """Power failure: the wire goes silent, then all processes and sockets are gone. plug_in() ends the reboot."""
        self.unplug()
        for pid in self.running():
            _kill(pid, signal.SIGKILL)
        wait_until(lambda: not self.running(), 5 * SLOW, "the server's processes gone")
        self.run("ss", "--kill", "--tcp", "sport", "=", "1723")


class PppClient(PppHost):
    """A host that dials with pppd."""

    def __init__(self, name):
        super().__init__(name)
        self.tunnels = []

    def dial(self, server, user="alice", *pptp_options, pppd_options=()):
        """Starts pppd; returns at once."""
        tunnel = PppTunnel(self, server, user, pptp_options, pppd_options)
        self.tunnels.append(tunnel)
        return tunnel


class PppTunnel:
    """One pppd and the pptp below it. `log` is pppd's, line by line."""

    def __init__(self, client, server, user, pptp_options, pppd_options):
        self.client, self.server, self.user = client, server, user
        self._errors_file = f"/run/lab/pptp{len(client.tunnels)}.stderr"
        pptp = shlex.join([programs.installed().pptp, server.address, "--nolaunchpppd", *pptp_options])
        self.pppd = client.start("pppd", "pty", f"exec {pptp} 2>{self._errors_file}", "user", user,
                                 "remotename", SERVER_NAME, *CLIENT_OPTIONS, *pppd_options)
        self.log = self.pppd.stderr
        self.device = self.local_ip = self.peer_ip = None

    def wait_up(self, timeout=30):
        """Waits for MPPE and IPCP. Afterwards device, local_ip and peer_ip are known."""
        self.log.wait(MPPE_ENABLED, timeout * SLOW)
        self.device = self.log.wait(r"^Using interface (ppp\d+)", 1)[1]
        self.local_ip = self.log.wait(r"^local  IP address ([\d.]+)", timeout * SLOW)[1]
        self.peer_ip = self.log.wait(r"^remote IP address ([\d.]+)", timeout * SLOW)[1]
        ipaddress.ip_address(self.peer_ip)
        return self

    def ping(self, count=3, interval=0.2):
        """Pings the far end through the tunnel; every reply must come."""
        done = self.client.run("ping", "-n", "-q", "-I", self.device, "-c", count, "-i", interval, "-W", 2,
                               self.peer_ip, check=False, timeout=count * interval + 10)
        assert re.search(rf"\b{count} received", done.stdout), f"ping {self.peer_ip}:\n{done.stdout}{done.stderr}"
        return done.stdout

    def start_iperf(self, seconds, port=5201, bandwidth="0", reverse=False):
        """Starts an iperf3 run through the tunnel; hand the Process to iperf_result()."""
        listener = self.server.start("iperf3", "-s", "-1", "-B", self.peer_ip, "-p", port)
        wait_until(lambda: any(s.local_port == port and s.state == "LISTEN" for s in self.server.sockets("tcp")),
                   10 * SLOW, "iperf3 listens")
        run = self.client.start("iperf3", "-c", self.peer_ip, "-p", port, "-t", seconds, "-b", bandwidth, "-J",
                                *(["-R"] if reverse else []))
        run.listener = listener
        return run

    def iperf(self, seconds=3, **options):
        return iperf_result(self.start_iperf(seconds, **options), seconds)

    @property
    def pptp_errors(self):
        """What pptp has written to stderr, as lines."""
        try:
            with open(self.client.path(self._errors_file), encoding="utf-8") as errors:
                return errors.read().splitlines()
        except FileNotFoundError:
            return []

    def wait_pptp_exit(self, within):
        """pptp's exit status as pppd saw it (killed by signal N: -N), which must come within so many seconds."""
        ended = self.log.wait(r"^Script .* finished \(pid \d+\), status = 0x([0-9a-f]+)"
                              r"|^Child process .* terminated with signal (\d+)", within * SLOW)
        return int(ended[1], 16) if ended[1] else -int(ended[2])

    def hang_up(self, timeout=10):
        """Stops pppd, as poff does; its exit status."""
        self.pppd.signal(signal.SIGTERM)
        return self.pppd.wait_exit(timeout * SLOW)


def iperf_result(run, seconds):
    """iperf3's JSON of a run that start_iperf() began."""
    status = run.wait_exit(seconds + 20 * SLOW)
    assert status == 0, f"iperf3 exited {status}: {run.stdout.text}{run.stderr.text}"
    return json.loads(run.stdout.text)
