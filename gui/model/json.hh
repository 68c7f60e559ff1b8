// SPDX-License-Identifier: GPL-2.0-or-later
// Reads members of the JSON that our programs print. A member that is missing or has another type
// counts as empty, because later versions of the programs may differ.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace callgate::gui {

using Json = nlohmann::json;

// Returns a discarded value if the text is not JSON.
inline Json parse_json(std::string_view text) {
  return Json::parse(text, nullptr, /*allow_exceptions=*/false);
}

inline const Json& member(const Json& object, const char* name) {
  static const Json kNone;
  if (!object.is_object()) return kNone;
  auto found = object.find(name);
  return found == object.end() ? kNone : *found;
}

inline std::string text(const Json& object, const char* name) {
  const auto& value = member(object, name);
  return value.is_string() ? value.get<std::string>() : std::string();
}

inline bool flag(const Json& object, const char* name) {
  const auto& value = member(object, name);
  return value.is_boolean() && value.get<bool>();
}

inline std::optional<long> number(const Json& object, const char* name) {
  const auto& value = member(object, name);
  return value.is_number_integer() ? std::optional(value.get<long>()) : std::nullopt;
}

inline double real(const Json& object, const char* name) {
  const auto& value = member(object, name);
  return value.is_number() ? value.get<double>() : 0;
}

inline std::vector<std::string> texts(const Json& object, const char* name) {
  std::vector<std::string> found;
  const auto& value = member(object, name);
  if (!value.is_array()) return found;
  for (const auto& entry : value)
    if (entry.is_string()) found.push_back(entry.get<std::string>());
  return found;
}

}  // namespace callgate::gui
