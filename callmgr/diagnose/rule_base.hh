// SPDX-License-Identifier: GPL-2.0-or-later
// All rules, and all their patterns, compiled into one automaton (RE2). A line is read once,
// however many patterns there are, in time linear in its length and with bounded memory.
#pragma once

#include <re2/set.h>

#include <filesystem>
#include <memory>
#include <stdexcept>

#include "callmgr/diagnose/error_words.hh"
#include "callmgr/diagnose/rule.hh"

namespace callgate::diagnose {

// "gre.toml:12: rule 'gre-nothing-heard': there is no fact 'lcp.recieved'"
struct RuleError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

class RuleBase {
 public:
  // Reads every *.toml of a directory. Throws RuleError.
  static RuleBase load(const std::filesystem::path& directory);

  const std::vector<Rule>& rules() const { return rules_; }
  const std::vector<Marker>& markers() const { return markers_; }
  const Marker* marker_of(size_t pattern) const;
  const FactNames& fact_names() const { return fact_names_; }
  size_t patterns() const { return patterns_.size(); }
  const std::string& pattern(size_t index) const { return patterns_[index]; }
  const Rule* find(std::string_view id) const;

  // Sets `matches` to the indices of the patterns that the text matches.
  void match(std::string_view text, std::vector<int>& matches) const;

 private:
  friend class RuleFile;
  size_t add_pattern(const std::string& expression);
  void compile();
  void check_references() const;

  std::vector<Rule> rules_;
  std::vector<Marker> markers_;
  FactNames fact_names_;
  ErrorWords error_words_;
  std::vector<std::string> patterns_;  // as they are written
  std::unordered_map<std::string, size_t> pattern_indices_;
  std::unordered_map<size_t, size_t> markers_by_pattern_;
  std::unique_ptr<re2::RE2::Set> set_;
  std::vector<std::unique_ptr<re2::RE2>> single_;  // used if the automaton runs out of memory
};

}  // namespace callgate::diagnose
