// SPDX-License-Identifier: GPL-2.0-or-later
// For the tests of the diagnosis: the rules of the source tree, and the diagnosis of a log.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>

#include "callmgr/diagnose/analyzer.hh"

namespace callgate::test {

inline const diagnose::RuleBase& all_rules() {
  static const auto kRules = diagnose::RuleBase::load(RULES_DIR);
  return kRules;
}

inline diagnose::Diagnosis diagnosis_of(std::string_view log,
                                        const diagnose::RuleBase& rules = all_rules()) {
  diagnose::Analyzer analyzer(rules);
  analyzer.push(log);
  return analyzer.finish();
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

}  // namespace callgate::test
