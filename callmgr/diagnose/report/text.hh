// SPDX-License-Identifier: GPL-2.0-or-later
// A diagnosis and the rules as text for people.
#pragma once

#include <string>

#include "callmgr/diagnose/diagnosis.hh"
#include "callmgr/diagnose/rule_base.hh"

namespace callgate::diagnose {

std::string text_report(const Diagnosis& diagnosis);
std::string text_rule_list(const RuleBase& rules);
std::string text_rule(const RuleBase& rules, const Rule& rule);  // everything about one rule

}  // namespace callgate::diagnose
