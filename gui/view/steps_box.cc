// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/steps_box.hh"

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {

StepsBox::StepsBox(Actions& actions)
    : Gtk::Box(Gtk::Orientation::VERTICAL, kGap), actions_(actions) {
  title_.add_css_class("heading");
  for (auto* label : {&title_, &conclusion_}) {
    label->set_xalign(0);
    label->set_wrap();
    label->set_selectable();
  }
  grid_.set_column_spacing(2 * kGap);
  grid_.set_row_spacing(kGap);
  append(title_);
  append(grid_);
  append(conclusion_);
  set_visible(false);
}

void StepsBox::reset() {
  test_.reset();
  steps_.clear();
  findings_.clear();
  while (auto* child = grid_.get_first_child()) grid_.remove(*child);
  conclusion_.set_text("");
  set_visible(false);
}

void StepsBox::test(const Words& words) {
  reset();
  title_.set_text(_("Testing. This takes up to 20 seconds and changes nothing."));
  set_visible(true);
  test_ = actions_.test(
      words,
      [this](const TestLine& line) {
        if (line.step) add(*line.step);
        if (line.is_end) findings_ = line.findings;
      },
      [this](const std::string& failure) { end(failure); });
}

void StepsBox::add(const Step& step) {
  auto row = static_cast<int>(steps_.size());
  steps_.push_back(step);
  auto* shape = make_label(mark(step.outcome));
  shape->add_css_class("mark");
  if (step.outcome == Step::Outcome::fail) shape->add_css_class("error");
  auto* title = make_label(step.title);
  title->set_max_width_chars(28);
  auto* seen = make_label(step.seen, /*selectable=*/true);
  seen->set_hexpand();
  int column = 0;
  for (auto* label : {shape, title, seen}) {
    label->set_valign(Gtk::Align::START);
    grid_.attach(*label, column++, row);
  }
  set_accessible_name(*title, fill(_("{}: {}"), step.title, word(step.outcome)));
}

void StepsBox::end(const std::string& failure) {
  title_.set_text(failure.empty() ? _("The test has ended.") : _("The test could not be made."));
  auto text = failure.empty() ? conclusion(steps_, findings_) : failure;
  if (!findings_.empty()) text += "\n" + findings_.front().remedy;
  conclusion_.set_text(text);
}

}  // namespace callgate::gui
