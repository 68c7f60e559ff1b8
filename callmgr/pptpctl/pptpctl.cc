// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl: runs the subcommand, and prints what went wrong. See pptpctl(1).
#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "callmgr/pptpctl/errors.hh"
#include "callmgr/pptpctl/table.hh"
#include "common/command_line/nearest.hh"
#include "common/wire/bytes.hh"

namespace callgate {
namespace {

[[noreturn]] void unknown(const std::string& word) {
  std::vector<std::string_view> names;
  for (const auto& command : subcommands()) names.push_back(command.name);
  auto meant = did_you_mean(word, names);
  throw UsageError{fmt::format("there is no subcommand '{}'{}", printable(word),
                               meant.empty() ? ": see pptpctl help" : meant)};
}

int show_usage(const Subcommand& command) {
  fmt::print("Usage: pptpctl {} {}\n{}\n{}", command.name, command.arguments, command.what,
             option_lines(command.options));
  return 0;
}

int run_word(const std::string& word, const Words& rest) {
  for (const auto& command : subcommands()) {
    if (word != command.name) continue;
    if (!rest.empty() && rest[0] == "--help") return show_usage(command);
    return command.run(Arguments::parse(command, rest));
  }
  unknown(word);
}

int run(const Words& words) {
  std::string word = words.empty() ? "status" : words[0];
  if (word == "--help" || word == "--version") word = word.substr(2);
  return run_word(word, words.empty() ? Words{} : Words(words.begin() + 1, words.end()));
}

}  // namespace
}  // namespace callgate

int main(int argc, char** argv) {
  using namespace callgate;
  try {
    return run({argv + std::min(argc, 1), argv + argc});
  } catch (const UsageError& error) {
    fmt::print(stderr, "pptpctl: {}\n", error.what);
    return kUsage;
  } catch (const std::exception& error) {
    fmt::print(stderr, "pptpctl: cannot {}\n", error.what());
    return kFailed;
  }
}
