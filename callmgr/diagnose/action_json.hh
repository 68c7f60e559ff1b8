// SPDX-License-Identifier: GPL-2.0-or-later
// The actions of a rule as JSON, for the diagnosis of logs and the live one.
#pragma once

#include <nlohmann/json.hpp>

#include "callmgr/diagnose/rule.hh"

namespace callgate::diagnose {

inline nlohmann::ordered_json actions_json(const Rule& rule) {
  using Json = nlohmann::ordered_json;
  auto text_or_null = [](const std::string& text) { return text.empty() ? Json() : Json(text); };
  Json actions = Json::array();
  for (const auto& action : rule.actions)
    actions.push_back({{"kind", name(action.kind)},
                       {"option", text_or_null(action.option)},
                       {"value", text_or_null(action.value)},
                       {"confirm", action.confirm}});
  return actions;
}

}  // namespace callgate::diagnose
