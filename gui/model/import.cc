// SPDX-License-Identifier: GPL-2.0-or-later
#include "gui/model/import.hh"

#include "gui/model/json.hh"
#include "gui/model/translate.hh"

namespace callgate::gui {
namespace {

std::string result_text(const std::string& result) {
  if (result == "taken") return _("taken");
  if (result == "not needed") return _("not needed");
  if (result == "not understood") return _("not understood");
  if (result == "runs a program") return _("runs a program as root, so it is left out");
  if (result == "password") return _("has to be entered");
  return result;
}

ImportField parse_field(const Json& value) {
  auto result = text(value, "result");
  return {text(value, "field"), text(value, "value"), result_text(result),
          result == "not understood" || result == "runs a program"};
}

}  // namespace

std::optional<std::vector<Found>> parse_found(std::string_view json) {
  auto list = parse_json(json);
  if (!list.is_array()) return std::nullopt;
  std::vector<Found> all;
  for (const auto& entry : list) {
    Found found{text(entry, "tunnel"),
                text(entry, "source"),
                texts(entry, "options"),
                flag(entry, "password_in_file"),
                {}};
    const auto& fields = member(entry, "fields");
    if (fields.is_array())
      for (const auto& field : fields) found.fields.push_back(parse_field(field));
    if (!found.tunnel.empty()) all.push_back(std::move(found));
  }
  return all;
}

Change import(const Found& found, const std::string& password) {
  Change change{found.options, password, found.tunnel, false};
  change.words.push_back("--password-stdin");
  return change;
}

}  // namespace callgate::gui
