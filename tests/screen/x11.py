# SPDX-License-Identifier: GPL-2.0-or-later
"""What a window manager does for a window, by libX11: it gives the window a size and the keyboard."""
import ctypes
import ctypes.util

REVERT_TO_PARENT = 2
CURRENT_TIME = 0
VIEWABLE = 2  # of an XWindowAttributes' map_state


class Attributes(ctypes.Structure):
    """XWindowAttributes."""
    _fields_ = ([(name, ctypes.c_int) for name in ("x", "y", "width", "height", "border_width", "depth")]
                + [("visual", ctypes.c_void_p), ("root", ctypes.c_ulong)]
                + [(name, ctypes.c_int) for name in ("window_class", "bit_gravity", "win_gravity", "backing_store")]
                + [("backing_planes", ctypes.c_ulong), ("backing_pixel", ctypes.c_ulong), ("save_under", ctypes.c_int),
                   ("colormap", ctypes.c_ulong), ("map_installed", ctypes.c_int), ("map_state", ctypes.c_int),
                   ("rest", ctypes.c_ubyte * 64)])


class Windows:
    """The windows of a display."""

    def __init__(self, display):
        self._x = ctypes.CDLL("libX11.so.6")
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(display.encode()))
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))

    def _shown(self):
        """Returns the windows that are shown, the uppermost last."""
        children, count = ctypes.POINTER(ctypes.c_ulong)(), ctypes.c_uint()
        ignored = [ctypes.c_ulong(), ctypes.c_ulong()]
        self._x.XQueryTree(self._display, self._root, ctypes.byref(ignored[0]), ctypes.byref(ignored[1]),
                           ctypes.byref(children), ctypes.byref(count))
        windows = [ctypes.c_ulong(children[i]) for i in range(count.value)]
        if children:
            self._x.XFree(children)
        return [window for window in windows if self._attributes(window).map_state == VIEWABLE]

    def _attributes(self, window):
        attributes = Attributes()
        self._x.XGetWindowAttributes(self._display, window, ctypes.byref(attributes))
        return attributes

    def size(self):
        """Returns (width, height) of the uppermost window, or (0, 0) if there is none."""
        shown = self._shown()
        attributes = self._attributes(shown[-1]) if shown else Attributes()
        return attributes.width, attributes.height

    def resize(self, width, height):
        self._x.XMoveResizeWindow(self._display, self._shown()[-1], 0, 0, width, height)
        self._x.XSync(self._display, 0)

    def focus(self):
        """Gives the keyboard to the uppermost window."""
        self._x.XSetInputFocus(self._display, self._shown()[-1], REVERT_TO_PARENT, CURRENT_TIME)
        self._x.XSync(self._display, 0)
