# SPDX-License-Identifier: GPL-2.0-or-later
"""Hosts of a test network: network, mount, process and UTS namespaces held by one small child.

The holder is process 1 of its host and reads a pipe that only the test process holds open. However
the test process ends, SIGKILL included, the pipe closes, the holder ends, and the kernel ends
everything in the host: processes, interfaces, mounts. Nothing has a global name: /run/netns is
not used.

Each host has its own /run, /etc/ppp, /etc/resolv.conf and /dev (with its own /dev/log, collected in
`host.syslog`); all other files are the machine's.
"""
import contextlib
import ipaddress
import json
import os
import socket
import subprocess
from dataclasses import dataclass

from . import host_process
from . import namespaces as ns
from .lines import Datagrams, Timeout, stop_collecting
from .own_time import EVENT
from .process import Process, command_line, proc_status
from .proc_net import snmp_counter, sockets_of

KINDS = {"net": ns.CLONE_NEWNET, "uts": ns.CLONE_NEWUTS, "pid": ns.CLONE_NEWPID,
         "mnt": ns.CLONE_NEWNS}


@dataclass(frozen=True)
class Route:
    dst: str
    dev: str = ""
    gateway: str = ""
    protocol: str = ""
    table: str = "main"
    kind: str = "unicast"


class Host:
    """One computer of the test network. Use as a context manager, or call close()."""

    def __init__(self, name):
        self.name = name
        self._children = []  # every Popen, to be reaped at the end
        self.processes = []  # every Process
        self.addresses = []  # filled by connect() and switch()
        self._closed = False
        self._holder = ns.in_thread(lambda: host_process.start(name, _environment(None)))
        if self._holder.stdout.readline() != b"ready\n":
            status = self._holder.wait()
            raise RuntimeError(f"host {name}: its holder ended, status {status} (root is needed)")
        self._syslog_socket = self.call(_bind_syslog)
        self.syslog = Datagrams(self._syslog_socket, f"{name} syslog")
        with contextlib.suppress(FileNotFoundError):  # a machine without IPv6
            self.sysctl("net.ipv6.conf.default.dad_transmits", 0)  # a link-local address can be used soon

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __repr__(self):
        return f"<Host {self.name}>"

    def close(self):
        """Ends every process of the host, then the host."""
        if self._closed:
            return
        self._closed = True
        self._holder.stdin.close()
        self._holder.kill()  # process 1: the kernel kills all the others
        for child in self._children:
            child.wait()  # the holder's own end waits until every process of the host is reaped
        self._holder.wait()
        self._holder.stdout.close()
        for process in self.processes:
            process.stop()
        stop_collecting(self._syslog_socket)

    # --- what runs here ---------------------------------------------------------------------------

    @property
    def pid(self):
        """The holder's pid: /proc/PID/ns/*, /proc/PID/root."""
        return self._holder.pid

    @property
    def address(self):
        """The first IPv4 address connect() or switch() gave it."""
        return self.addresses[0]

    def call(self, function):
        """What `function` returns in a thread inside the host's network and mount namespaces."""
        def body():
            # setns to a mount namespace refuses threads that share their root directory.
            ns.unshare(ns.CLONE_FS)
            ns.enter(self.pid, {kind: KINDS[kind] for kind in ("net", "mnt")})
            return function()
        return ns.in_thread(body)

    def entered(self):
        """`with host.entered():` the calling thread makes its sockets in the host's network."""
        return ns.network_of(self.pid)

    def popen(self, argv, **options):
        """subprocess.Popen with the child in the host. Prefer start() or run()."""
        cwd = options.pop("cwd", "/")

        def body():
            ns.unshare(ns.CLONE_FS)
            ns.enter(self.pid, KINDS)
            return subprocess.Popen([str(word) for word in argv], cwd=cwd, **options)
        child = ns.in_thread(body)
        self._children.append(child)
        return child

    def run(self, *argv, check=True, timeout=EVENT, input=None, env=None):
        """Runs a command to its end: run("ip", "route"). Returns a CompletedProcess of text."""
        popen = self.popen(argv, env=_environment(env), text=True,
                           stdin=subprocess.PIPE if input is not None else subprocess.DEVNULL,
                           stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        with popen:
            try:
                out, err = popen.communicate(input, timeout)
            except subprocess.TimeoutExpired:
                popen.kill()
                out, err = popen.communicate()
                raise Timeout(f"{self.name}: {argv} runs after {timeout} s\n{out}{err}") from None
        if check and popen.returncode != 0:
            raise AssertionError(f"{self.name}: {argv} exited {popen.returncode}\n{out}{err}")
        return subprocess.CompletedProcess(argv, popen.returncode, out, err)

    def start(self, *argv, stdin=None, stdout="collect", stderr="collect", env=None, name=None,
              **options):
        """Starts a program and returns its Process.

        stdin: None = /dev/null, "pipe" = Process.write(), or a descriptor; stdout and stderr:
        "collect" (line by line), or a descriptor; `env` is added to the environment.
        """
        child_fds, ours = {}, {}
        for stream, wanted in (("stdin", stdin), ("stdout", stdout), ("stderr", stderr)):
            if wanted in ("pipe", "collect"):
                read_end, write_end = os.pipe()
                child_fds[stream], ours[stream] = \
                    (read_end, write_end) if stream == "stdin" else (write_end, read_end)
            else:
                child_fds[stream] = subprocess.DEVNULL if wanted is None else wanted
        try:
            popen = self.popen(argv, env=_environment(env), **child_fds, **options)
        except BaseException:
            for fd in ours.values():
                os.close(fd)
            raise
        finally:
            for stream in ours:
                os.close(child_fds[stream])
        process = Process(popen, name or f"{self.name}:{os.path.basename(str(argv[0]))}",
                          ours.get("stdout"), ours.get("stderr"), ours.get("stdin"))
        self.processes.append(process)
        return process

    def running(self):
        """{pid as the test sees it: command line} of what is alive here, but for the holder."""
        mine = os.readlink(f"/proc/{self.pid}/ns/pid")
        found = {}
        for entry in os.listdir("/proc"):
            if not entry.isdigit() or int(entry) == self.pid:
                continue
            try:
                is_mine = os.readlink(f"/proc/{entry}/ns/pid") == mine
                if is_mine and proc_status(entry)["State"][0] not in "ZX":
                    found[int(entry)] = command_line(entry)
            except (FileNotFoundError, ProcessLookupError, PermissionError):
                continue
        return found

    # --- its files --------------------------------------------------------------------------------

    def path(self, inside):
        """Where the test process finds the host's file `inside` (an absolute path)."""
        return f"/proc/{self.pid}/root{inside}"

    def write_file(self, inside, text, mode=0o644):
        """Writes a file below /run, /etc/ppp or /tmp."""
        os.makedirs(os.path.dirname(self.path(inside)), exist_ok=True)
        with open(self.path(inside), "w", encoding="utf-8") as out:
            out.write(text)
        os.chmod(self.path(inside), mode)

    def mask_file(self, inside, text):
        """Gives the host its own content for one of the machine's files, such as /etc/hosts."""
        private = f"/run/lab/{inside.strip('/').replace('/', '-')}"
        self.write_file(private, text)
        self.run("mount", "--bind", private, inside)

    # --- its network ------------------------------------------------------------------------------

    def ip(self, *words):
        """Runs `ip WORDS...` in the host's network; names and pids are the test process's."""
        with self.entered():
            return _checked(["ip", *[str(word) for word in words]])

    def link_up(self, device):
        self.ip("link", "set", device, "up")

    def link_down(self, device):
        self.ip("link", "set", device, "down")

    def add_route(self, destination, via=None, device=None):
        self.ip("route", "add", destination, *(["via", via] if via else []),
                *(["dev", device] if device else []))

    def routes(self, family=4, table="main"):
        """Routes of a table as a set of Route."""
        text = self.ip(f"-{family}", "-j", "route", "show", "table", table)
        return {Route(r["dst"], r.get("dev", ""), r.get("gateway", ""), r.get("protocol", ""),
                      table, r.get("type", "unicast"))
                for r in json.loads(text or "[]")}

    def sockets(self, *kinds):
        """Sockets of the host from /proc/net: kinds among tcp, udp, raw; all by default."""
        return sockets_of(self.pid, kinds or ("tcp", "udp", "raw"))

    def snmp(self, group, name):
        """A counter of the host's kernel, as snmp("Icmp", "OutDestUnreachs")."""
        return snmp_counter(self.pid, group, name)

    def nft(self, rules):
        """Loads nftables rules (text)."""
        self.run("nft", "-f", "-", input=rules)

    def sysctl(self, name, value):
        """Sets a parameter of the host's network, as sysctl("net.ipv4.ip_default_ttl", 1)."""
        with self.entered(), open(f"/proc/sys/{name.replace('.', '/')}", "w",
                                  encoding="ascii") as setting:
            setting.write(str(value))

    def forward(self):
        """Makes the host a router."""
        self.sysctl("net.ipv4.ip_forward", 1)


def connect(network, left, right, left_device="eth0", right_device="eth0"):
    """A cable: a veth pair between two hosts, with the first two addresses of `network`."""
    left.ip("link", "add", left_device, "type", "veth", "peer", "name", right_device, "netns",
            right.pid)
    _configure(left, left_device, network, 1)
    _configure(right, right_device, network, 2)


def switch(network, middle, *hosts, device="eth0", bridge="br0"):
    """A switch held by `middle`; each of `hosts` (which may include it) gets the next address."""
    middle.ip("link", "add", bridge, "type", "bridge", "forward_delay", "0", "mcast_snooping", "0")
    middle.link_up(bridge)
    for number, host in enumerate(hosts, 1):
        if host is middle:
            _configure(middle, bridge, network, number)
            continue
        port = f"port{number}"
        middle.ip("link", "add", port, "type", "veth", "peer", "name", device, "netns", host.pid)
        middle.ip("link", "set", port, "master", bridge, "up")
        _configure(host, device, network, number)


def _configure(host, device, network, number):
    """The number-th address of the network on a device that comes up at once."""
    net = ipaddress.ip_network(network)
    address = net[number]
    host.ip("address", "add", f"{address}/{net.prefixlen}", "dev", device,
            *(["nodad"] if net.version == 6 else []))
    host.link_up(device)
    host.addresses.append(str(address))


def _bind_syslog():
    log = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    log.bind("/dev/log")
    os.chmod("/dev/log", 0o666)
    return log


def _environment(extra):
    """The test's environment with a PATH that has the sbin directories, in the C locale."""
    path = os.environ.get("PATH", "")
    wanted = [p for p in ("/usr/local/sbin", "/usr/sbin", "/sbin", "/usr/bin", "/bin")
              if p not in path.split(":")]
    return {**os.environ, "PATH": ":".join([path, *wanted]), "LC_ALL": "C.UTF-8", **(extra or {})}


def _checked(argv):
    done = subprocess.run(argv, capture_output=True, text=True, timeout=EVENT, check=False,
                          env=_environment(None))
    if done.returncode != 0:
        raise AssertionError(f"{argv} exited {done.returncode}: {done.stderr}")
    return done.stdout
