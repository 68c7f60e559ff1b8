// SPDX-License-Identifier: GPL-2.0-or-later
// A diagnosis and the rules as JSON for programs.
#pragma once

#include <string>

#include "callmgr/diagnose/diagnosis.hh"
#include "callmgr/diagnose/rule_base.hh"

namespace callgate::diagnose {

std::string json_report(const Diagnosis& diagnosis);
std::string json_rule_list(const RuleBase& rules);

}  // namespace callgate::diagnose
