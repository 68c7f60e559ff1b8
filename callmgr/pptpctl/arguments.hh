// SPDX-License-Identifier: GPL-2.0-or-later
// What a subcommand of pptpctl takes, as a table row, and the words that somebody typed for it.
// Pure.
#pragma once

#include <map>
#include <optional>

#include "common/command_line/option.hh"
#include "common/wire/ids.hh"

namespace callgate {

class Arguments;

struct Subcommand {
  const char* name;
  const char* arguments;  // as the help text shows them
  const char* what;
  int (*run)(const Arguments&);
  std::vector<Option> options = {};  // `set` checks a value, which Arguments keeps
  size_t operands = 0;               // the maximum
};

class Arguments {
 public:
  // Throws UsageError, which names the word that is wrong and the nearest that would be right.
  static Arguments parse(const Subcommand& subcommand, const Words& words);

  // Options are named without their dashes.
  bool has(std::string_view option) const { return values_.contains(option); }
  // The option's last value, or "" if the option is not given.
  std::string value(std::string_view option) const;
  // The same, as the type that the option's row has checked.
  std::optional<uint64_t> number(std::string_view option) const;
  std::optional<Duration> interval(std::string_view option) const;

  const Words& operands() const { return operands_; }
  // An operand of this type. They throw UsageError for any other word.
  uint16_t call_id_from(const std::string& word) const;
  Duration interval_from(const std::string& word) const;

 private:
  explicit Arguments(const Subcommand& subcommand) : subcommand_(&subcommand) {}

  const Subcommand* subcommand_;
  std::map<std::string, std::string, std::less<>> values_;
  Words operands_;
};

// The time between two looks at the calls: seconds from 0.2 to 3600.
constexpr auto kInterval = "a number of seconds from 0.2 to 3600";
std::optional<Duration> interval(std::string_view text);

// "4711" is 4711. Returns nullopt for any other text, and for 0.
std::optional<uint16_t> call_id(std::string_view text);

}  // namespace callgate
