// SPDX-License-Identifier: GPL-2.0-or-later
// The report of a live diagnosis, for people and for programs.
#pragma once

#include "callmgr/diagnose/live/walk.hh"
#include "callmgr/diagnose/rule_base.hh"

namespace callgate::diagnose::live {

// The rules have the texts of all faults (faults.hh).
std::string text_of(const StepReport& report);                             // one line
std::string text_of(const Conclusion& conclusion, const RuleBase& rules);  // printed at the end
std::string json_of(const std::string& server, std::span<const StepReport> reports,
                    const Conclusion& conclusion, const RuleBase& rules);
// The same one line each, with the member `event`: step or end.
std::string event_of(const StepReport& report, const RuleBase& rules);
std::string event_of(const std::string& server, std::span<const StepReport> reports,
                     const Conclusion& conclusion, const RuleBase& rules);

}  // namespace callgate::diagnose::live
