# SPDX-License-Identifier: GPL-2.0-or-later
"""A display, and the buses that a window needs, on which windows are shown, read and photographed."""
import os
import shutil
import struct
import subprocess
import zlib
from pathlib import Path

from . import programs

HEADER = struct.Struct(">25I")  # of an XWD file, up to the members that name the window
COLOUR_BYTES = 12  # of an entry of the colour map
WINDOW = programs.prefix() / "bin/pptpconfig"
# What a window must not find in the environment of the tests: another display, and the settings of a desktop.
OF_A_WINDOW = {"GDK_BACKEND": "x11", "GSK_RENDERER": "cairo", "GTK_A11Y": "atspi", "GSETTINGS_BACKEND": "memory",
               "GIO_USE_VFS": "local", "MESA_SHADER_CACHE_DISABLE": "true", "LC_ALL": "C.UTF-8"}
# One bus for the session and for accessibility, which every user may use.
SHARED_BUS = """<busconfig>
  <type>session</type>
  <listen>unix:path={socket}</listen>
  <auth>EXTERNAL</auth>
  <servicedir>/usr/share/dbus-1/accessibility-services</servicedir>
  <policy context="default">
    <allow user="*"/>
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""


class Display:
    """Xvfb without a window manager. It keeps what it shows in a file that needs no program to be read."""

    def __init__(self, directory, width=1000, height=700):
        self.directory = Path(directory)
        self.directory.mkdir(exist_ok=True)
        reader, writer = os.pipe()
        with open(self.directory / "xvfb.log", "wb") as log:
            self._server = subprocess.Popen(
                ["Xvfb", "-displayfd", str(writer), "-screen", "0", f"{width}x{height}x24", "-fbdir", str(self.directory),
                 "-nolisten", "tcp", "-noreset"], pass_fds=[writer], stdout=log, stderr=log)
        os.close(writer)
        with os.fdopen(reader) as stream:
            number = stream.readline().strip()
        assert number, f"Xvfb did not start:\n{(self.directory / 'xvfb.log').read_text()}"
        self.name = f":{number}"

    def stop(self):
        self._server.terminate()
        self._server.wait()

    def picture(self, width=None, height=None):
        """Returns the left upper part of the display as a PNG file."""
        return png(*pixels((self.directory / "Xvfb_screen0").read_bytes(), width, height))


class SessionBus:
    """dbus-daemon. It starts the accessibility bus when a window asks for it."""

    def __init__(self, environment, configuration="--session"):
        self._daemon = subprocess.Popen(["dbus-daemon", configuration, "--nofork", "--nopidfile", "--print-address=1"],
                                        stdout=subprocess.PIPE, env=environment, text=True)
        self.address = self._daemon.stdout.readline().strip()
        assert self.address, "dbus-daemon did not start"

    def stop(self):
        self._daemon.terminate()
        self._daemon.wait()


def shared_bus(directory, environment):
    """Returns a bus for the windows of several users. The tests read them on the same bus."""
    configuration, socket = Path(directory) / "bus.conf", Path(directory) / "bus"
    configuration.write_text(SHARED_BUS.format(socket=socket))
    # The registry of accessibility, which the bus starts, looks there for its bus.
    return SessionBus(environment | {"AT_SPI_BUS_ADDRESS": f"unix:path={socket}"}, f"--config-file={configuration}")


def missing_programs(*more):
    return [program for program in ("Xvfb", "dbus-daemon", *more) if not shutil.which(program)]


def pixels(xwd, width=None, height=None):
    """Returns (width, height, rows of red, green and blue) of an XWD file with 32 bits for each pixel."""
    header = HEADER.unpack_from(xwd)
    size, full_width, full_height, bits, line, colours = header[0], header[4], header[5], header[11], header[12], header[19]
    assert bits == 32, f"{bits} bits for each pixel"
    width, height = min(width or full_width, full_width), min(height or full_height, full_height)
    start = size + colours * COLOUR_BYTES
    rows = []
    for y in range(height):
        row = xwd[start + y * line:start + y * line + 4 * width]  # blue, green, red, nothing
        rgb = bytearray(3 * width)
        rgb[0::3], rgb[1::3], rgb[2::3] = row[2::4], row[1::4], row[0::4]
        rows.append(bytes(rgb))
    return width, height, rows


def png(width, height, rows):
    """Returns a PNG file. Each row is what it differs by from the row above, because that is mostly nothing."""
    filtered, above = bytearray(), bytes(3 * width)
    for row in rows:
        difference = bytes((a - b) & 0xff for a, b in zip(row, above)) if row != above else bytes(len(row))
        filtered += b"\2" + difference
        above = row
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(bytes(filtered), 9)) + chunk(b"IEND", b""))


def chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
