// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/widgets.hh"

#include <gtkmm/accessible.h>

#include "gui/model/translate.hh"

namespace callgate::gui {

void set_accessible_name(Gtk::Widget& widget, const std::string& name) {
  Glib::Value<Glib::ustring> value;
  value.init(Glib::Value<Glib::ustring>::value_type());
  value.set(name);
  widget.update_property(Gtk::Accessible::Property::LABEL, value);
}

Gtk::Label* make_label(const std::string& text, bool selectable) {
  auto* label = Gtk::make_managed<Gtk::Label>(text);
  label->set_halign(Gtk::Align::START);
  label->set_xalign(0);
  label->set_wrap();
  label->set_natural_wrap_mode(Gtk::NaturalWrapMode::NONE);
  label->set_selectable(selectable);
  return label;
}

Gtk::Button* make_button(const std::string& text, const sigc::slot<void()>& clicked) {
  auto* button = Gtk::make_managed<Gtk::Button>(text, /*mnemonic=*/true);
  set_accessible_name(*button, without_mnemonic(text));
  button->signal_clicked().connect(clicked);
  return button;
}

Gtk::Button* make_icon_button(const std::string& icon, const std::string& name,
                              const sigc::slot<void()>& clicked) {
  auto* button = Gtk::make_managed<Gtk::Button>();
  button->set_icon_name(icon);
  button->set_tooltip_text(name);
  set_accessible_name(*button, name);
  button->signal_clicked().connect(clicked);
  return button;
}

void clear(Gtk::Box& box) {
  while (auto* child = box.get_first_child()) box.remove(*child);
}

}  // namespace callgate::gui
