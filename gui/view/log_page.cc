// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/log_page.hh"

#include <gdkmm/clipboard.h>
#include <glibmm/main.h>
#include <gtkmm/togglebutton.h>

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {

LogPage::LogPage(Actions& actions, Gtk::Stack& stack) : Gtk::Box(Gtk::Orientation::VERTICAL, kGap) {
  set_margin(2 * kGap);
  auto* bar = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::HORIZONTAL, kGap);
  find_.set_placeholder_text(_("Find"));
  find_.set_hexpand();
  set_accessible_name(find_, _("Find"));
  find_.signal_activate().connect([this] { find_next(); });
  bar->append(filter_buttons());
  bar->append(find_);
  // In a small window, there is no room for them beside the filters.
  auto* buttons = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::HORIZONTAL, kGap);
  buttons->set_halign(Gtk::Align::END);
  buttons->set_margin_top(kGap);
  for (auto* button :
       {make_button(_("Cop_y"),
                    [this] { get_clipboard()->set_text(text_.get_buffer()->get_text()); }),
        make_button(_("Rep_ort for a helper"), [this, &actions] { actions.report(tunnel_); })}) {
    buttons->append(*button);
  }
  text_.set_editable(false);
  text_.set_monospace();
  text_.set_wrap_mode(Gtk::WrapMode::WORD_CHAR);
  text_.set_left_margin(kGap);
  set_accessible_name(text_, _("Log"));
  end_ = text_.get_buffer()->create_mark(text_.get_buffer()->end(), /*left_gravity=*/false);
  meaning_ = text_.get_buffer()->create_tag();
  meaning_->property_style() = Pango::Style::ITALIC;
  meaning_->property_left_margin() = 6 * kGap;
  scrolled_.set_child(text_);
  scrolled_.set_vexpand();
  scrolled_.add_css_class("boxed");
  append(*bar);
  append(scrolled_);
  append(*buttons);
  // Before the page is shown, its lines have no places to scroll to.
  signal_map().connect(
      [this] { Glib::signal_idle().connect_once([this] { text_.scroll_to(end_); }); });
  stack.add(*this, "log", _("Log"));
}

Gtk::Widget& LogPage::filter_buttons() {
  const std::pair<const char*, std::string> kFilters[] = {
      {"all", _("All")}, {"pptp", "pptp"}, {"pppd", "pppd"}, {"problems", _("Problems")}};
  auto* box = Gtk::make_managed<Gtk::Box>();
  box->add_css_class("linked");
  Gtk::ToggleButton* first = nullptr;
  for (const auto& [name, text] : kFilters) {
    auto* button = Gtk::make_managed<Gtk::ToggleButton>(text);
    if (first)
      button->set_group(*first);
    else
      first = button;
    button->signal_toggled().connect([this, button, filter = parse_filter(name)] {
      if (!button->get_active()) return;
      filter_ = filter;
      write();
    });
    box->append(*button);
  }
  first->set_active();
  return *box;
}

void LogPage::show_log(const std::string& tunnel, const std::deque<std::string>& log,
                       const Progress& progress) {
  if (!get_mapped() && tunnel == tunnel_ && log.size() == log_.size()) return;
  tunnel_ = tunnel;
  log_ = log;
  progress_ = progress;
  write();
}

// Writes the lines again if they have changed. They are at most some thousand.
void LogPage::write() {
  std::string all;
  std::vector<std::pair<std::string, std::string>> lines;
  for (const auto& line : log_) {
    if (!passes(filter_, line)) continue;
    lines.emplace_back(line, progress_.meaning(line));
    all += line + lines.back().second;
  }
  if (all == shown_) return;
  shown_ = all;
  auto buffer = text_.get_buffer();
  buffer->set_text("");
  for (const auto& [line, meaning] : lines) {
    buffer->insert(buffer->end(), Glib::ustring(line + "\n").make_valid());
    if (!meaning.empty()) buffer->insert_with_tag(buffer->end(), meaning + "\n", meaning_);
  }
  // The newest line is in view. A mark is scrolled to when the lines have got their places.
  text_.scroll_to(end_);
}

void LogPage::find() {
  find_.grab_focus();
}

void LogPage::find_next() {
  auto buffer = text_.get_buffer();
  Gtk::TextIter begin, end;
  auto from = buffer->get_iter_at_mark(buffer->get_insert());
  auto flags = Gtk::TextSearchFlags::CASE_INSENSITIVE;
  if (!from.forward_search(find_.get_text(), flags, begin, end) &&
      !buffer->begin().forward_search(find_.get_text(), flags, begin, end))
    return;
  buffer->select_range(end, begin);
  text_.scroll_to(begin);
}

}  // namespace callgate::gui
