// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/form.hh"

#include <gtkmm/expander.h>
#include <gtkmm/switch.h>
#include <gtkmm/textview.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {

Form::Form() : Gtk::Box(Gtk::Orientation::VERTICAL, 2 * kGap) {
  set_margin(3 * kGap);
}

void Form::section(const std::string& title) {
  grid_ = Gtk::make_managed<Gtk::Grid>();
  grid_->set_column_spacing(2 * kGap);
  grid_->set_row_spacing(kGap);
  row_ = 0;
  section_ = nullptr;
  if (title.empty()) return append(*grid_);
  auto* expander = section_ = Gtk::make_managed<Gtk::Expander>(title, /*mnemonic=*/true);
  set_accessible_name(*expander, without_mnemonic(title));
  grid_->set_margin_top(kGap);
  grid_->set_margin_start(3 * kGap);
  expander->set_child(*grid_);
  append(*expander);
}

void Form::add_row(const char* option, const std::string& label, const std::string& help,
                   Gtk::Widget& field) {
  auto* title = Gtk::make_managed<Gtk::Label>(label, /*mnemonic=*/true);
  title->set_mnemonic_widget(field);
  title->set_xalign(0);
  title->set_valign(Gtk::Align::START);
  title->set_margin_top(kGap);
  set_accessible_name(field, without_mnemonic(label));
  field.set_tooltip_text(help);
  auto* error = make_label("");
  error->add_css_class("error");
  error->set_visible(false);
  errors_.try_emplace(option, Error{error, section_});
  grid_->attach(*title, 0, row_);
  grid_->attach(field, 1, row_++);
  grid_->attach(*error, 1, row_++);
}

void Form::tell_edited() {
  if (!showing_) edited_.emit();
}

Gtk::Entry& Form::entry(const char* option, const std::string& label, const std::string& help) {
  auto* entry = Gtk::make_managed<Gtk::Entry>();
  entry->set_hexpand();
  entry->signal_changed().connect([this] { tell_edited(); });
  add_row(option, label, help, *entry);
  return *entry;
}

void Form::text(std::string Settings::*member, const char* option, const std::string& label,
                const std::string& help) {
  auto* field = &entry(option, label, help);
  show_.push_back([=](const Settings& settings) { field->set_text(settings.*member); });
  read_.push_back([=](Settings& settings) { settings.*member = field->get_text().raw(); });
}

void Form::number(long Settings::*member, const char* option, const std::string& label,
                  const std::string& help) {
  auto* field = &entry(option, label, help);
  field->set_input_purpose(Gtk::InputPurpose::DIGITS);
  show_.push_back(
      [=](const Settings& settings) { field->set_text(std::to_string(settings.*member)); });
  // What is no number becomes -1, which pptpsetup refuses with its own sentence.
  read_.push_back([=](Settings& settings) {
    auto typed = field->get_text().raw();
    char* end = nullptr;
    auto value = std::strtol(typed.c_str(), &end, 10);
    settings.*member = typed.empty() ? 0 : *end ? -1 : value;
  });
}

void Form::toggle(bool Settings::*member, const char* option, const std::string& label,
                  const std::string& help) {
  auto* field = Gtk::make_managed<Gtk::Switch>();
  field->set_halign(Gtk::Align::START);
  field->property_active().signal_changed().connect([this] { tell_edited(); });
  add_row(option, label, help, *field);
  show_.push_back([=](const Settings& settings) { field->set_active(settings.*member); });
  read_.push_back([=](Settings& settings) { settings.*member = field->get_active(); });
}

void Form::choice(std::string Settings::*member, const char* option, const std::string& label,
                  const Choice::Values& values) {
  auto* field = Gtk::make_managed<Choice>(values);
  field->signal_chosen().connect([this] { tell_edited(); });
  add_row(option, label, "", *field);
  show_.push_back([=](const Settings& settings) { field->set(settings.*member); });
  read_.push_back([=](Settings& settings) {
    if (auto value = field->value(); !value.empty()) settings.*member = value;
  });
}

void Form::list(Words Settings::*member, const char* option, const std::string& label,
                const std::string& help) {
  auto* field = &entry(option, label, help);
  show_.push_back([=](const Settings& settings) { field->set_text(join(settings.*member, ", ")); });
  read_.push_back([=](Settings& settings) { settings.*member = split_list(field->get_text()); });
}

void Form::lines(Words Settings::*member, const char* option, const std::string& label,
                 const std::string& help) {
  auto* field = Gtk::make_managed<Gtk::TextView>();
  field->set_hexpand();
  field->set_monospace();
  field->set_accepts_tab(false);
  field->set_size_request(-1, 60);
  field->add_css_class("frame");
  field->get_buffer()->signal_changed().connect([this] { tell_edited(); });
  add_row(option, label, help, *field);
  show_.push_back([=](const Settings& settings) {
    field->get_buffer()->set_text(join(settings.*member, "\n"));
  });
  read_.push_back([=](Settings& settings) {
    (settings.*member).clear();
    std::istringstream text(field->get_buffer()->get_text().raw());
    for (std::string line; std::getline(text, line);)
      if (line.find_first_not_of(" \t") != line.npos) (settings.*member).push_back(line);
  });
}

void Form::ways(const std::vector<std::pair<std::string, std::string>>& names) {
  for (const auto& [way, label] : names) {
    auto* field = Gtk::make_managed<Gtk::Switch>();
    field->set_halign(Gtk::Align::START);
    field->property_active().signal_changed().connect([this] { tell_edited(); });
    add_row("login", label, "", *field);
    show_.push_back([field, way = way](const Settings& settings) {
      field->set_active(std::count(settings.login.begin(), settings.login.end(), way) > 0);
    });
    // The order is that of pptpsetup.
    read_.push_back([field, way = way](Settings& settings) {
      if (way == login_ways().front()) settings.login.clear();
      if (field->get_active()) settings.login.push_back(way);
    });
  }
}

void Form::password(const std::string& label) {
  password_ = Gtk::make_managed<Gtk::PasswordEntry>();
  password_->set_hexpand();
  password_->property_show_peek_icon() = true;
  password_->signal_changed().connect([this] { tell_edited(); });
  add_row("password", label, "", *password_);
}

void Form::note(const std::string& text) {
  auto* label = make_label(text, /*selectable=*/true);
  label->add_css_class("dim-label");
  grid_->attach(*label, 0, row_++, 2);
}

void Form::show_settings(const Settings& settings) {
  showing_ = true;
  for (const auto& show : show_) show(settings);
  showing_ = false;
  clear_errors();
}

void Form::read(Settings& settings) const {
  for (const auto& read : read_) read(settings);
}

std::string Form::entered_password() const {
  return password_ ? password_->get_text().raw() : "";
}

void Form::clear_password(bool saved) {
  if (!password_) return;
  showing_ = true;
  password_->set_text("");
  password_->property_placeholder_text() = saved ? _("saved") : "";
  showing_ = false;
}

bool Form::show_error(const std::string& option, const std::string& sentence) {
  auto found = errors_.find(option);
  if (found == errors_.end()) return false;
  auto [label, section] = found->second;
  label->set_text(sentence);
  label->set_visible();
  if (section) section->set_expanded();
  return true;
}

void Form::clear_errors() {
  for (auto& [option, error] : errors_) error.label->set_visible(false);
}

}  // namespace callgate::gui
