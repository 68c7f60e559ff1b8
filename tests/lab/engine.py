# SPDX-License-Identifier: GPL-2.0-or-later
"""A whole tunnel without kernel PPP: pptp-test-server on one host, and pptp with its built-in PPP on another.

    server = EngineServer(net.server, "--mppe", "128")
    tunnel = EngineTunnel(net.client, net.server.address).wait_up()
    tunnel.ping()

`pptp-test-server --help` lists what the server can do, and what it can do wrong.
"""
import re
import signal

from . import pings, programs
from .lines import wait_until
from .own_time import EVENT

USER, PASSWORD = "alice", "secret"  # the server's defaults
LOCAL, REMOTE = "10.0.0.1", "10.0.0.2"  # the server's address in the tunnels, and the first client's
DNS = "10.0.0.53"
SECRETS = f"{USER} * {PASSWORD} *\n"


class EngineServer:
    """pptp-test-server on a host, ready for calls. Its lines are in `said`."""

    def __init__(self, host, *options, faults=(), **start):
        words = [word for fault in faults for word in ("--fault", fault)]
        self.host = host
        self.process = host.start(programs.installed().test_server, *options, *words, **start)
        self.said = self.process.stdout
        self.said.wait("^listening$")

    def wait(self, pattern, call=1, timeout=EVENT):
        """The match of a line about the call of that number."""
        return self.said.wait(f"^call {call}: .*?{pattern}", timeout)

    def find(self, pattern, call=1):
        return self.said.find(f"^call {call}: .*?{pattern}")

    def count(self, pattern, call=1):
        return len(self.find(pattern, call))

    def wait_count(self, number, pattern, call=1):
        wait_until(lambda: self.count(pattern, call) >= number, what=f"{number} lines {pattern!r} from the server")

    def device(self, call=1):
        """The server's interface of a call that is up."""
        return self.wait(r"IPv[46] up on (\w+)", call)[1]

    def renegotiate(self):
        self.process.signal(signal.SIGUSR1)

    def challenge_again(self):
        self.process.signal(signal.SIGUSR2)

    def terminate_links(self):
        self.process.signal(signal.SIGHUP)

    def stop(self):
        return self.process.stop()


def know_secrets(host, text=SECRETS):
    """Writes chap-secrets and pap-secrets."""
    for file in ("chap-secrets", "pap-secrets"):
        host.write_file(f"/etc/ppp/{file}", text, mode=0o600)


class EngineTunnel:
    """`pptp SERVER --ppp builtin PPPD-OPTION...` in the foreground. Its log is in `log`."""

    def __init__(self, host, server, *options, pptp_options=(), words=None, user=USER, **start):
        self.host, self.peer_ip = host, LOCAL
        self.process = host.start(
            programs.installed().pptp,
            *(words or (server, "--ppp", "builtin", *pptp_options, "nodetach", "logfd", "2", "user", user, *options)), **start)
        self.log = self.process.stderr
        self.device = self.local_ip = None

    def wait_up(self, since=0):
        """Waits until IPv4 is up. Returns itself."""
        self.device = self.log.wait(r"Using interface (\S+)", EVENT)[1]
        self.local_ip = self.log.wait(r"local  IP address ([\d.]+)", EVENT, since)[1]
        wait_until(lambda: self.local_ip in self.addresses("up"), what=f"{self.local_ip} is on {self.device}, which is up")
        return self

    def wait_peer(self, since=0):
        """The same for a server whose address in the tunnel is not known before."""
        self.wait_up(since)
        self.peer_ip = self.log.wait(r"remote IP address ([\d.]+)", EVENT, since)[1]
        return self

    def addresses(self, *only):
        return re.findall(r"inet6? ([0-9a-f.:]+)", self.host.ip("address", "show", "dev", self.device, *only))

    def ping(self, address=None, count=3):
        """Pings the far end through the tunnel; every reply must come."""
        address = address or self.peer_ip
        answered, said = pings.ping(self.host, count, "-I", self.device, "-i", 0.2, address)
        assert answered == count, said + self.log.text
        return said

    def hang_up(self):
        """Asks it to end, and returns its exit status."""
        self.process.signal(signal.SIGTERM)
        return self.process.wait_exit(EVENT)
