// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/settings_page.hh"

#include <gtkmm/scrolledwindow.h>

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {
namespace {

constexpr auto kUnsaved = " \u2022";  // a dot

}  // namespace

SettingsPages::SettingsPages(Actions& actions, Gtk::Stack& stack) : actions_(actions) {
  add_link_fields(link_.form);
  other_lines_ = make_label("", /*selectable=*/true);
  other_lines_->add_css_class("monospace");
  link_.form.append(*other_lines_);
  add_route_fields(routes_.form);
  add(link_, stack, "settings", _("Settings"));
  add(routes_, stack, "routes", _("Routes & DNS"));
  update();
}

void SettingsPages::add(Page& page, Gtk::Stack& stack, const char* name, const std::string& title) {
  auto* box = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::VERTICAL);
  auto* scrolled = Gtk::make_managed<Gtk::ScrolledWindow>();
  scrolled->set_vexpand();
  scrolled->set_policy(Gtk::PolicyType::NEVER, Gtk::PolicyType::AUTOMATIC);
  scrolled->set_child(page.form);
  auto* bar = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::HORIZONTAL, kGap);
  bar->set_margin(kGap);
  page.note.set_hexpand();
  page.note.set_wrap();
  page.note.set_xalign(0);
  page.note.add_css_class("error");
  bar->append(page.note);
  bar->append(page.discard);
  bar->append(page.save);
  page.discard.set_label(_("_Discard"));
  page.save.set_label(_("_Save"));
  page.save.add_css_class("suggested-action");
  for (auto* button : {&page.discard, &page.save}) {
    button->set_use_underline();
    set_accessible_name(*button, without_mnemonic(button->get_label()));
  }
  page.discard.signal_clicked().connect([this] { discard(); });
  page.save.signal_clicked().connect([this] { save(); });
  page.form.signal_edited().connect([this] { edited(); });
  box->append(*scrolled);
  box->append(*bar);
  page.tab = stack.add(*box, name, title);
  page.title = title;
}

void SettingsPages::expect(const std::string& tunnel) {
  if (before_.name != tunnel) show_unreadable("");
  expected_ = true;
  update();
}

void SettingsPages::show_settings(const Settings& settings) {
  before_ = settings;
  readable_ = true;
  expected_ = false;
  discard();
}

void SettingsPages::show_unreadable(const std::string& sentence) {
  before_ = {};
  readable_ = false;
  expected_ = false;
  discard();
  link_.note.set_text(sentence);
  routes_.note.set_text(sentence);
}

Settings SettingsPages::entered() const {
  auto after = before_;
  link_.form.read(after);
  routes_.form.read(after);
  if (after.domain.empty() && after.username != before_.username)
    std::tie(after.domain, after.username) = split_user(after.username);
  return after;
}

bool SettingsPages::changed(const Page& page) const {
  auto after = before_;
  page.form.read(after);
  return readable_ && (after != before_ || !page.form.entered_password().empty());
}

bool SettingsPages::changed() const {
  return changed(link_) || changed(routes_);
}

bool SettingsPages::can_edit() const {
  return readable_ && !expected_ && !saving_.count(before_.name);
}

void SettingsPages::edited() {
  actions_.stop_check();
  if (readable_) show_checked(nullptr);
  if (!changed()) return;
  actions_.check(edit_words(before_, entered()),
                 [this](const Refusal* refusal) { show_checked(refusal); });
}

void SettingsPages::update() {
  bool can_change = can_edit() && changed();
  for (auto* page : {&link_, &routes_}) {
    page->form.set_sensitive(can_edit());
    page->save.set_sensitive(can_change && !refused_);
    page->discard.set_sensitive(can_change);
    page->tab->set_title(page->title + (changed(*page) ? kUnsaved : ""));
  }
}

void SettingsPages::show_checked(const Refusal* refusal) {
  for (auto* page : {&link_, &routes_}) {
    page->form.clear_errors();
    page->note.set_text("");
  }
  refused_ = refusal;
  if (refusal && !link_.form.show_error(refusal->option, refusal->sentence) &&
      !routes_.form.show_error(refusal->option, refusal->sentence)) {
    link_.note.set_text(refusal->sentence);
    routes_.note.set_text(refusal->sentence);
  }
  update();
}

void SettingsPages::save() {
  if (!can_edit() || !changed() || refused_) return;
  saving_.insert(before_.name);
  update();
  actions_.write(edit(before_, entered(), link_.form.entered_password()),
                 [this, tunnel = before_.name](const Refusal* refusal) {
                   saving_.erase(tunnel);
                   if (tunnel != before_.name) {
                     if (refusal) actions_.tell_refusal(tunnel, *refusal);
                     return;
                   }
                   if (refusal) show_checked(refusal);
                   // They have passed the check, so the same can be tried again: the question for a
                   // password was dismissed, or a file could not be written.
                   refused_ = false;
                   update();
                 });
}

void SettingsPages::discard() {
  actions_.stop_check();
  for (auto* page : {&link_, &routes_}) page->form.show_settings(before_);
  link_.form.clear_password(before_.password_saved.value_or(false));
  auto others = join(before_.other_lines, "\n");
  other_lines_->set_visible(!others.empty());
  other_lines_->set_text(fill(_("Other lines of this file, which stay:\n{}"), others));
  show_checked(nullptr);
}

}  // namespace callgate::gui
