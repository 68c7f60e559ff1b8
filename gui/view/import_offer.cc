// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/import_offer.hh"

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {

ImportOffer::ImportOffer()
    : Gtk::Box(Gtk::Orientation::HORIZONTAL, kGap), files_(Gtk::Orientation::VERTICAL, kGap) {
  add_css_class("offer");
  files_.set_hexpand();
  auto* later = make_button(_("Not _now"), [this] { answer(""); });
  later->set_valign(Gtk::Align::START);
  append(files_);
  append(*later);
  set_visible(false);
}

void ImportOffer::show_files(const Words& files) {
  clear(files_);
  files_.append(*make_label(_("Files of other programs on this machine have PPTP tunnels.")));
  for (const auto& file : files) {
    auto* button = make_button("", [this, file] { answer(file); });
    auto text = fill(_("Import {}"), file);
    auto* label = make_label(text);
    label->set_ellipsize(Pango::EllipsizeMode::MIDDLE);
    button->set_child(*label);
    button->set_halign(Gtk::Align::START);
    set_accessible_name(*button, text);
    files_.append(*button);
  }
  set_visible(!files.empty());
}

void ImportOffer::answer(const std::string& file) {
  set_visible(false);
  answered_.emit(file);
}

}  // namespace callgate::gui
