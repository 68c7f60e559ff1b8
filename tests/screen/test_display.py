# SPDX-License-Identifier: GPL-2.0-or-later
"""The harness itself: a picture has the pixels of the display."""
import struct
import zlib

from lab.display import HEADER, pixels, png


def test_a_picture_has_the_pixels_of_the_display():
    words = [0] * 25
    words[0], words[4], words[5], words[11], words[12], words[19] = HEADER.size, 2, 2, 32, 8, 0
    red, green, blue, white = b"\0\0\xff\0", b"\0\xff\0\0", b"\xff\0\0\0", b"\xff\xff\xff\0"
    width, height, rows = pixels(HEADER.pack(*words) + red + green + blue + white)
    assert (width, height, rows) == (2, 2, [b"\xff\0\0\0\xff\0", b"\0\0\xff\xff\xff\xff"])
    picture = png(width, height, rows)
    assert struct.unpack(">II", picture[16:24]) == (2, 2)
    data = zlib.decompress(picture[picture.index(b"IDAT") + 4:])
    assert data == b"\2\xff\0\0\0\xff\0" + b"\2" + bytes((b - a) & 0xff for a, b in zip(rows[0], rows[1]))


def test_the_display_is_not_empty_when_the_window_is_open(display, window):
    _, _, rows = pixels((display.directory / "Xvfb_screen0").read_bytes())
    assert len(set(rows)) > 10
