// SPDX-License-Identifier: GPL-2.0-or-later
// Reads one file of rules. Each error names the file, the line and the rule.
#pragma once

#include <toml++/toml.h>

#include "callmgr/diagnose/rule_base.hh"

namespace callgate::diagnose {

class RuleFile {
 public:
  RuleFile(std::filesystem::path path, RuleBase& base) : path_(std::move(path)), base_(base) {}
  void read();

 private:
  void read_rules(const toml::node& node);
  void read_markers(const toml::node& node);
  void read_error_words(const toml::node& node);
  void read_rule(const toml::table& table);
  void read_texts(const toml::table& table, Rule& rule);
  void read_evidence(const toml::table& table, Rule& rule);
  void read_marker(const toml::table& table);

  // These read the members of the current table.
  std::string text(const toml::table& table, std::string_view key, bool required);
  std::vector<std::string> texts(const toml::table& table, std::string_view key);
  std::vector<Action> actions(const toml::table& table);
  Values values(const toml::table& table);
  Patterns patterns(const toml::table& table, std::string_view key);
  std::vector<Condition> conditions(const toml::table& table);
  bool flag(const toml::table& table, std::string_view key);
  void check_keys(const toml::table& table, std::initializer_list<std::string_view> known);
  [[noreturn]] void fail(const toml::node& at, std::string_view what) const;

  std::filesystem::path path_;
  RuleBase& base_;
  std::string what_;  // the current table, for errors: "rule 'x'"
};

}  // namespace callgate::diagnose
