# SPDX-License-Identifier: GPL-2.0-or-later
"""The client's end of a real tunnel: `pppd call` with `pty "pptp SERVER --nolaunchpppd"`."""
import json
import re
import shlex
import signal

from . import pings, programs
from .lines import Timeout, wait_until
from .own_time import EMULATION
from .process import executable
from .tunnel import statistics

SLOW = programs.time_factor() * EMULATION
SERVER_NAME = "pptpd"  # by which the server's pppd announces itself, in chap-secrets
MPPE_ENABLED = "MPPE 128-bit stateless compression enabled"

PEERS_FILE = """
pty "exec {pptp} 2>{errors}"
user {user}
remotename {server_name}
nodetach noauth nobsdcomp nodeflate novj nodefaultroute maxfail 1
refuse-eap refuse-pap refuse-chap refuse-mschap require-mppe-128
mtu 1400 mru 1400
debug dump logfd 2
"""
AT_START = r"(?:^|pppd\[\d+\]: )"  # of a line of pppd's own, or of one of the syslog
AS_MEMBER_OF_DIP = ("setpriv", "--reuid=65534", "--regid=65534", "--groups=dip", "--")

# The "Known Working Log" of the HOWTO in the words of pppd 2.4.9. Other lines may stand between.
KNOWN_WORKING_ORDER = (
    r"^Using interface ppp\d+",
    r"^Connect: ppp\d+ <--> /dev/pts/",
    r"^sent \[LCP ConfReq ",
    r"^rcvd \[LCP ConfAck ",
    r"^rcvd \[CHAP Challenge ",
    r"^sent \[CHAP Response ",
    r"^rcvd \[CHAP Success ",
    r"^sent \[CCP ConfReq .*<mppe \+H -M \+S -L -D -C>",
    r"^rcvd \[CCP ConfAck .*<mppe \+H -M \+S -L -D -C>",
    f"^{MPPE_ENABLED}",
    r"^rcvd \[IPCP ConfAck ",
    r"^local  IP address ",
    r"^remote IP address ",
)


def in_known_working_order(log):
    """The lines of a pppd log that show the known-working order; fails at the first that misses."""
    found, position = [], 0
    for pattern in KNOWN_WORKING_ORDER:
        while position < len(log) and not re.search(pattern, log[position]):
            position += 1
        assert position < len(log), f"no line {pattern!r} after {found[-1:]} in:\n" + "\n".join(log)
        found.append(log[position])
    return found


class PppLink:
    """A pppd on the client and the pptp below it. `log` is pppd's, line by line."""

    def __init__(self, client, server, user, pppd, log, since=0):
        self.client, self.server, self.user = client, server, user
        self.pppd, self.log = pppd, log
        self.since = since  # the line of the log at which this session begins
        self.iperf_servers = {}  # by port
        self.device = self.local_ip = self.peer_ip = None

    def wait_log(self, pattern, timeout=30):
        """The match in the first line of this session that begins so."""
        try:
            return self.log.wait(f"{AT_START}(?:{pattern})", timeout * SLOW, self.since)
        except Timeout as error:
            raise Timeout("\n".join([str(error), *self.pptp_errors])) from None

    def wait_up(self, timeout=30):
        """Waits for MPPE and IPCP; then device, local_ip and peer_ip are known. Returns itself."""
        self.wait_log(MPPE_ENABLED, timeout)
        self.local_ip = self.wait_log(r"local  IP address ([\d.]+)", timeout)[1]
        self.peer_ip = self.wait_log(r"remote IP address ([\d.]+)", timeout)[1]
        self.device = self.wait_log(r"Connect: (\S+) <--> ", 1)[1]
        return self

    def next_session(self):
        """What the log says from here on belongs to another call (pppd's `persist`)."""
        self.since = len(self.log.all)
        return self

    def gateway(self):
        """The pid of the only pptp-gre of the client."""
        pid, = [pid for pid in self.client.running() if executable(pid) == programs.installed().gateway]
        return pid

    def statistics(self):
        return statistics(self.gateway(), self.client.syslog)

    def wait_ping(self, timeout=10):
        """Waits until a ping passes: a pppd that is up may have to agree once more."""
        wait_until(lambda: self.client.run("ping", "-c", 1, "-W", 1, self.peer_ip, check=False)
                   .returncode == 0, timeout * SLOW, "pings pass")

    def ping(self, count=3, interval=0.2):
        """Pings the far end through the tunnel; every reply must come. Returns ping's summary."""
        answered, said = pings.ping(self.client, count, "-I", self.device, "-i", interval, self.peer_ip)
        assert answered == count, said
        return said

    def start_iperf(self, seconds, *options, port=5201):
        """Starts an iperf3 run through the tunnel; hand the Process to iperf_result()."""
        if last := self.iperf_servers.get(port):
            last.stop()  # one that has not quite ended would take the next connection, and reset it
        self.iperf_servers[port] = self.server.start("iperf3", "-s", "-1", "-B", self.peer_ip, "-p", port)
        self.server.wait_listening(port)
        return self.client.start("iperf3", "-c", self.peer_ip, "-p", port, "-t", seconds, "-J",
                                 *options)

    def iperf(self, seconds, *options):
        return iperf_result(self.start_iperf(seconds, *options), seconds)

    @property
    def pptp_errors(self):
        """What pptp has written to stderr, as lines: pppd's log has them too."""
        return self.log.find(r"^pptp\[\d+\]: ", self.since)

    def wait_pptp_exit(self, within):
        """pptp's exit status as pppd saw it, -N for signal N; it must end in so many seconds."""
        ended = self.wait_log(r"Script .* finished \(pid \d+\), status = 0x([0-9a-f]+)"
                              r"|Child process .* terminated with signal (\d+)", within)
        return int(ended[1], 16) if ended[1] else -int(ended[2])

    def hang_up(self, timeout=10):
        """Stops pppd, as poff does; its exit status."""
        self.pppd.signal(signal.SIGTERM)
        return self.pppd.wait_exit(timeout * SLOW)


class PppTunnel(PppLink):
    """`pppd call` with a peers file of ours."""

    def __init__(self, client, server, user, pptp_options, wrapper=(), pppd_options=""):
        """`wrapper`: words before `pppd`, such as AS_MEMBER_OF_DIP; `pppd_options`: behind ours."""
        name = f"tunnel{len(client.processes)}"
        self._errors_file = f"/run/lab/{name}.stderr"
        client.write_file(self._errors_file, "", mode=0o666)
        pptp = [programs.installed().pptp, server.address, "--nolaunchpppd", *pptp_options]
        client.write_file(f"/etc/ppp/peers/{name}", PEERS_FILE.format(
            pptp=shlex.join(pptp), errors=self._errors_file, user=user, server_name=SERVER_NAME)
            + pppd_options + "\n")
        pppd = client.start(*wrapper, "pppd", "call", name)
        super().__init__(client, server, user, pppd, pppd.stderr)

    @property
    def pptp_errors(self):
        """What pptp has written to stderr, as lines."""
        with open(self.client.path(self._errors_file), encoding="utf-8") as errors:
            return errors.read().splitlines()


class GreetingLost(AssertionError):
    """iperf3 sends the first datagram of --udp, and the answer to it, once and no more."""


def iperf_result(run, seconds):
    """iperf3's JSON of a run that start_iperf() began."""
    status = run.wait_exit(seconds + 20 * SLOW)
    run.stdout.wait_closed()
    assert status == 0, f"iperf3 exited {status}: {run.stdout.text}{run.stderr.text}"
    result = json.loads(run.stdout.text)
    if "unable to read from stream socket" in result.get("error", ""):
        raise GreetingLost
    assert "error" not in result, run.stdout.text  # its exit status is 0 all the same
    return result
