# SPDX-License-Identifier: GPL-2.0-or-later
"""What the parts of scripts/bench share: contenders with tunnels that are up, and their costs.

Each contender has its own client and server host. The server runs in a thread, grants every call
and answers every echo. The pump (pump.cc) plays pppd at a pty and the server at GRE.
"""
import argparse
import json
import os
import queue
import select
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "tests"), str(ROOT / "tests/net")]

from lab import programs  # noqa: E402
from lab.host import Host, connect  # noqa: E402
from lab.lines import Timeout  # noqa: E402
from lab.pty import Pty  # noqa: E402
from lab.scripted_server import ScriptedServer  # noqa: E402
from lab.wire import (OutgoingCallRequest, StartControlConnectionReply,  # noqa: E402
                      StartControlConnectionRequest)
from ppp_frames import CONFIGURE_ACK, CONFIGURE_REQUEST, asyncmap, lcp  # noqa: E402

PPTP_LINUX, CALLGATE, FLOOR = "pptp-linux", "Callgate", "floor"
FLOOR_CALL = 7
SETTLE = 0.5  # s
AT_ONCE = 8  # calls that are being set up
ALL_CALLS = 60  # s for all of them


@dataclass(frozen=True)
class Load:
    """What one run of the pump does. `mode` is the pump's first argument."""
    mode: str
    size: int
    rate: int = 0

    def __str__(self):
        kind = "lone packets" if self.lone else f"{self.rate}/s" if self.rate else "flooded"
        return f"{'downlink' if self.mode.endswith('down') else 'uplink'} {kind}, {self.size} B"

    @property
    def lone(self):
        return self.mode.startswith("lone")


class GenerousServer(ScriptedServer):
    """Grants every call, in its own thread, and puts it into `granted`."""

    def __init__(self, host):
        super().__init__(host, backlog=512)
        self.granted = queue.Queue()
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self):
        self._end.set()
        self._thread.join()
        super().close()

    def _serve(self):
        while not self._end.is_set():
            up = {connection.socket: connection for connection in self.connections}
            ready, _, _ = select.select([self.listener, *up], [], [], 0.1)
            for socket in ready:
                if socket is self.listener:
                    self.accept()
                else:
                    self._answer(up[socket])

    def _answer(self, connection):
        try:
            while True:
                message = connection.next(0)
                if isinstance(message, StartControlConnectionRequest):
                    connection.send(StartControlConnectionReply(maximum_channels=0))
                elif isinstance(message, OutgoingCallRequest):
                    call = self.call_from(connection, message)
                    connection.send(call.reply())
                    self.granted.put(call)
                elif isinstance(message, str):  # the end of the connection
                    self.connections.remove(connection)
                    return
        except Timeout:
            return


class Rig:
    """One contender's tunnels. The first of them is the busy one."""

    def __init__(self, name, build, calls=1):
        self.name, self.pump = name, build / "scripts/bench/pump"
        self.client, self.host = self.hosts = Host("client"), Host("server")
        connect("10.9.0.0/24", *self.hosts)
        self.server = GenerousServer(self.host)
        self.ptys = [Pty()]
        if name == FLOOR:
            self.ptys[0].start(self.client, build / "scripts/bench/floor", self.server.address,
                               str(FLOOR_CALL))
            self.call_id, self.next_seq = FLOOR_CALL, 0
        else:
            call = self.dial(self.ptys[0]).server.granted.get(timeout=10)
            self.negotiate(call)
            self.call_id, self.next_seq = call.client_call_id, call.data.next_seq
        self.pids = list(self.client.running())
        self.add_calls(calls - 1)

    def dial(self, pty):
        program = {CALLGATE: programs.installed().pptp, PPTP_LINUX: "/usr/sbin/pptp"} \
            .get(self.name, f"{self.name}/sbin/pptp")
        pty.start(self.client, program, self.server.address, "--nolaunchpppd")
        return self

    def add_calls(self, count):
        """Makes more tunnels to the same server. Returns how many seconds that took."""
        start = time.monotonic()
        for number in range(count):
            self.ptys.append(Pty())
            self.dial(self.ptys[-1])
            if number >= AT_ONCE:
                self.server.granted.get(timeout=ALL_CALLS)
        for _ in range(min(count, AT_ONCE)):
            self.server.granted.get(timeout=ALL_CALLS)
        took = time.monotonic() - start
        self.pids = list(self.client.running())
        return took

    def close(self):
        self.server.close()
        for pty in self.ptys:
            pty.close()
        for host in self.hosts:
            host.close()

    def negotiate(self, call):
        """Negotiates LCP as two pppds do, so that no control character has to be escaped."""
        pty = self.ptys[0]
        ours, theirs = (lcp(CONFIGURE_REQUEST, n, asyncmap(0)) for n in (1, 2))
        pty.send(ours)
        assert call.data.recv_data().gre.payload == ours
        call.data.send(lcp(CONFIGURE_ACK, 1, asyncmap(0)))
        call.data.send(theirs)
        assert [pty.recv(), pty.recv()] == [lcp(CONFIGURE_ACK, 1, asyncmap(0)), theirs]
        pty.send(lcp(CONFIGURE_ACK, 2, asyncmap(0)))
        call.data.recv_data()

    def cpu(self):
        return cpu_of(self.pids)

    def memory(self):
        return memory_of(self.pids)

    def run(self, load, seconds):
        """Puts the load on the first tunnel. Returns a dictionary of what was measured."""
        gre, pty = self.server.gre.socket.fileno(), self.ptys[0].slave
        words = [self.pump, load.mode, gre, pty, self.client.address, self.call_id, load.size,
                 load.rate, seconds, self.next_seq]
        before = self.cpu()
        out = subprocess.run([str(word) for word in words], pass_fds=(gre, pty), check=True,
                             stdout=subprocess.PIPE, timeout=seconds + 30).stdout
        result = json.loads(out)
        result["cpu"] = (self.cpu() - before) / 1000 / max(1, result["received"])  # us
        if load.mode.endswith("down"):
            self.next_seq += result["sent"]
        if load.mode == "down" and result["received"] < result["sent"]:
            self.run(Load("lone-down", 64), SETTLE)  # afterwards nothing waits for a lost packet
        if not load.lone:
            result["rate"] = result["received"] / max(result["seconds"], 1e-9)
            result["loss"] = max(0, 1 - result["received"] / result["sent"])
        return result


def cpu_of(pids):
    """Returns the processor time of these processes in nanoseconds."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/schedstat", encoding="ascii") as schedstat:
            total += int(schedstat.read().split()[0])
    return total


def memory_of(pids):
    """Returns the memory of these processes in KiB. Shared memory counts once."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as rollup:
            total += sum(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
    return total


def build_helpers(build, *names):
    subprocess.run(["ninja", "-C", build, *(f"scripts/bench/{name}" for name in names)],
                   check=True, stdout=subprocess.DEVNULL)


def arguments(description, rounds):
    """Returns a parser with the options that all parts have."""
    words = argparse.ArgumentParser(description=description.splitlines()[0])
    words.add_argument("--rounds", type=int, default=rounds)
    words.add_argument("--build", type=Path, default=Path(programs.installed().pptp).parents[2],
                       help="directory in which the helpers are built")
    words.add_argument("--json", type=Path, metavar="FILE")
    return words


def write_json(file, part, rounds, results):
    if file:
        load = os.getloadavg()[0]
        file.write_text(json.dumps({"part": part, "machine": os.uname().release, "rounds": rounds,
                                    "load average": load, "results": results}, indent=1) + "\n")
