// SPDX-License-Identifier: GPL-2.0-or-later
// A list of which one row is selected. It is used in place of a drop-down list, because assistive
// programs can act on its rows.
#pragma once

#include <gtkmm/listbox.h>

#include <string>
#include <utility>
#include <vector>

namespace callgate::gui {

class Choice : public Gtk::ListBox {
 public:
  using Values = std::vector<std::pair<std::string, std::string>>;  // value, text

  explicit Choice(Values values);

  std::string value() const;
  // Selects the row with this value, or no row.
  void set(const std::string& value);
  sigc::signal<void()>& signal_chosen() { return chosen_; }

 private:
  Values values_;
  sigc::signal<void()> chosen_;
};

}  // namespace callgate::gui
