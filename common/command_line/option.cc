// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/command_line/option.hh"

#include <fmt/format.h>

#include <algorithm>

#include "common/command_line/nearest.hh"

namespace callgate {
namespace {

Reason wrong_usage(std::string detail) {
  return {.cause = Cause::wrong_usage, .detail = std::move(detail)};
}

Reason wrong_value(const Option& option, const std::string& value) {
  return {.cause = Cause::bad_option,
          .detail = fmt::format("--{} takes {}, not '{}'", option.name, option.expects, value)};
}

Reason unknown_option(const std::vector<Option>& table, const std::string& word) {
  std::vector<std::string> names;
  for (const auto& option : table) names.push_back(fmt::format("--{}", option.name));
  return wrong_usage(
      fmt::format("unknown option {}{}", word,
                  did_you_mean(word.substr(0, word.find('=')), {names.begin(), names.end()})));
}

bool has_name(const Option& option, std::string_view name) {
  return option.name == name || std::ranges::count(option.abbreviations, name) > 0;
}

// Sets the value from words[at], or from the word after it; `at` is then at the last word read.
std::variant<GivenOption, Reason> read_value(const Option& option, const Words& words, size_t& at) {
  GivenOption given{.option = &option, .value = ""};
  auto equals = words[at].find('=');
  bool attached = equals != std::string::npos;
  if (!option.value) {
    if (attached) return wrong_usage(fmt::format("--{} takes no value", option.name));
  } else if (attached) {
    given.value = words[at].substr(equals + 1);
  } else {
    if (++at == words.size())
      return wrong_usage(fmt::format("--{} needs a value: {}", option.name, option.value));
    given.value = words[at];
  }
  if (option.set && !option.set(given.value)) return wrong_value(option, given.value);
  return given;
}

}  // namespace

std::variant<const Option*, Reason> find_option(const std::vector<Option>& table,
                                                const std::string& word, const Syntax& syntax) {
  if (!word.starts_with("--")) {
    auto reason = unknown_option(table, word);
    reason.detail += syntax.single_dash;
    return reason;
  }
  auto name = std::string_view(word).substr(2, word.find('=') - 2);
  auto exact = std::ranges::find_if(table, [&](auto& option) { return has_name(option, name); });
  if (exact != table.end()) return &*exact;
  std::vector<const Option*> meant;
  for (const auto& option : table)
    if (syntax.abbreviations && std::string_view(option.name).starts_with(name))
      meant.push_back(&option);
  if (meant.empty()) return unknown_option(table, word);
  if (meant.size() == 1) return meant.front();
  std::string names;
  for (const auto* option : meant) names += fmt::format(" --{}", option->name);
  return wrong_usage(fmt::format("option {} is ambiguous:{}", word, names));
}

std::variant<CommandLine, Reason> read_command_line(const std::vector<Option>& table,
                                                    const Words& words, const Syntax& syntax) {
  CommandLine line;
  for (size_t at = 0; at < words.size(); at++) {
    const auto& word = words[at];
    if (word == "--") {
      line.operands.insert(line.operands.end(),
                           std::next(words.begin(), static_cast<std::ptrdiff_t>(at) + 1),
                           words.end());
      break;
    }
    if (!word.starts_with('-') || word == "-") {
      line.operands.push_back(word);
      line.before_dashes++;
      continue;
    }
    auto found = find_option(table, word, syntax);
    if (auto* reason = std::get_if<Reason>(&found)) return *reason;
    auto given = read_value(*std::get<const Option*>(found), words, at);
    if (auto* reason = std::get_if<Reason>(&given)) return *reason;
    line.options.push_back(std::get<GivenOption>(std::move(given)));
    if (line.options.back().option->place == Option::Place::alone) break;
  }
  return line;
}

std::string option_lines(const std::vector<Option>& table) {
  std::vector<std::string> words;
  size_t width = 0;
  for (const auto& option : table) {
    words.push_back(fmt::format("--{}{}{}", option.name, option.value ? " " : "",
                                option.value ? option.value : ""));
    width = std::max(width, words.back().size());
  }
  std::string text;
  for (size_t i = 0; i < table.size(); i++)
    text += fmt::format("  {:{}}  {}\n", words[i], width, table[i].help);
  return text;
}

}  // namespace callgate
