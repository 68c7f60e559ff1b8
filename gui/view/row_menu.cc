// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/row_menu.hh"

#include <giomm/menu.h>
#include <gtkmm/eventcontrollerkey.h>
#include <gtkmm/gestureclick.h>

#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

Glib::RefPtr<Gio::Menu> items(TunnelState state) {
  bool off = state == TunnelState::off || state == TunnelState::failed;
  auto connection = Gio::Menu::create();
  connection->append(off ? _("_Connect") : _("_Disconnect"), "win.toggle");
  connection->append(_("_Test connection"), "win.test");
  auto change = Gio::Menu::create();
  change->append(_("_Edit"), "win.page-settings");
  change->append(_("_Rename"), "win.rename");
  change->append(_("D_uplicate"), "win.duplicate");
  change->append(_("C_opy as command"), "win.copy-command");
  change->append(_("Repair the fi_les"), "win.repair");
  auto removal = Gio::Menu::create();
  removal->append(_("D_elete"), "win.delete");
  auto menu = Gio::Menu::create();
  for (const auto& section : {connection, change, removal}) menu->append_section(section);
  return menu;
}

}  // namespace

RowMenu::RowMenu(Gtk::Widget& parent, TunnelList& list, std::function<TunnelState()> state)
    : parent_(parent), list_(list), state_(std::move(state)) {
  menu_.set_parent(parent_);
  menu_.set_has_arrow(false);
  menu_.set_halign(Gtk::Align::START);
  add_keys();
  add_mouse();
}

RowMenu::~RowMenu() {
  menu_.unparent();
}

void RowMenu::add_keys() {
  auto keys = Gtk::EventControllerKey::create();
  keys->signal_key_pressed().connect(
      [this](guint key, guint, Gdk::ModifierType modifiers) {
        auto shift = (modifiers & Gdk::ModifierType::SHIFT_MASK) == Gdk::ModifierType::SHIFT_MASK;
        if (key == GDK_KEY_Menu || (key == GDK_KEY_F10 && shift))
          open();
        else if (key == GDK_KEY_Delete)
          return list_.activate_action("win.delete");
        else
          return false;
        return true;
      },
      false);
  list_.add_controller(keys);
}

void RowMenu::add_mouse() {
  auto click = Gtk::GestureClick::create();
  click->set_button(GDK_BUTTON_SECONDARY);
  click->signal_pressed().connect([this](int, double, double y) {
    auto* row = list_.get_row_at_y(static_cast<int>(y));
    if (!row) return;
    list_.select_row(*row);
    open();
  });
  list_.add_controller(click);
}

void RowMenu::open() {
  auto* row = list_.get_selected_row();
  double x = 0, y = 0;
  if (!row || !row->translate_coordinates(parent_, 0, row->get_height(), x, y)) return;
  menu_.set_menu_model(items(state_()));
  menu_.set_pointing_to({static_cast<int>(x), static_cast<int>(y), row->get_width(), 1});
  menu_.popup();
}

}  // namespace callgate::gui
