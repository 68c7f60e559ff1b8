// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/diagnose/rule_file.hh"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {
namespace {

template <typename Value>
struct Named {
  std::string_view name;
  Value value;
};

using Event = Marker::Event;
constexpr Named<Event> kEvents[] = {{"begin", Event::begin},
                                    {"supervised", Event::supervised},
                                    {"at-server", Event::at_server},
                                    {"ended", Event::ended},
                                    {"ended-by-us", Event::ended_by_us},
                                    {"ended-by-peer", Event::ended_by_peer},
                                    {"retry", Event::retry}};
constexpr Named<Severity> kSeverities[] = {{"problem", Severity::problem},
                                           {"notice", Severity::notice}};

constexpr Named<Action::Kind> kActions[] = {{"set", Action::Kind::set},
                                            {"ask", Action::Kind::ask},
                                            {"measure", Action::Kind::measure},
                                            {"module", Action::Kind::module}};

template <typename Value, size_t N>
std::optional<Value> value_of(const Named<Value> (&table)[N], std::string_view name) {
  for (const auto& row : table)
    if (row.name == name) return row.value;
  return {};
}

bool is_id(std::string_view id) {
  return !id.empty() && is_lower(id[0]) && std::all_of(id.begin(), id.end(), [](char c) {
    return is_lower(c) || is_digit(c) || c == '-';
  });
}

}  // namespace

std::string_view name(Action::Kind kind) {
  for (const auto& row : kActions)
    if (row.value == kind) return row.name;
  return "";
}

void RuleFile::fail(const toml::node& at, std::string_view what) const {
  throw RuleError(fmt::format("{}:{}: {}{}{}", path_.filename().string(), at.source().begin.line,
                              what_, what_.empty() ? "" : ": ", what));
}

void RuleFile::read() {
  toml::table file;
  try {
    file = toml::parse_file(path_.string());
  } catch (const toml::parse_error& error) {
    throw RuleError(fmt::format("{}:{}: {}", path_.filename().string(), error.source().begin.line,
                                error.description()));
  }
  for (auto&& [key, node] : file) {
    what_.clear();
    if (key == "rule")
      read_rules(node);
    else if (key == "marker")
      read_markers(node);
    else if (key == "errno")
      read_error_words(node);
    else
      fail(node, fmt::format("neither [[rule]] nor [[marker]] nor [errno]: '{}'", key.str()));
  }
}

void RuleFile::read_rules(const toml::node& node) {
  if (!node.is_array_of_tables()) fail(node, "write [[rule]], with two brackets");
  for (auto&& element : *node.as_array()) {
    what_ = "a rule without id";
    read_rule(*element.as_table());
  }
}

void RuleFile::read_markers(const toml::node& node) {
  if (!node.is_array_of_tables()) fail(node, "write [[marker]], with two brackets");
  for (auto&& element : *node.as_array()) {
    what_ = "a marker";
    read_marker(*element.as_table());
  }
}

void RuleFile::read_error_words(const toml::node& node) {
  if (!node.is_table()) fail(node, "write [errno]");
  for (auto&& [error, words] : *node.as_table())
    for (const auto& word : texts(*node.as_table(), error.str()))
      base_.error_words_.add(error, word);
}

void RuleFile::read_rule(const toml::table& table) {
  Rule rule;
  rule.id = text(table, "id", true);
  what_ = fmt::format("rule '{}'", rule.id);
  if (!is_id(rule.id)) fail(table, "an id is made of a-z, 0-9 and -");
  if (base_.find(rule.id)) fail(table, "there is another rule with this id");
  rule.file = path_.filename().string();
  rule.line = table.source().begin.line;
  rule.entry = text(table, "entry", false);
  read_texts(table, rule);
  rule.actions = actions(table);
  rule.live = flag(table, "live");
  if (rule.live)
    check_keys(table, {"id", "entry", "title", "cause", "remedy", "values", "actions", "live"});
  else
    read_evidence(table, rule);
  base_.rules_.push_back(std::move(rule));
}

// Every placeholder has a value for those who have found none, and every value has a placeholder.
void RuleFile::read_texts(const toml::table& table, Rule& rule) {
  rule.written = {text(table, "title", true), text(table, "cause", true),
                  text(table, "remedy", true)};
  rule.values = values(table);
  std::set<std::string_view> used;
  for (const auto* written : {&rule.written.title, &rule.written.cause, &rule.written.remedy})
    for (auto name : placeholders(*written)) used.insert(name);
  for (auto name : used)
    if (!rule.values.contains(name))
      fail(table, fmt::format("the placeholder {{{0}}} has no values.{0}", name));
  for (const auto& [name, value] : rule.values)
    if (!used.contains(name)) fail(table, fmt::format("no text has the placeholder {{{}}}", name));
  auto texts = rule.with({});
  rule.title = std::move(texts.title);
  rule.cause = std::move(texts.cause);
  rule.remedy = std::move(texts.remedy);
}

// Reads what a log must show, and how certain the rule is then.
void RuleFile::read_evidence(const toml::table& table, Rule& rule) {
  check_keys(table,
             {"id", "entry", "title", "cause", "remedy", "values", "actions", "live", "lines",
              "all", "none", "facts", "outranks", "weight", "severity", "times", "reached"});
  rule.lines = patterns(table, "lines");
  rule.all = patterns(table, "all");
  rule.none = patterns(table, "none");
  rule.facts = conditions(table);
  rule.outranks = texts(table, "outranks");
  auto weight = table["weight"].value<int64_t>();
  if (!weight || *weight < 1 || *weight > 100) fail(table, "weight must be a number from 1 to 100");
  rule.weight = static_cast<int>(*weight);
  auto times = table["times"].value_or<int64_t>(1);
  if (times < 1 || (table.contains("times") && rule.lines.empty()))
    fail(table, "times is a number from 1, and belongs to lines");
  rule.times = static_cast<uint64_t>(times);
  auto reached = stage_of(table["reached"].value_or("none"));
  if (!reached) fail(table, "reached is a stage");
  rule.reached = *reached;
  auto severity = value_of(kSeverities, table["severity"].value_or("problem"));
  if (!severity) fail(table, "severity is problem or notice");
  rule.severity = *severity;
  if (rule.lines.empty() && rule.all.empty() && rule.facts.empty())
    fail(table, "it has none of lines, all and facts: it would match everything");
}

void RuleFile::read_marker(const toml::table& table) {
  check_keys(table, {"lines", "stage", "link", "event", "unusual", "usual"});
  Marker marker;
  marker.lines = patterns(table, "lines");
  if (marker.lines.empty()) fail(table, "it has no lines");
  if (auto name = text(table, "stage", false); !name.empty()) {
    marker.stage = stage_of(name);
    if (!marker.stage) fail(table, fmt::format("there is no stage '{}'", name));
  }
  if (auto name = text(table, "link", false); !name.empty()) {
    marker.link = link_of(name);
    if (!marker.link) fail(table, fmt::format("there is no link '{}'", name));
  }
  if (auto name = text(table, "event", false); !name.empty()) {
    auto event = value_of(kEvents, name);
    if (!event) fail(table, fmt::format("there is no event '{}'", name));
    marker.event = *event;
  }
  marker.unusual = flag(table, "unusual");
  marker.usual = flag(table, "usual");
  base_.markers_.push_back(std::move(marker));
}

std::string RuleFile::text(const toml::table& table, std::string_view key, bool required) {
  auto* node = table.get(key);
  if (!node && required) fail(table, fmt::format("'{}' is missing", key));
  if (!node) return {};
  auto value = node->value<std::string>();
  if (!value || value->empty()) fail(*node, fmt::format("'{}' is not a text", key));
  return *value;
}

std::vector<std::string> RuleFile::texts(const toml::table& table, std::string_view key) {
  auto* node = table.get(key);
  if (!node) return {};
  auto* array = node->as_array();
  if (!array) fail(*node, fmt::format("'{}' is not a list of texts", key));
  std::vector<std::string> values;
  for (auto&& element : *array) {
    auto value = element.value<std::string>();
    if (!value || value->empty()) fail(element, fmt::format("'{}' is not a list of texts", key));
    values.push_back(*value);
  }
  return values;
}

std::vector<Action> RuleFile::actions(const toml::table& table) {
  auto* node = table.get("actions");
  if (!node) return {};
  if (!node->is_array_of_tables()) fail(*node, "write actions = [{ kind = \"...\" }]");
  std::vector<Action> found;
  for (auto&& element : *node->as_array()) {
    const auto& members = *element.as_table();
    check_keys(members, {"kind", "option", "value", "confirm"});
    auto kind = value_of(kActions, text(members, "kind", true));
    if (!kind) fail(members, "the kind of an action is set, ask, measure or module");
    Action action{*kind, text(members, "option", *kind != Action::Kind::module),
                  text(members, "value", false), flag(members, "confirm")};
    if (*kind != Action::Kind::set && !action.value.empty())
      fail(members, "only an action of the kind set has a value");
    found.push_back(std::move(action));
  }
  return found;
}

Values RuleFile::values(const toml::table& table) {
  auto* node = table.get("values");
  if (!node) return {};
  auto* members = node->as_table();
  if (!members) fail(*node, "write values.NAME = 'TEXT'");
  Values values;
  for (auto&& [key, member] : *members) values[std::string(key.str())] = text(*members, key, true);
  return values;
}

Patterns RuleFile::patterns(const toml::table& table, std::string_view key) {
  Patterns found;
  for (const auto& expression : texts(table, key)) try {
      found.push_back(base_.add_pattern(expression));
    } catch (const std::runtime_error& error) {
      fail(*table.get(key), fmt::format("{}: {}", key, error.what()));
    }
  return found;
}

std::vector<Condition> RuleFile::conditions(const toml::table& table) {
  std::vector<Condition> found;
  for (const auto& condition : texts(table, "facts")) try {
      found.push_back(parse_condition(condition, base_.fact_names_));
    } catch (const std::runtime_error& error) {
      fail(*table.get("facts"), fmt::format("facts: {}", error.what()));
    }
  return found;
}

bool RuleFile::flag(const toml::table& table, std::string_view key) {
  auto* node = table.get(key);
  if (node && !node->is_boolean()) fail(*node, fmt::format("'{}' is true or false", key));
  return node && node->value_or(false);
}

void RuleFile::check_keys(const toml::table& table, std::initializer_list<std::string_view> known) {
  for (auto&& [key, node] : table)
    if (std::find(known.begin(), known.end(), key.str()) == known.end())
      fail(node, fmt::format("there is no key '{}' here", key.str()));
}

}  // namespace callgate::diagnose
