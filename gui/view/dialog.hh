// SPDX-License-Identifier: GPL-2.0-or-later
// A window in front of the main window, with buttons at its end. Escape closes it.
#pragma once

#include <gtkmm/box.h>
#include <gtkmm/button.h>
#include <gtkmm/label.h>
#include <gtkmm/window.h>

#include <functional>
#include <string>
#include <vector>

namespace callgate::gui {

class Dialog : public Gtk::Window {
 public:
  explicit Dialog(const std::string& title);

  void open(Gtk::Window& parent);

 protected:
  Gtk::Box& content() { return content_; }
  // From the left to the right. The last one does what the dialog is for.
  Gtk::Button* add_button(const std::string& text, const sigc::slot<void()>& clicked);
  // What has gone wrong; empty if nothing has.
  void show_note(const std::string& text);

 private:
  Gtk::Box box_, content_, buttons_;
  Gtk::Label note_;
};

// Asks the user to agree. The dialog deletes itself.
void ask_to_agree(Gtk::Window& parent, const std::string& title, const std::string& question,
                  const std::string& button, std::function<void()> agreed);

// Asks for lines of text, or for passwords. None of them can be left empty.
struct Question {
  std::string label, text;
  bool is_password = false;
};
void ask_for_texts(Gtk::Window& parent, const std::string& title,
                   const std::vector<Question>& questions, const std::string& button,
                   std::function<void(const std::vector<std::string>&)> entered);

// Shows a text.
void show_text(Gtk::Window& parent, const std::string& title, const std::string& text);

// Shows a text, and saves it as a file that only the user can read.
void show_report(Gtk::Window& parent, const std::string& title, const std::string& text,
                 const std::string& file);

}  // namespace callgate::gui
