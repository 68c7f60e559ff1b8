// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/finding.hh"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

std::optional<Action> parse_action(const Json& value) {
  Action action;
  auto kind = text(value, "kind");
  if (kind == "set")
    action.kind = Action::Kind::set;
  else if (kind == "ask")
    action.kind = Action::Kind::ask;
  else if (kind == "measure")
    action.kind = Action::Kind::measure;
  else if (kind == "module")
    action.kind = Action::Kind::load_modules;
  else
    return std::nullopt;  // of a later version
  action.option = text(value, "option");
  action.value = text(value, "value");
  action.confirm = flag(value, "confirm");
  return action;
}

std::string set_label(const Action& action) {
  if (action.option == "mppe" && action.value == "none") return _("Go on without _encryption");
  if (action.option == "mppe" && action.value == "any") return _("Also allow 40 bit _encryption");
  if (action.option == "mppe") return fill(_("Require {} bit _encryption"), action.value);
  if (action.option == "mppe-stateful") return _("Allow state_ful encryption");
  if (action.option == "login") return fill(_("Log in by {} onl_y"), action.value);
  if (action.option == "pap") return _("Allow clear-text _password");
  if (action.option == "persist") return _("Reconnect by _itself");
  if (action.option == "mtu") return fill(_("Set _MTU to {}"), action.value);
  return fill(_("Set {} {}"), action.option, action.value);
}

}  // namespace

Finding parse_finding(const Json& value) {
  Finding finding;
  finding.rule = text(value, "rule");
  finding.entry = text(value, "entry");
  finding.title = text(value, "title");
  finding.cause = text(value, "cause");
  finding.remedy = text(value, "remedy");
  finding.percent =
      static_cast<int>(std::lround(std::clamp(real(value, "confidence"), 0.0, 1.0) * 100));
  const auto& actions = member(value, "actions");
  if (actions.is_array())
    for (const auto& entry : actions)
      if (auto action = parse_action(entry)) finding.actions.push_back(*action);
  const auto& lines = member(value, "evidence_lines");
  if (lines.is_array())
    for (const auto& line : lines) finding.lines.push_back(text(line, "text"));
  return finding;
}

std::vector<Finding> parse_findings(const Json& diagnosis) {
  std::vector<Finding> findings;
  const auto& list = member(diagnosis, "findings");
  if (!list.is_array()) return findings;
  for (const auto& entry : list)
    if (auto finding = parse_finding(entry); !finding.rule.empty()) findings.push_back(finding);
  return findings;
}

std::string label(const Action& action) {
  switch (action.kind) {
    case Action::Kind::set: return set_label(action);
    case Action::Kind::ask:
      return action.option == "password" ? _("Enter _password again") : _("Correct the _name");
    case Action::Kind::measure: return _("Set the _MTU");
    case Action::Kind::load_modules: return _("_Load kernel modules");
  }
  return "";
}

std::string prompt(const Action& action) {
  if (action.kind == Action::Kind::measure)
    return _(
        "MTU in bytes, 128 to 1500. As root, this command measures which one fits: "
        "pptp SERVER --mtu-hint noauth dryrun");
  if (action.kind != Action::Kind::ask) return "";
  return action.option == "password" ? _("New password") : _("New user name");
}

std::string question(const Action& action) {
  if (!action.confirm) return "";
  if (action.option == "mppe")
    return _(
        "Without encryption, everybody between here and the server can read what passes "
        "through this tunnel. Go on?");
  if (action.option == "pap")
    return _("Everybody between here and the server can then read the password. Go on?");
  return _("The tunnel is less protected afterwards. Go on?");
}

std::vector<std::string> remedy_words(const Action& action, const std::string& tunnel,
                                      const std::string& value) {
  std::vector<std::string> words{"--edit", tunnel};
  if (action.kind == Action::Kind::ask && action.option == "password") {
    words.push_back("--password-stdin");
    return words;
  }
  words.push_back("--" + action.option);
  if (action.kind != Action::Kind::set)
    words.push_back(value);
  else if (!action.value.empty())
    words.push_back(action.value);
  return words;
}

std::vector<Paragraph> paragraphs(const std::string& text) {
  std::vector<Paragraph> found;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    bool is_command = line.starts_with("  ");
    if (is_command) line.erase(0, 2);
    if (found.empty() || found.back().is_command != is_command)
      found.push_back({line, is_command});
    else
      found.back().text += (is_command ? "\n" : " ") + line;
  }
  return found;
}

}  // namespace callgate::gui
