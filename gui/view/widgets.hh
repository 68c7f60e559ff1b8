// SPDX-License-Identifier: GPL-2.0-or-later
// Small helpers for widgets.
#pragma once

#include <gtkmm/box.h>
#include <gtkmm/button.h>
#include <gtkmm/label.h>
#include <gtkmm/widget.h>

#include <string>

namespace callgate::gui {

constexpr int kGap = 6;  // pixels between widgets

// Gives the widget the name by which screen readers and tests know it.
void set_accessible_name(Gtk::Widget& widget, const std::string& name);

// A label on the left that wraps, and whose text can be selected and copied if `selectable`.
Gtk::Label* make_label(const std::string& text, bool selectable = false);

// A button with a mnemonic.
Gtk::Button* make_button(const std::string& text, const sigc::slot<void()>& clicked);

// An icon button, whose name is only for screen readers and the tooltip.
Gtk::Button* make_icon_button(const std::string& icon, const std::string& name,
                              const sigc::slot<void()>& clicked);

// Removes all children of a box.
void clear(Gtk::Box& box);

}  // namespace callgate::gui
