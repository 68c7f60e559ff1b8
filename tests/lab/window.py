# SPDX-License-Identifier: GPL-2.0-or-later
"""pptpconfig as a screen reader has it: widgets are found by role and name, through the accessibility bus."""
import itertools

import gi

from .lines import Timeout, wait_until

gi.require_version("Atspi", "2.0")
from gi.repository import Atspi, GLib  # noqa: E402

LOOKS_BEFORE_ALL_IS_READ_AGAIN = 10

# Keycodes of Xvfb's keyboard.
MODIFIERS = {"Control": 37, "Shift": 50, "Alt": 64}
KEYS = {"Tab": 0xff09, "Return": 0xff0d, "Escape": 0xff1b, "Delete": 0xffff, "Home": 0xff50, "Left": 0xff51, "Up": 0xff52,
        "Right": 0xff53, "Down": 0xff54, "End": 0xff57, "F1": 0xffbe, "F2": 0xffbf, "F5": 0xffc2, "F10": 0xffc7, "Menu": 0xff67, "space": 0x20}
ROLES = {"push button": "button", "toggle button": "button", "menu item": "button", "text": "entry",
         "password text": "entry", "check box": "switch", "page tab": "tab", "switch": "switch"}


def pump():
    """Lets libatspi take what the window has told."""
    while GLib.MainContext.default().iteration(False):
        pass


def name_of(widget):
    """GTK 4.8 puts the mnemonic and the text of the label before the accessible name: "_Save Save" is Save."""
    words = widget.get_name().replace("_", "").split()
    half = len(words) // 2
    return " ".join(words[:half] if half and words[:half] == words[half:] else words)


def role_of(widget):
    role = widget.get_role_name()
    return ROLES.get(role, role)


def states(widget):
    return {state.value_nick for state in widget.get_state_set().get_states()}


def children(widget):
    for index in range(widget.get_child_count()):
        child = widget.get_child_at_index(index)
        if child is not None:
            yield child


def has(widget, interface):
    return interface in widget.get_interfaces()


def is_drawn(widget):
    """False on a page that was never open."""
    if not has(widget, "Component"):
        return True
    extents = Atspi.Component.get_extents(widget, Atspi.CoordType.WINDOW)
    return extents.width > 0 and extents.height > 0


def text_of(widget):
    if not has(widget, "Text"):
        return name_of(widget)
    return Atspi.Text.get_text(widget, 0, Atspi.Text.get_character_count(widget))


class Window:
    """`process` is the program, and `windows` what the display has."""

    def __init__(self, process, windows):
        self.process = process
        self.windows = windows
        desktop = Atspi.get_desktop(0)
        self._application = wait_until(lambda: self._application_of(desktop), what="the window on the accessibility bus")
        wait_until(lambda: self.windows.size()[0], what="the window on the display")

    def _application_of(self, desktop):
        pump()
        if self.process.poll() is not None:
            raise Timeout(f"the window has ended with status {self.process.returncode}")
        return next((application for application in children(desktop)
                     if application.get_process_id() == self.process.pid and application.get_child_count()), None)

    # Reading

    def widgets(self):
        """Every widget that is shown."""
        pump()
        frames = list(children(self._application))
        hidden = {name_of(tab) for frame in frames for tab in self._below(frame, set())
                  if role_of(tab) == "tab" and "selected" not in states(tab)}
        for frame in frames:
            yield from self._below(frame, hidden)

    def _below(self, widget, hidden):
        # A page of a stack is a panel without a place, which has the name of its tab.
        if not has(widget, "Component") and name_of(widget) in hidden:
            return
        yield widget
        for child in children(widget):
            yield from self._below(child, hidden)

    def read(self, what, reader):
        """What `reader` returns. A widget may go while it is read; then it is all read again."""
        return self.wait(lambda: [reader()], f"{what} can be read")[0]

    def all(self, role, name=None):
        """Every widget of this role whose name is, or begins with, `name`. If one is just `name`, only those."""
        return self.read(f"each {role}", lambda: self._all(role, name))

    def _all(self, role, name=None):
        named = [(name_of(widget), widget) for widget in self.widgets() if role_of(widget) == role]
        if name is not None:
            named = ([found for found in named if found[0] == name]
                     or [found for found in named if found[0].startswith(name)])
        return [widget for _, widget in named if is_drawn(widget)]

    def find(self, role, name):
        return self.wait(lambda: next(iter(self._all(role, name)), None), f"the {role} {name!r}")

    def wait(self, condition, what):
        looks = itertools.count(1)

        def look():
            # GTK does not tell libatspi of every change.
            if next(looks) % LOOKS_BEFORE_ALL_IS_READ_AGAIN == 0:
                self._application.clear_cache()
            try:
                return condition()
            except GLib.GError:  # a widget has gone while it was read
                assert self.process.poll() is None, f"the window has ended with status {self.process.returncode}"
                return None
        try:
            return wait_until(look, what=what, interval=0.05)
        except Timeout as timeout:
            raise Timeout(f"{timeout}; the window has:\n{self.describe()}") from None

    def describe(self):
        try:
            return "\n".join(f"  {role_of(widget)} {text_of(widget)!r}" for widget in self.widgets()
                             if text_of(widget) and is_drawn(widget))
        except GLib.GError as error:
            return f"  widgets that change: {error}"

    @property
    def texts(self):
        """The texts of all labels that are shown, and the names of those that stand for a state."""
        return self.read("all labels", self._texts)

    def _texts(self):
        return [text for label in self._all("label") for text in dict.fromkeys((text_of(label), name_of(label)))]

    def width_of(self, role, name):
        """Pixels."""
        return self.read("the width", lambda: Atspi.Component.get_extents(self.find(role, name), Atspi.CoordType.WINDOW).width)

    def right_edge(self):
        """Where the rightmost label or button ends, in pixels."""
        places = self.read("all places", lambda: [
            Atspi.Component.get_extents(widget, Atspi.CoordType.WINDOW)
            for role in ("label", "button", "tab") for widget in self._all(role)])
        return max(place.x + place.width for place in places)

    def wait_text(self, text):
        """Waits until a label contains the text, and returns the whole label."""
        return self.wait(lambda: next((label for label in self._texts() if text in label), None), f"the text {text!r}")

    def value(self, role, name):
        """The text of an entry, True or False of a switch, or the selected row of a list."""
        return self.read(f"the {role} {name!r}", lambda: self._value(role, name))

    def _value(self, role, name):
        widget = self.find(role, name)
        if role == "switch":
            return "checked" in states(widget)
        if role == "list":
            return next((name_of(row) for row in children(widget) if "selected" in states(row)), None)
        return text_of(widget)

    def wait_value(self, role, name, value):
        self.wait(lambda: self.value(role, name) == value, f"{value!r} in the {role} {name!r}")

    name_of = staticmethod(name_of)

    def states(self, role, name):
        return self.read(f"the {role} {name!r}", lambda: states(self.find(role, name)))

    def is_usable(self, role, name):
        """Whether the user can use the widget. GTK says only of the outermost of several widgets that they cannot be used."""
        return self.read(f"the {role} {name!r}", lambda: all("sensitive" in states(widget) for widget in self._upwards(role, name)))

    def _upwards(self, role, name):
        widget = self.find(role, name)
        while widget and has(widget, "Component"):
            yield widget
            widget = widget.get_parent()

    # Acting

    def click(self, name, role="button"):
        widget = self.wait(lambda: next((widget for widget in self._all(role, name) if "sensitive" in states(widget)
                                         and Atspi.Action.get_n_actions(widget)), None), f"the {role} {name!r}, ready to be used")
        assert Atspi.Action.do_action(widget, 0), name

    def tab(self, name):
        self.click(name, "tab")
        self.wait(lambda: "selected" in states(self.find("tab", name)), f"the page {name!r}")

    def enter(self, name, text):
        assert Atspi.EditableText.set_text_contents(self.find("entry", name), text), name

    def switch(self, name, on):
        if self.value("switch", name) != on:
            assert Atspi.Action.do_action(self.find("switch", name), 0), name
        self.wait_value("switch", name, on)

    def select(self, name, row):
        """Selects the row of a list whose name is, or begins with, `row`."""
        def try_it():
            rows = [name_of(child) for child in children(self.find("list", name))]
            index = next((i for i, text in enumerate(rows) if text == row or text.startswith(row)), None)
            return index is not None and Atspi.Selection.select_child(self.find("list", name), index)
        self.wait(try_it, f"the row {row!r} of the list {name!r}")

    def press(self, key):
        """Presses a key: a letter, a name of KEYS, or one of them after Control+, Alt+ or Shift+."""
        self.windows.focus()
        *modifiers, key = key.split("+")
        for modifier in modifiers:
            Atspi.generate_keyboard_event(MODIFIERS[modifier], None, Atspi.KeySynthType.PRESS)
        Atspi.generate_keyboard_event(KEYS.get(key) or ord(key), None, Atspi.KeySynthType.SYM)
        for modifier in reversed(modifiers):
            Atspi.generate_keyboard_event(MODIFIERS[modifier], None, Atspi.KeySynthType.RELEASE)
        pump()

    def type(self, text):
        for letter in text:
            self.press(letter)

    def focused(self):
        """Returns (role, name) of the widget that has the keyboard."""
        return self.read("which widget has the keyboard", lambda: next(
            ((role_of(widget), name_of(widget)) for widget in self.widgets() if "focused" in states(widget)), None))

    def tab_to(self, role, name, key="Tab"):
        """Presses Tab until this widget has the keyboard."""
        for _ in range(100):
            if self.focused() == (role, name):
                return
            before = self.focused()
            self.press(key)
            wait_until(lambda before=before: self.focused() != before, timeout=2, what=f"the keyboard leaves {before}")
        raise Timeout(f"Tab never comes to the {role} {name!r}")

    # The end

    def stop(self):
        self.process.terminate()
        self.process.wait()
