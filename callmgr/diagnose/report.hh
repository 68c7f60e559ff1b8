// SPDX-License-Identifier: GPL-2.0-or-later
// A diagnosis, and the rules, for people and for programs. Texts from the log are printable(): a
// log cannot drive the terminal it is shown on.
#pragma once

#include <string>

#include "callmgr/diagnose/diagnosis.hh"

namespace callgate::diagnose {

std::string text_report(const Diagnosis& diagnosis);
std::string json_report(const Diagnosis& diagnosis);

std::string text_rule_list(const RuleBase& rules);
std::string json_rule_list(const RuleBase& rules);
std::string text_rule(const RuleBase& rules, const Rule& rule);  // everything about one

}  // namespace callgate::diagnose
