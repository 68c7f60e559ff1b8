// SPDX-License-Identifier: GPL-2.0-or-later
// Fields for the settings of a tunnel. Each field knows which member it shows, and which option of
// pptpsetup it is about, so that a refusal is shown below its field.
#pragma once

#include <gtkmm/box.h>
#include <gtkmm/entry.h>
#include <gtkmm/expander.h>
#include <gtkmm/grid.h>
#include <gtkmm/label.h>
#include <gtkmm/passwordentry.h>

#include <functional>
#include <map>
#include <string>
#include <vector>

#include "gui/model/settings.hh"
#include "gui/view/choice.hh"

namespace callgate::gui {

class Form : public Gtk::Box {
 public:
  Form();

  // The fields that are added after this are below a title that can be opened and closed. An empty
  // title means that they are always shown.
  void section(const std::string& title);
  void text(std::string Settings::*member, const char* option, const std::string& label,
            const std::string& help = "");
  void number(long Settings::*member, const char* option, const std::string& label,
              const std::string& help = "");
  void toggle(bool Settings::*member, const char* option, const std::string& label,
              const std::string& help = "");
  void choice(std::string Settings::*member, const char* option, const std::string& label,
              const Choice::Values& values);
  // Words with commas or blanks between them.
  void list(Words Settings::*member, const char* option, const std::string& label,
            const std::string& help = "");
  // A line for each word.
  void lines(Words Settings::*member, const char* option, const std::string& label,
             const std::string& help = "");
  // A switch for each way to log in.
  void ways(const std::vector<std::pair<std::string, std::string>>& names);
  void password(const std::string& label);
  // A line of text across the whole width.
  void note(const std::string& text);

  void show_settings(const Settings& settings);
  // Writes what the fields contain into the settings.
  void read(Settings& settings) const;
  std::string entered_password() const;
  void clear_password(bool saved);
  // Shows the sentence below the field of this option. Returns false if there is no such field.
  bool show_error(const std::string& option, const std::string& sentence);
  void clear_errors();
  sigc::signal<void()>& signal_edited() { return edited_; }

 private:
  Gtk::Entry& entry(const char* option, const std::string& label, const std::string& help);
  void add_row(const char* option, const std::string& label, const std::string& help,
               Gtk::Widget& field);
  void tell_edited();

  Gtk::Grid* grid_ = nullptr;
  Gtk::Expander* section_ = nullptr;
  int row_ = 0;
  std::vector<std::function<void(const Settings&)>> show_;
  std::vector<std::function<void(Settings&)>> read_;
  struct Error {
    Gtk::Label* label;
    Gtk::Expander* section;  // nullptr: always shown
  };
  std::map<std::string, Error> errors_;  // by option; the first field of an option has it
  Gtk::PasswordEntry* password_ = nullptr;
  bool showing_ = false;  // the fields change because settings are shown
  sigc::signal<void()> edited_;
};

}  // namespace callgate::gui
