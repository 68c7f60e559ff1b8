// SPDX-License-Identifier: GPL-2.0-or-later
// What a subcommand of pptpctl takes, as a table, and the words that were typed for it. The usage
// texts and the error texts come from the same table. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/wire/ids.hh"

namespace callgate {

using Words = std::vector<std::string>;

// pptpctl's own exit status; a subcommand may document others.
constexpr int kFailed = 1, kUsage = 2;

struct UsageError {
  std::string what;
};

struct OptionRow {
  const char* name;   // with its dashes
  const char* value;  // its name in the usage text; nullptr = takes none
  const char* what;
};

class Arguments;

struct Subcommand {
  const char* name;
  const char* arguments;  // as the usage text shows them
  const char* what;
  int (*run)(const Arguments&);
  std::vector<OptionRow> options = {};
  size_t operands = 0;  // at most this many
};

class Arguments {
 public:
  // Throws UsageError: which word is not understood, and the nearest that would be.
  static Arguments parse(const Subcommand& subcommand, const Words& words);

  bool has(std::string_view option) const { return values_.contains(option); }
  // The option's value, the last one if there are several; empty without it.
  std::string value(std::string_view option) const;
  // A whole number from the range. Throws UsageError.
  std::optional<uint64_t> number(std::string_view option, uint64_t least, uint64_t most) const;
  // An operand that is nothing else. Throws UsageError.
  uint16_t call_id_from(const std::string& word) const;
  const Words& operands() const { return operands_; }
  const Subcommand& subcommand() const { return *subcommand_; }

 private:
  explicit Arguments(const Subcommand& subcommand) : subcommand_(&subcommand) {}
  size_t take_option(const Words& words, size_t at);
  void take_operand(const std::string& word);
  UsageError wrong(const std::string& what) const;

  const Subcommand* subcommand_;
  std::map<std::string, std::string, std::less<>> values_;
  Words operands_;
};

// Seconds, with a fraction if somebody likes, within bounds that make sense. Throws UsageError.
Duration interval_from(const Arguments& arguments, const std::string& word);

// "4711" is 4711; nothing for any other text, and for 0.
std::optional<uint16_t> call_id(std::string_view text);

}  // namespace callgate
