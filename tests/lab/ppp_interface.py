# SPDX-License-Identifier: GPL-2.0-or-later
"""An interface that the kernel and our programs take for pppd's, on kernels with and without PPP.

It is a TUN device whose link type is PPP. It counts the packets that are routed into it, and passes each one on as
pppd does: as a PPP frame into the pty of a tunnel.
"""
import fcntl
import os
import select
import struct
import threading

TUNSETIFF, TUNSETLINK = 0x400454ca, 0x400454cd
IFF_TUN, IFF_NO_PI = 0x0001, 0x1000
ARPHRD_PPP = 512


class PointToPoint:
    """Use as a context manager, or call close(). `ppp=False` makes one of another kind: a VPN of somebody else's."""

    def __init__(self, host, name="ppp0", address="10.77.0.1", pty=None, ppp=True):
        self.host, self.name, self.pty = host, name, pty
        self.packets = 0
        with host.entered():
            self._tun = os.open("/dev/net/tun", os.O_RDWR | os.O_CLOEXEC)
            fcntl.ioctl(self._tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
            if ppp:
                fcntl.ioctl(self._tun, TUNSETLINK, ARPHRD_PPP)
        host.sysctl(f"net.ipv6.conf.{name}.router_solicitations", 0)
        host.ip("address", "add", address, "dev", name)
        host.link_up(name)
        self._stop, self._stopped = os.pipe()
        self._thread = threading.Thread(target=self._carry, daemon=True)
        self._thread.start()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def take_everything(self):
        """The two halves of IPv4 and of IPv6, as `pptpsetup --default-route` and many scripts set them."""
        for half in ("0.0.0.0/1", "128.0.0.0/1"):
            self.host.ip("route", "add", half, "dev", self.name)
        for half in ("::/1", "8000::/1"):
            self.host.ip("-6", "route", "add", half, "dev", self.name)

    def _carry(self):
        while self._stop not in (ready := select.select([self._tun, self._stop], [], [])[0]):
            if self._tun not in ready:
                continue
            packet = os.read(self._tun, 65536)
            if packet[0] >> 4 == 6 and packet[6] == 58:
                continue  # the kernel's own talk with its neighbours
            self.packets += 1
            if self.pty:
                protocol = b"\x00\x21" if packet[0] >> 4 == 4 else b"\x00\x57"
                self.pty.send(b"\xff\x03" + protocol + packet)

    def close(self):
        if self._stopped is not None:
            os.close(self._stopped)
            self._stopped = None
            self._thread.join()
            os.close(self._stop)
            os.close(self._tun)
