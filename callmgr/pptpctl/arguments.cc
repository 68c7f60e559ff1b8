// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/arguments.hh"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "common/command_line/nearest.hh"
#include "common/wire/bytes.hh"

namespace callgate {
namespace {

std::optional<uint64_t> whole_number(std::string_view text) {
  uint64_t number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return number;
}

}  // namespace

UsageError Arguments::wrong(const std::string& what) const {
  return {fmt::format("{}: {}", subcommand_->name, what)};
}

Arguments Arguments::parse(const Subcommand& subcommand, const Words& words) {
  Arguments arguments(subcommand);
  bool options = true;  // until "--"
  for (size_t at = 0; at < words.size();) {
    if (options && words[at] == "--") {
      options = false;
      at++;
    } else if (options && words[at].size() > 1 && words[at][0] == '-') {
      at = arguments.take_option(words, at);
    } else {
      arguments.take_operand(words[at++]);
    }
  }
  return arguments;
}

// Returns where the next word is.
size_t Arguments::take_option(const Words& words, size_t at) {
  auto equals = words[at].find('=');
  auto name = words[at].substr(0, equals);
  const auto& known = subcommand_->options;
  auto row = std::ranges::find_if(known, [&](const OptionRow& r) { return name == r.name; });
  if (row == known.end()) {
    std::vector<std::string_view> names;
    for (const auto& option : known) names.push_back(option.name);
    throw wrong("there is no option '" + printable(name) + "'" + did_you_mean(name, names));
  }
  if (!row->value) {
    if (equals != name.npos) throw wrong(name + " takes no value");
    values_[name] = "";
    return at + 1;
  }
  bool apart = equals == name.npos;
  if (apart && at + 1 == words.size()) throw wrong(name + " needs a value: " + row->value);
  auto& value = values_[name] = apart ? words[at + 1] : words[at].substr(equals + 1);
  if (value.empty()) throw wrong(name + " needs a value: " + row->value);
  return at + (apart ? 2 : 1);
}

void Arguments::take_operand(const std::string& word) {
  if (operands_.size() == subcommand_->operands)
    throw wrong(fmt::format("takes {}, not '{}'",
                            *subcommand_->arguments ? subcommand_->arguments : "nothing",
                            printable(word)));
  operands_.push_back(word);
}

std::string Arguments::value(std::string_view option) const {
  auto it = values_.find(option);
  return it == values_.end() ? "" : it->second;
}

std::optional<uint64_t> Arguments::number(std::string_view option, uint64_t least,
                                          uint64_t most) const {
  if (!has(option)) return std::nullopt;
  auto number = whole_number(value(option));
  if (!number || *number < least || *number > most)
    throw wrong(fmt::format("{} takes a number from {} to {}, not '{}'", option, least, most,
                            printable(value(option))));
  return number;
}

uint16_t Arguments::call_id_from(const std::string& word) const {
  auto id = call_id(word);
  if (!id) throw wrong("a call id is a number from 1 to 65535, not '" + printable(word) + "'");
  return *id;
}

std::optional<uint16_t> call_id(std::string_view text) {
  auto number = whole_number(text);
  if (!number || *number == 0 || *number > UINT16_MAX) return std::nullopt;
  return static_cast<uint16_t>(*number);
}

}  // namespace callgate
