// SPDX-License-Identifier: GPL-2.0-or-later
// A diagnosis, and the rules, for people and for programs. Texts from the log are printable(): a
// log cannot drive the terminal it is shown on.
#pragma once

#include <string>

#include "callmgr/diagnose/diagnosis.hh"

namespace callgate::diagnose {

// A text from the log, which cannot drive the terminal it is shown on. Unlike printable() it leaves
// backslashes alone: how many of them a log has may be what is wrong.
std::string shown(std::string_view text);

std::string text_report(const Diagnosis& diagnosis);
std::string json_report(const Diagnosis& diagnosis);

std::string text_rule_list(const RuleBase& rules);
std::string json_rule_list(const RuleBase& rules);
std::string text_rule(const RuleBase& rules, const Rule& rule);  // everything about one

}  // namespace callgate::diagnose
