// SPDX-License-Identifier: GPL-2.0-or-later
// For the tests of the diagnosis: the rules of the source tree, and the diagnosis of a log, and its
// redaction.
#pragma once

#include <filesystem>
#include <fstream>
#include <sstream>

#include "callmgr/diagnose/analyzer.hh"
#include "callmgr/diagnose/log/journal_json.hh"
#include "callmgr/diagnose/log/redactor.hh"

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

// A log as a report shows it.
inline std::string redacted(const std::string& log) {
  diagnose::Redactor redactor;
  std::istringstream first(log), second(log);
  std::string raw, plain, scratch, text;
  for (uint64_t number = 1; std::getline(first, raw); number++)
    redactor.learn(diagnose::parse_log_line(diagnose::plain_line(raw, plain), number, scratch));
  while (std::getline(second, raw))
    text += redactor.redact(diagnose::plain_line(raw, plain)) + "\n";
  return text;
}

inline std::string read_file(const std::filesystem::path& path) {
  std::ostringstream text;
  text << std::ifstream(path, std::ios::binary).rdbuf();
  return text.str();
}

// The first line of a sample may tell how the log was provoked. It is no part of the log.
constexpr std::string_view kProvoked = "# Provoked: ";

inline std::string read_sample(const std::filesystem::path& path) {
  auto text = read_file(path);
  return text.starts_with(kProvoked) ? text.substr(text.find('\n') + 1) : text;
}

}  // namespace callgate::test
