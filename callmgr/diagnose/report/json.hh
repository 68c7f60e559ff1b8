// SPDX-License-Identifier: GPL-2.0-or-later
// A diagnosis and the rules as JSON for programs.
#pragma once

#include <string>

#include "callmgr/diagnose/event.hh"
#include "callmgr/diagnose/rule_base.hh"

namespace callgate::diagnose {

std::string json_report(const Diagnosis& diagnosis);
// One line, as in doc/follow.schema.json. `time` is empty if it is not known.
std::string json_event(const Event& event, std::string_view tunnel, std::string_view time);
std::string json_rule_list(const RuleBase& rules);

}  // namespace callgate::diagnose
