// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/create_dialog.hh"

#include <gtkmm/scrolledwindow.h>

#include <algorithm>

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {

CreateDialog::CreateDialog(Actions& actions)
    : Dialog(_("New tunnel")), actions_(actions), steps_(actions) {
  set_default_size(560, 520);
  form_.section("");
  form_.text(&Settings::server, "server", _("Se_rver"), _("Name or address of the server"));
  form_.text(&Settings::name, "create", _("_Name"), _("Letters, digits, _ . and -"));
  form_.text(&Settings::domain, "domain", _("Do_main"), _("Of Windows; often empty"));
  form_.text(&Settings::username, "username", _("_User name"),
             _("DOMAIN\\user and user@DOMAIN are taken apart"));
  form_.password(_("_Password"));
  form_.toggle(&Settings::everything, "default-route", _("_Everything through the tunnel"));
  form_.list(&Settings::networks, "route", _("These net_works"),
             _("As 10.0.0.0/8, with commas between them"));
  form_.note(_("Encryption with 128 bit is required. The settings can change that later."));
  form_.set_margin(0);
  form_.signal_edited().connect([this] { edited(); });
  auto* box = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::VERTICAL, 2 * kGap);
  box->append(form_);
  box->append(steps_);
  auto* scrolled = Gtk::make_managed<Gtk::ScrolledWindow>();
  scrolled->set_policy(Gtk::PolicyType::NEVER, Gtk::PolicyType::AUTOMATIC);
  scrolled->set_vexpand();
  scrolled->set_child(*box);
  content().append(*scrolled);
  add_button(_("Cance_l"), [this] { close(); });
  test_ = add_button(_("_Test server"), [this] { steps_.test({entered().server}); });
  create_ = add_button(_("_Create"), [this] { create(false); });
  create_and_connect_ = add_button(_("Create and c_onnect"), [this] { create(true); });
  create_and_connect_->add_css_class("suggested-action");
  signal_hide().connect([this] {
    ++openings_;
    steps_.reset();
  });
}

void CreateDialog::open_empty(Gtk::Window& parent, const Words& taken) {
  taken_ = taken;
  proposed_.clear();
  form_.show_settings({});
  form_.clear_password(false);
  steps_.reset();
  set_busy(false);
  edited();
  open(parent);
}

Settings CreateDialog::entered() const {
  Settings settings;
  form_.read(settings);
  if (settings.domain.empty())
    std::tie(settings.domain, settings.username) = split_user(settings.username);
  return settings;
}

void CreateDialog::edited() {
  actions_.stop_check();
  Settings raw;
  form_.read(raw);
  // The name follows the server's until the user has typed another one.
  if (raw.name == proposed_ && !raw.server.empty()) {
    auto proposed = propose_name(raw.server, taken_);
    if (proposed != proposed_) {
      proposed_ = raw.name = proposed;
      form_.show_settings(raw);
    }
  }
  bool complete = !raw.server.empty() && !raw.name.empty() && !raw.username.empty() &&
                  !form_.entered_password().empty();
  test_->set_sensitive(!raw.server.empty());
  create_->set_sensitive(complete);
  create_and_connect_->set_sensitive(complete);
  form_.clear_errors();
  show_note("");
  if (std::count(taken_.begin(), taken_.end(), raw.name)) {
    form_.show_error("create", _("There is a tunnel with this name: edit it instead."));
    create_->set_sensitive(false);
    create_and_connect_->set_sensitive(false);
  } else if (complete) {
    actions_.check(create_words(entered()),
                   [this](const Refusal* refusal) { show_answer(refusal); });
  }
}

void CreateDialog::show_answer(const Refusal* refusal) {
  form_.clear_errors();
  show_note("");
  if (refusal && !form_.show_error(refusal->option, refusal->sentence))
    show_note(refusal->sentence);
  create_->set_sensitive(!refusal);
  create_and_connect_->set_sensitive(!refusal);
}

void CreateDialog::create(bool connect) {
  auto settings = entered();
  set_busy(true);
  actions_.write(gui::create(settings, form_.entered_password(), connect),
                 [this, name = settings.name, opening = openings_](const Refusal* refusal) {
                   if (opening == openings_) {
                     show_answer(refusal);
                     set_busy(false);  // the same can be tried again
                     if (!refusal) close();
                   } else if (refusal) {
                     actions_.tell_refusal(name, *refusal);
                   }
                 });
}

void CreateDialog::set_busy(bool busy) {
  form_.set_sensitive(!busy);
  create_->set_sensitive(!busy);
  create_and_connect_->set_sensitive(!busy);
}

}  // namespace callgate::gui
