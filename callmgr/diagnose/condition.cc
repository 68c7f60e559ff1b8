// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/condition.hh"

#include <fmt/format.h>

#include <optional>
#include <stdexcept>

#include "callmgr/diagnose/log/scanner.hh"
#include "callmgr/diagnose/stage.hh"
#include "common/command_line/values.hh"

namespace callgate::diagnose {
namespace {

using Relation = Condition::Relation;

constexpr std::pair<std::string_view, Relation> kRelations[] = {
    {"=", Relation::equal},    {"!=", Relation::different}, {"<", Relation::less},
    {"<=", Relation::at_most}, {">", Relation::more},       {">=", Relation::at_least}};

std::optional<Relation> relation_of(std::string_view word) {
  for (const auto& [text, relation] : kRelations)
    if (text == word) return relation;
  return {};
}

}  // namespace

bool Condition::holds(int64_t value) const {
  switch (relation) {
    case Relation::equal: return value == number;
    case Relation::different: return value != number;
    case Relation::less: return value < number;
    case Relation::at_most: return value <= number;
    case Relation::more: return value > number;
    case Relation::at_least: return value >= number;
  }
  return false;
}

Condition parse_condition(std::string_view text, FactNames& names) {
  Scanner in(text);
  in.spaces();
  auto fact = in.word();
  in.spaces();
  auto relation = relation_of(in.word());
  in.spaces();
  auto value = in.word();
  in.spaces();
  if (!relation || value.empty() || !in.rest().empty())
    throw std::runtime_error(fmt::format("'{}' is not of the form FACT RELATION NUMBER", text));
  if (!is_fact_name(fact)) throw std::runtime_error(fmt::format("there is no fact '{}'", fact));
  auto stage = fact == "stage" ? stage_of(value) : std::nullopt;
  auto number = fact == "stage" ? std::nullopt : whole_number(value, 0, INT64_MAX);
  if (!stage && !number)
    throw std::runtime_error(
        fmt::format("'{}' is no {}", value, fact == "stage" ? "stage" : "number"));
  auto wanted = stage ? static_cast<int64_t>(*stage) : static_cast<int64_t>(*number);
  return {names.intern(fact), *relation, wanted, std::string(text)};
}

}  // namespace callgate::diagnose
