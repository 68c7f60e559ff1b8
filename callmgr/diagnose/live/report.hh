// SPDX-License-Identifier: GPL-2.0-or-later
// A live diagnosis for people, step by step, and for programs.
#pragma once

#include "callmgr/diagnose/live/walk.hh"

namespace callgate::diagnose::live {

std::string text_of(const StepReport& report);      // one line
std::string text_of(const Conclusion& conclusion);  // what is printed at the end
std::string json_of(const std::string& server, std::span<const StepReport> reports,
                    const Conclusion& conclusion);

}  // namespace callgate::diagnose::live
