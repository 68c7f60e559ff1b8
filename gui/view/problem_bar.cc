// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/problem_bar.hh"

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {

ProblemBar::ProblemBar(Actions& actions) : Gtk::Box(Gtk::Orientation::HORIZONTAL, kGap) {
  add_css_class("problem");
  set_visible(false);
  label_.set_hexpand();
  label_.set_wrap();
  label_.set_xalign(0);
  label_.set_selectable();
  as_root_.set_label(_("As _administrator"));
  close_.set_label(_("_Close"));
  for (auto* button : {&as_root_, &close_}) {
    button->set_use_underline();
    button->set_valign(Gtk::Align::CENTER);
    set_accessible_name(*button, without_mnemonic(button->get_label()));
  }
  as_root_.signal_clicked().connect([this, &actions] {
    set_visible(false);
    actions.reload(/*as_root=*/true);
  });
  close_.signal_clicked().connect([this] { set_visible(false); });
  append(label_);
  append(as_root_);
  append(close_);
}

void ProblemBar::show_problem(const std::string& sentence, bool as_root) {
  label_.set_text(sentence);
  as_root_.set_visible(as_root);
  set_visible(true);
}

}  // namespace callgate::gui
