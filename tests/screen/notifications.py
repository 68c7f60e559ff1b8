# SPDX-License-Identifier: GPL-2.0-or-later
"""A desktop's server of notifications, which the test reads, and whose buttons it presses."""
from dataclasses import dataclass, field

from gi.repository import Gio, GLib

from lab.window import pump

NAME, PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"
INTERFACE = f"""
<node><interface name="{NAME}">
  <method name="GetCapabilities"><arg direction="out" type="as"/></method>
  <method name="GetServerInformation">
    <arg direction="out" type="s"/><arg direction="out" type="s"/><arg direction="out" type="s"/><arg direction="out" type="s"/>
  </method>
  <method name="Notify">
    <arg direction="in" type="s"/><arg direction="in" type="u"/><arg direction="in" type="s"/><arg direction="in" type="s"/>
    <arg direction="in" type="s"/><arg direction="in" type="as"/><arg direction="in" type="a{{sv}}"/>
    <arg direction="in" type="i"/><arg direction="out" type="u"/>
  </method>
  <method name="CloseNotification"><arg direction="in" type="u"/></method>
</interface></node>
"""
BUS_FLAGS = Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION
CRITICAL = 2  # urgency


@dataclass
class Notification:
    """What is shown. `buttons`: {the text of the button: the word that is sent if it is pressed}"""
    title: str
    body: str
    urgency: int
    buttons: dict = field(default_factory=dict)
    default: str = ""


class NotificationServer:
    def __init__(self, address):
        self.shown = {}  # by their numbers
        self.told, self.closed = [], []  # titles
        self._last = 0
        self._bus = Gio.DBusConnection.new_for_address_sync(address, BUS_FLAGS, None, None)
        self._bus.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(INTERFACE).interfaces[0], self._called, None, None)
        self._bus.call_sync("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus", "RequestName",
                            GLib.Variant("(su)", (NAME, 0)), None, Gio.DBusCallFlags.NONE, -1, None)

    def close(self):
        self._bus.close_sync(None)

    def _called(self, _bus, _sender, _path, _interface, method, parameters, invocation):
        answer = getattr(self, f"_{method}")(*parameters.unpack())
        invocation.return_value(answer)

    def _GetCapabilities(self):
        return GLib.Variant("(as)", (["actions", "body"],))

    def _GetServerInformation(self):
        return GLib.Variant("(ssss)", ("test", "Callgate", "1", "1.2"))

    def _Notify(self, _program, replaced, _icon, title, body, actions, hints, _timeout):
        number = replaced or self._last + 1
        self._last = max(self._last, number)
        words = dict(zip(actions[1::2], actions[0::2]))
        default = next((word for word in actions[0::2] if word == "default"), "")
        self.told.append(title)
        self.shown[number] = Notification(title, body, hints.get("urgency", 1),
                                          {text: word for text, word in words.items() if word != "default"}, default)
        return GLib.Variant("(u)", (number,))

    def _CloseNotification(self, number):
        self.closed.append(self.shown.pop(number).title)

    def find(self, title):
        """The notification with this title that is shown, or None."""
        pump()
        return next((shown for shown in self.shown.values() if shown.title == title), None)

    def number(self, title):
        return next(number for number, shown in self.shown.items() if shown.title == title)

    def press(self, title, button=None):
        """Presses a button of a notification, or the notification itself."""
        number = self.number(title)
        self.send(number, self.shown[number].buttons[button] if button else self.shown[number].default)

    def send(self, number, word):
        """Sends what is sent if the button with this word is pressed, even if the notification has gone meanwhile."""
        self._bus.emit_signal(None, PATH, NAME, "ActionInvoked", GLib.Variant("(us)", (number, word)))
        self._bus.flush_sync(None)
