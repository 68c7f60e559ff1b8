// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/arguments.hh"

#include <fmt/format.h>

#include "callmgr/pptpctl/errors.hh"
#include "common/command_line/values.hh"
#include "common/wire/bytes.hh"

namespace callgate {
namespace {

UsageError wrong(const Subcommand& subcommand, std::string_view what) {
  return {fmt::format("{}: {}", subcommand.name, printable(what))};
}

}  // namespace

Arguments Arguments::parse(const Subcommand& subcommand, const Words& words) {
  auto read = read_command_line(subcommand.options, words, {.abbreviations = false});
  if (auto* reason = std::get_if<Reason>(&read)) throw wrong(subcommand, reason->detail);
  auto& line = std::get<CommandLine>(read);
  if (line.operands.size() > subcommand.operands) {
    auto taken = *subcommand.arguments ? subcommand.arguments : "nothing";
    throw wrong(subcommand,
                fmt::format("takes {}, not '{}'", taken, line.operands[subcommand.operands]));
  }
  Arguments arguments(subcommand);
  for (auto& [option, value] : line.options) arguments.values_[option->name] = std::move(value);
  arguments.operands_ = std::move(line.operands);
  return arguments;
}

std::string Arguments::value(std::string_view option) const {
  auto it = values_.find(option);
  return it == values_.end() ? "" : it->second;
}

std::optional<uint64_t> Arguments::number(std::string_view option) const {
  return whole_number(value(option), 0, UINT64_MAX);
}

std::optional<Duration> Arguments::interval(std::string_view option) const {
  return callgate::interval(value(option));
}

uint16_t Arguments::call_id_from(const std::string& word) const {
  if (auto id = call_id(word)) return *id;
  throw wrong(*subcommand_, "a call id is a number from 1 to 65535, not '" + word + "'");
}

Duration Arguments::interval_from(const std::string& word) const {
  if (auto interval = callgate::interval(word)) return *interval;
  throw wrong(*subcommand_, fmt::format("takes {}, not '{}'", kInterval, word));
}

std::optional<Duration> interval(std::string_view text) {
  auto time = milliseconds(text, 0.2, 3600);
  return time ? std::optional(Duration(*time)) : std::nullopt;
}

std::optional<uint16_t> call_id(std::string_view text) {
  auto number = whole_number(text, 1, UINT16_MAX);
  return number ? std::optional(static_cast<uint16_t>(*number)) : std::nullopt;
}

}  // namespace callgate
