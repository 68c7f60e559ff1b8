// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/import_dialog.hh"

#include <gtkmm/dialog.h>
#include <gtkmm/grid.h>
#include <gtkmm/passwordentry.h>
#include <gtkmm/scrolledwindow.h>

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {

ImportDialog::ImportDialog(Actions& actions)
    : Dialog(_("Import tunnels")), actions_(actions), found_(Gtk::Orientation::VERTICAL, 2 * kGap) {
  set_default_size(640, 480);
  content().append(*make_label(_(
      "A file of pptpconfig (/etc/pptpconfig/tunnels), a connection of NetworkManager, or a peers "
      "file of pppd or pptp-command")));
  auto* row = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::HORIZONTAL, kGap);
  file_.set_hexpand();
  set_accessible_name(file_, _("File"));
  file_.signal_activate().connect([this] { read(); });
  row->append(file_);
  row->append(*make_button(_("_Browse"), [this] { choose(); }));
  row->append(*make_button(_("_Read"), [this] { read(); }));
  content().append(*row);
  auto* scrolled = Gtk::make_managed<Gtk::ScrolledWindow>();
  scrolled->set_vexpand();
  scrolled->set_child(found_);
  content().append(*scrolled);
  add_button(_("_Close"), [this] { close(); });
  signal_hide().connect([this] { ++reads_; });
}

void ImportDialog::open_file(Gtk::Window& parent, const std::string& file) {
  file_.set_text(file);
  clear(found_);
  ++reads_;
  open(parent);
  if (!file.empty()) read();
}

void ImportDialog::choose() {
  chooser_ =
      Gtk::FileChooserNative::create(_("Import tunnels"), *this, Gtk::FileChooser::Action::OPEN);
  chooser_->signal_response().connect([this](int response) {
    if (response != static_cast<int>(Gtk::ResponseType::ACCEPT)) return;
    file_.set_text(chooser_->get_file()->get_path());
    read();
  });
  chooser_->show();
}

void ImportDialog::read() {
  ++reads_;
  clear(found_);
  show_note("");
  actions_.read_import(
      file_.get_text().raw(),
      [this, reads = reads_](const std::vector<Found>& found) {
        if (reads == reads_) show_found(found);
      },
      [this, reads = reads_](const Refusal* refusal) {
        if (reads == reads_) show_note(refusal->sentence);
      });
}

void ImportDialog::show_found(const std::vector<Found>& found) {
  if (found.empty()) show_note(_("There is no tunnel in this file."));
  for (const auto& tunnel : found) add_found(tunnel);
}

void ImportDialog::add_found(const Found& found) {
  auto* title = make_label(fill(_("{}, from {}"), found.tunnel, found.source));
  title->add_css_class("heading");
  found_.append(*title);
  auto* grid = Gtk::make_managed<Gtk::Grid>();
  grid->set_column_spacing(2 * kGap);
  int row = 0;
  for (const auto& field : found.fields) {
    int column = 0;
    for (const auto& text : {field.field, field.value, field.result}) {
      auto* label = make_label(text);
      label->set_max_width_chars(40);
      if (field.warns) label->add_css_class("error");
      grid->attach(*label, column++, row);
    }
    ++row;
  }
  found_.append(*grid);
  auto* bar = Gtk::make_managed<Gtk::Box>(Gtk::Orientation::HORIZONTAL, kGap);
  auto* password = Gtk::make_managed<Gtk::PasswordEntry>();
  password->set_hexpand();
  password->property_placeholder_text() = _("Password");
  set_accessible_name(*password, fill(_("Password of {}"), found.tunnel));
  auto* answer = make_label("");
  auto* button = make_button(_("_Import"), [this, found, password, answer, bar] {
    bar->set_sensitive(false);
    auto told = [this, name = found.tunnel, answer, bar, reads = reads_](const Refusal* refusal) {
      if (reads != reads_) {
        if (refusal) actions_.tell_refusal(name, *refusal);
        return;
      }
      bar->set_sensitive();
      answer->set_text(refusal ? refusal->sentence : std::string(_("The tunnel was imported.")));
    };
    actions_.write(import(found, password->get_text().raw()), told);
  });
  set_accessible_name(*button, fill(_("Import {}"), found.tunnel));
  button->set_sensitive(false);
  password->signal_changed().connect(
      [button, password] { button->set_sensitive(!password->get_text().empty()); });
  bar->append(*password);
  bar->append(*button);
  found_.append(*bar);
  found_.append(*answer);
}

}  // namespace callgate::gui
