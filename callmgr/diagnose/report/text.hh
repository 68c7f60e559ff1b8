// SPDX-License-Identifier: GPL-2.0-or-later
// A diagnosis and the rules as text for people.
#pragma once

#include <string>

#include "callmgr/diagnose/event.hh"
#include "callmgr/diagnose/rule_base.hh"

namespace callgate::diagnose {

std::string text_report(const Diagnosis& diagnosis);
// `seconds` since the attempt began; nullopt: not known.
std::string text_event(const Event& event, std::optional<double> seconds);
std::string text_rule_list(const RuleBase& rules);
std::string text_rule(const RuleBase& rules, const Rule& rule);  // everything about one rule

}  // namespace callgate::diagnose
