# SPDX-License-Identifier: GPL-2.0-or-later
"""The small process that keeps a host's namespaces alive, and what is mounted in them.

It mounts by system calls and not by commands, which would be slow: the tests make hundreds of hosts.
"""
import fcntl
import os
import socket
import stat
import struct
import subprocess

from . import namespaces as ns

# /proc can be mounted only from inside the process namespace. SIGCHLD is ignored so that the
# kernel reaps every orphan that is reparented to process 1.
HOLDER = """
mount -t proc proc /proc && trap '' CHLD HUP INT TERM && echo ready && exec cat >/dev/null
"""
DEVICES = ("null", "zero", "full", "random", "urandom", "tty", "console", "ptmx", "ppp",
           "fd", "stdin", "stdout", "stderr")
DEVICE_DIRECTORIES = ("pts", "shm", "net")
SIOCSIFFLAGS, IFF_UP, IFF_RUNNING = 0x8914, 0x1, 0x40


def start(name, environment):
    """Starts the process in new namespaces. The calling thread must end afterwards."""
    ns.unshare(ns.CLONE_FS | ns.CLONE_NEWNS | ns.CLONE_NEWUTS | ns.CLONE_NEWNET | ns.CLONE_NEWPID)
    os.umask(0o022)  # of this thread only, since CLONE_FS
    ns.mount(None, "/", None, ns.MS_REC | ns.MS_PRIVATE)
    socket.sethostname(name)
    _loopback_up()
    _mount_run()
    _mount_dev()
    _mount_ppp()
    _mount_resolv_conf()
    return subprocess.Popen(["sh", "-c", HOLDER, f"host-{name}"], cwd="/", env=environment,
                            stdin=subprocess.PIPE, stdout=subprocess.PIPE)


def _loopback_up():
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP | IFF_RUNNING))


def _mount_run():
    ns.mount("run", "/run", "tmpfs", 0, "mode=0755,size=64m")
    for directory in ("lock", "lab", "dev"):
        os.mkdir(f"/run/{directory}")


def _mount_dev():
    """A private /dev, so that each host has its own /dev/log."""
    ns.mount("dev", "/run/dev", "tmpfs", 0, "mode=0755,size=1m")
    for entry in DEVICES:
        _copy_device(f"/dev/{entry}", f"/run/dev/{entry}")
    for directory in DEVICE_DIRECTORIES:
        if os.path.isdir(f"/dev/{directory}"):
            os.mkdir(f"/run/dev/{directory}")
            ns.mount(f"/dev/{directory}", f"/run/dev/{directory}", None, ns.MS_BIND | ns.MS_REC)
    ns.mount("/run/dev", "/dev", None, ns.MS_MOVE)
    os.rmdir("/run/dev")


def _copy_device(old, new):
    if os.path.islink(old):
        os.symlink(os.readlink(old), new)
    elif os.path.exists(old):
        node = os.stat(old)
        os.mknod(new, stat.S_IFCHR | 0o600, node.st_rdev)
        os.chown(new, node.st_uid, node.st_gid)
        os.chmod(new, stat.S_IMODE(node.st_mode))


def _mount_ppp():
    if not os.path.isdir("/etc/ppp"):
        return
    ns.mount("ppp", "/etc/ppp", "tmpfs", 0, "mode=0755,size=4m")
    os.mkdir("/etc/ppp/peers")
    for file, mode in (("options", 0o644), ("chap-secrets", 0o600), ("pap-secrets", 0o600)):
        os.close(os.open(f"/etc/ppp/{file}", os.O_CREAT | os.O_WRONLY, mode))


def _mount_resolv_conf():
    """A copy, because tunnels enter their name servers, and no test may change where this machine asks."""
    if not os.path.isfile("/etc/resolv.conf"):
        return
    with open("/etc/resolv.conf", "rb") as file, open("/run/lab/resolv.conf", "wb") as copy:
        copy.write(file.read())
    ns.mount("/run/lab/resolv.conf", "/etc/resolv.conf", None, ns.MS_BIND)
