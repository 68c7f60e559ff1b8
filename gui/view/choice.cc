// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/choice.hh"

#include "gui/view/widgets.hh"

namespace callgate::gui {

Choice::Choice(Values values) : values_(std::move(values)) {
  set_selection_mode(Gtk::SelectionMode::SINGLE);
  add_css_class("boxed");
  for (const auto& [value, text] : values_) {
    auto* row = Gtk::make_managed<Gtk::ListBoxRow>();
    auto* label = make_label(text);
    label->set_margin(kGap);
    row->set_child(*label);
    set_accessible_name(*row, text);
    append(*row);
  }
  signal_selected_rows_changed().connect([this] { chosen_.emit(); });
}

std::string Choice::value() const {
  auto* row = const_cast<Choice*>(this)->get_selected_row();
  return row ? values_[static_cast<size_t>(row->get_index())].first : "";
}

void Choice::set(const std::string& value) {
  unselect_all();
  for (size_t i = 0; i < values_.size(); ++i)
    if (values_[i].first == value) select_row(*get_row_at_index(static_cast<int>(i)));
}

}  // namespace callgate::gui
