// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/rule.hh"

namespace callgate::diagnose {

RuleTexts Rule::with(const Values& found) const {
  auto filled = [&](const std::string& text) { return fill(text, found, values); };
  return {filled(written.title), filled(written.cause), filled(written.remedy)};
}

}  // namespace callgate::diagnose
