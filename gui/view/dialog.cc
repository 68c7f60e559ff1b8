// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/view/dialog.hh"

#include <fcntl.h>
#include <glibmm/main.h>
#include <gtkmm/editable.h>
#include <gtkmm/entry.h>
#include <gtkmm/eventcontrollerkey.h>
#include <gtkmm/passwordentry.h>
#include <gtkmm/scrolledwindow.h>
#include <gtkmm/textview.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "gui/model/translate.hh"
#include "gui/view/widgets.hh"

namespace callgate::gui {

Dialog::Dialog(const std::string& title)
    : box_(Gtk::Orientation::VERTICAL),
      content_(Gtk::Orientation::VERTICAL, 2 * kGap),
      buttons_(Gtk::Orientation::HORIZONTAL, kGap) {
  set_title(title);
  set_modal();
  set_hide_on_close();
  set_default_size(480, -1);
  content_.set_margin(3 * kGap);
  content_.set_vexpand();
  buttons_.set_margin(2 * kGap);
  buttons_.set_halign(Gtk::Align::END);
  note_.add_css_class("error");
  note_.set_wrap();
  note_.set_xalign(0);
  note_.set_margin_start(3 * kGap);
  note_.set_margin_end(3 * kGap);
  note_.set_visible(false);
  box_.append(content_);
  box_.append(note_);
  box_.append(buttons_);
  set_child(box_);
  auto keys = Gtk::EventControllerKey::create();
  keys->signal_key_pressed().connect(
      [this](guint key, guint, Gdk::ModifierType) {
        if (key == GDK_KEY_Escape) close();
        return key == GDK_KEY_Escape;
      },
      false);
  add_controller(keys);
}

void Dialog::open(Gtk::Window& parent) {
  set_transient_for(parent);
  show_note("");
  present();
}

Gtk::Button* Dialog::add_button(const std::string& text, const sigc::slot<void()>& clicked) {
  auto* button = make_button(text, clicked);
  buttons_.append(*button);
  return button;
}

void Dialog::show_note(const std::string& text) {
  note_.set_text(text);
  note_.set_visible(!text.empty());
}

namespace {

// A screen reader may still be reading a dialog that was just closed. GTK 4.8 was seen to crash in
// its accessibility then.
constexpr unsigned kReadAfterClose = 2;  // s

// A dialog that is made for one question, and deletes itself some time after it was closed.
class OneQuestion : public Dialog {
 public:
  OneQuestion(const std::string& title, Gtk::Window& parent) : Dialog(title) {
    signal_hide().connect([this] {
      Glib::signal_timeout().connect_seconds_once([this] { delete this; }, kReadAfterClose);
    });
    add_button(_("_Cancel"), [this] { close(); });
    set_transient_for(parent);
  }

  Gtk::Button* answer(const std::string& button, std::function<void()> agreed) {
    auto* made = add_button(button, [this, agreed] {
      agreed();
      close();
    });
    made->add_css_class("suggested-action");
    set_default_widget(*made);
    return made;
  }

  // A text that can be read and copied.
  void add_text(const std::string& title, const std::string& text) {
    set_default_size(700, 480);
    auto* view = Gtk::make_managed<Gtk::TextView>();
    view->set_editable(false);
    view->set_monospace();
    view->get_buffer()->set_text(Glib::ustring(text).make_valid());
    set_accessible_name(*view, title);
    auto* scrolled = Gtk::make_managed<Gtk::ScrolledWindow>();
    scrolled->set_vexpand();
    scrolled->set_child(*view);
    content().append(*scrolled);
  }
  using Dialog::add_button;
  using Dialog::content;
  using Dialog::show_note;
};

Gtk::Editable* add_entry(Gtk::Box& box, const Question& question) {
  auto* heading = make_label(question.label);
  heading->set_max_width_chars(60);
  box.append(*heading);
  if (question.is_password) {
    auto* entry = Gtk::make_managed<Gtk::PasswordEntry>();
    entry->property_show_peek_icon() = true;
    entry->property_activates_default() = true;
    set_accessible_name(*entry, question.label);
    box.append(*entry);
    return entry;
  }
  auto* entry = Gtk::make_managed<Gtk::Entry>();
  entry->set_text(question.text);
  entry->set_activates_default();
  set_accessible_name(*entry, question.label);
  box.append(*entry);
  return entry;
}

// Returns why the file cannot be written; empty if it was.
std::string write_file(const std::string& name, const std::string& text) {
  int file = ::open(name.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  bool written =
      file >= 0 && ::write(file, text.data(), text.size()) == static_cast<ssize_t>(text.size());
  std::string why = written ? "" : fill(_("Cannot write {}: {}"), name, std::strerror(errno));
  if (file >= 0) ::close(file);
  return why;
}

}  // namespace

void ask_to_agree(Gtk::Window& parent, const std::string& title, const std::string& question,
                  const std::string& button, std::function<void()> agreed) {
  auto* dialog = new OneQuestion(title, parent);
  auto* text = make_label(question);
  text->set_max_width_chars(60);
  dialog->content().append(*text);
  dialog->answer(button, std::move(agreed));
  dialog->present();
}

void ask_for_texts(Gtk::Window& parent, const std::string& title,
                   const std::vector<Question>& questions, const std::string& button,
                   std::function<void(const std::vector<std::string>&)> entered) {
  auto* dialog = new OneQuestion(title, parent);
  std::vector<Gtk::Editable*> entries;
  for (const auto& question : questions) entries.push_back(add_entry(dialog->content(), question));
  auto values = [entries] {
    std::vector<std::string> texts;
    for (auto* entry : entries) texts.push_back(entry->get_text().raw());
    return texts;
  };
  auto* agree = dialog->answer(button, [values, entered] { entered(values()); });
  auto check = [agree, values] {
    auto all = values();
    agree->set_sensitive(std::find(all.begin(), all.end(), "") == all.end());
  };
  for (auto* entry : entries) entry->signal_changed().connect(check);
  check();
  dialog->present();
}

void show_text(Gtk::Window& parent, const std::string& title, const std::string& text) {
  auto* dialog = new OneQuestion(title, parent);
  dialog->add_text(title, text);
  dialog->present();
}

void show_report(Gtk::Window& parent, const std::string& title, const std::string& text,
                 const std::string& file) {
  auto* dialog = new OneQuestion(title, parent);
  auto* entry = Gtk::make_managed<Gtk::Entry>();
  entry->set_text(file);
  set_accessible_name(*entry, _("File"));
  dialog->content().append(
      *make_label(_("Read this before you send it: only what pptpctl recognises "
                    "as a name, an address or a password is replaced.")));
  dialog->add_text(title, text);
  dialog->content().append(*entry);
  dialog->add_button(_("_Save"), [dialog, entry, text] {
    auto why = write_file(entry->get_text().raw(), text);
    if (why.empty()) return dialog->close();
    dialog->show_note(why);
  });
  dialog->present();
}

}  // namespace callgate::gui
