# SPDX-License-Identifier: GPL-2.0-or-later
"""setns(2), unshare(2) and mount(2), which Python 3.11 lacks, and threads inside a namespace."""
import contextlib
import ctypes
import os
import threading

CLONE_FS = 0x00000200
CLONE_NEWNS = 0x00020000
CLONE_NEWUTS = 0x04000000
CLONE_NEWPID = 0x20000000
CLONE_NEWNET = 0x40000000

MS_BIND = 0x1000
MS_MOVE = 0x2000
MS_REC = 0x4000
MS_PRIVATE = 0x40000

_libc = ctypes.CDLL(None, use_errno=True)


def _check(result, what):
    if result != 0:
        error = ctypes.get_errno()
        raise OSError(error, f"{what}: {os.strerror(error)}")


def unshare(flags):
    _check(_libc.unshare(flags), f"unshare {flags:#x}")


def mount(source, target, kind, flags, options=None):
    words = [word.encode() if word else None for word in (source, target, kind)]
    _check(_libc.mount(*words, ctypes.c_ulong(flags), options.encode() if options else None),
           f"mount {target}")


def setns(fd, kind):
    _check(_libc.setns(fd, kind), f"setns {kind:#x}")


def enter(pid, kinds):
    """Moves the calling thread into namespaces of `pid`: {"net": CLONE_NEWNET, ...}, in order."""
    with contextlib.ExitStack() as stack:
        fds = []
        for name, kind in kinds.items():
            fd = os.open(f"/proc/{pid}/ns/{name}", os.O_RDONLY | os.O_CLOEXEC)
            stack.callback(os.close, fd)
            fds.append((fd, kind))
        for fd, kind in fds:
            setns(fd, kind)


@contextlib.contextmanager
def network_of(pid):
    """Inside the block the calling thread is in the network namespace of `pid`: makes sockets."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY | os.O_CLOEXEC)
    try:
        enter(pid, {"net": CLONE_NEWNET})
        try:
            yield
        finally:
            setns(home, CLONE_NEWNET)
    finally:
        os.close(home)


def in_thread(function):
    """What `function` returns in a thread of its own, which may change namespaces and then ends."""
    outcome = {}

    def body():
        try:
            outcome["result"] = function()
        except BaseException as error:  # handed to the caller, whatever it is
            outcome["error"] = error

    thread = threading.Thread(target=body)
    thread.start()
    thread.join()
    if "error" in outcome:
        raise outcome["error"]
    return outcome["result"]
