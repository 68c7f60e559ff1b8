# SPDX-License-Identifier: GPL-2.0-or-later
"""What a window manager does for a window, by libX11: it gives the window a size and the keyboard."""
import ctypes
import ctypes.util

from .lines import wait_until

REVERT_TO_NONE, REVERT_TO_PARENT = 0, 2
NO_WINDOW = 0
CURRENT_TIME = 0
SELECTION_REQUEST, SELECTION_NOTIFY, CLIENT_MESSAGE = 30, 31, 33
XDND_VERSION = 5
REPLACE = 0  # the old content of a property
VIEWABLE = 2  # of an XWindowAttributes' map_state


class Attributes(ctypes.Structure):
    """XWindowAttributes."""
    _fields_ = ([(name, ctypes.c_int) for name in ("x", "y", "width", "height", "border_width", "depth")]
                + [("visual", ctypes.c_void_p), ("root", ctypes.c_ulong)]
                + [(name, ctypes.c_int) for name in ("window_class", "bit_gravity", "win_gravity", "backing_store")]
                + [("backing_planes", ctypes.c_ulong), ("backing_pixel", ctypes.c_ulong), ("save_under", ctypes.c_int),
                   ("colormap", ctypes.c_ulong), ("map_installed", ctypes.c_int), ("map_state", ctypes.c_int),
                   ("rest", ctypes.c_ubyte * 64)])


class ClientMessage(ctypes.Structure):
    """XClientMessageEvent with 32 bits for each item."""
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
                ("window", ctypes.c_ulong), ("message_type", ctypes.c_ulong), ("format", ctypes.c_int), ("data", ctypes.c_long * 5)]


class SelectionRequest(ctypes.Structure):
    """XSelectionRequestEvent."""
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
                ("owner", ctypes.c_ulong), ("requestor", ctypes.c_ulong), ("selection", ctypes.c_ulong), ("target", ctypes.c_ulong),
                ("property", ctypes.c_ulong), ("time", ctypes.c_ulong)]


class SelectionNotify(ctypes.Structure):
    """XSelectionEvent."""
    _fields_ = [("type", ctypes.c_int), ("serial", ctypes.c_ulong), ("send_event", ctypes.c_int), ("display", ctypes.c_void_p),
                ("requestor", ctypes.c_ulong), ("selection", ctypes.c_ulong), ("target", ctypes.c_ulong), ("property", ctypes.c_ulong),
                ("time", ctypes.c_ulong)]


class AnyEvent(ctypes.Union):
    """XEvent."""
    _fields_ = [("type", ctypes.c_int), ("message", ClientMessage), ("request", SelectionRequest), ("notify", SelectionNotify),
                ("pad", ctypes.c_long * 24)]


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

    def unfocus(self):
        """Takes the keyboard from all windows, as if another program were in front."""
        self._x.XSetInputFocus(self._display, ctypes.c_ulong(NO_WINDOW), REVERT_TO_NONE, CURRENT_TIME)
        self._x.XSync(self._display, 0)

    def drop(self, file):
        """Drops a file on the middle of the uppermost window, as a file manager does (XDND)."""
        Drop(self._x, self._display, self._root, self._shown()[-1], f"file://{file}\r\n".encode()).run(
            [size // 2 for size in self.size()])


class Drop:
    """The source of one drop."""

    def __init__(self, x, display, root, target, data):
        self._x, self._display, self._target, self._data = x, display, target, data
        x.XInternAtom.restype = x.XCreateSimpleWindow.restype = ctypes.c_ulong
        self._source = ctypes.c_ulong(x.XCreateSimpleWindow(display, root, 0, 0, 1, 1, 0, 0, 0))
        self._list, self._copy = self._atom("text/uri-list"), self._atom("XdndActionCopy")

    def _atom(self, name):
        return self._x.XInternAtom(self._display, name.encode(), 0)

    def _send(self, window, event):
        self._x.XSendEvent(self._display, ctypes.c_ulong(window), 0, ctypes.c_long(0), ctypes.byref(event))
        self._x.XFlush(self._display)

    def _tell(self, name, *data):
        event = AnyEvent(message=ClientMessage(type=CLIENT_MESSAGE, window=self._target.value, message_type=self._atom(name),
                                               format=32, data=(ctypes.c_long * 5)(self._source.value, *data)))
        self._send(self._target.value, event)

    def _give(self, request):
        """Answers a question for the data."""
        self._x.XChangeProperty(self._display, ctypes.c_ulong(request.requestor), ctypes.c_ulong(request.property),
                                ctypes.c_ulong(request.target), 8, REPLACE, self._data, len(self._data))
        self._send(request.requestor, AnyEvent(notify=SelectionNotify(
            type=SELECTION_NOTIFY, requestor=request.requestor, selection=request.selection, target=request.target,
            property=request.property, time=request.time)))

    def run(self, place):
        self._x.XSetSelectionOwner(self._display, ctypes.c_ulong(self._atom("XdndSelection")), self._source, CURRENT_TIME)
        self._tell("XdndEnter", XDND_VERSION << 24, self._list)
        self._tell("XdndPosition", 0, place[0] << 16 | place[1], CURRENT_TIME, self._copy)
        dropped, event = False, AnyEvent()

        def is_finished():
            nonlocal dropped
            while self._x.XPending(self._display):
                self._x.XNextEvent(self._display, ctypes.byref(event))
                if event.type == SELECTION_REQUEST:
                    self._give(event.request)
                elif event.type == CLIENT_MESSAGE and event.message.message_type == self._atom("XdndFinished"):
                    return True
                elif event.type == CLIENT_MESSAGE and event.message.data[1] & 1 and not dropped:  # XdndStatus: it is accepted
                    dropped = True
                    self._tell("XdndDrop", 0, CURRENT_TIME)
            return False
        wait_until(is_finished, what="the window has taken what was dropped")
