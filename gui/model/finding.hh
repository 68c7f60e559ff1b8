// SPDX-License-Identifier: GPL-2.0-or-later
// A probable cause of a failure, and the remedies that the window can carry out.
#pragma once

#include <string>
#include <vector>

#include "gui/model/json.hh"

namespace callgate::gui {

// A remedy of a rule; doc/follow.schema.json explains its members.
struct Action {
  enum class Kind { set, ask, measure, load_modules };
  Kind kind = Kind::set;
  std::string option, value;  // of pptpsetup --edit
  bool confirm = false;       // the tunnel is less protected afterwards

  bool operator==(const Action&) const = default;
};

struct Finding {
  std::string rule, entry, title, cause, remedy;
  int percent = 0;  // how probable it is
  std::vector<Action> actions;
  std::vector<std::string> lines;  // of the log, which show it

  bool operator==(const Finding&) const = default;
};

// The rule is empty if the value is not a finding.
Finding parse_finding(const Json& value);
// The findings of pptpctl diagnose --json, the most probable first.
std::vector<Finding> parse_findings(const Json& diagnosis);

// What a dialog asks the user to enter for this action; empty if nothing is entered.
std::string prompt(const Action& action);
// The text of the button for an action, with a mnemonic.
std::string label(const Action& action);
// What the user must agree to before the action; empty if nothing is asked.
std::string question(const Action& action);
// The words for pptpsetup that carry out the action. `value`: what the user has entered, or what
// was measured. A password is not among the words.
std::vector<std::string> remedy_words(const Action& action, const std::string& tunnel,
                                      const std::string& value);

// A part of a cause or a remedy: words that can be wrapped, or lines to be typed as they are.
struct Paragraph {
  std::string text;
  bool is_command = false;
};
// Lines that begin with two blanks are to be typed. The line ends of all others have no meaning.
std::vector<Paragraph> paragraphs(const std::string& text);

}  // namespace callgate::gui
