// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/completion.hh"

#include <algorithm>

namespace callgate {
namespace {

const OptionRow* find_option(const Subcommand& command, std::string_view name) {
  for (const auto& option : command.options)
    if (name == option.name) return &option;
  return nullptr;
}

Candidates of_kind(Kind kind, const Lookup& lookup) {
  switch (kind) {
    case Kind::file: return {{kFilesWanted, ""}};
    case Kind::directory: return {{kDirectoriesWanted, ""}};
    case Kind::text:
    case Kind::number: return {};
    case Kind::call:
    case Kind::server:
    case Kind::call_or_server:
    case Kind::tunnel:
    case Kind::log_level:
    case Kind::rule: return lookup(kind);
  }
  return {};
}

// What the words before the cursor have taken of the subcommand.
struct Taken {
  std::vector<const OptionRow*> options;
  size_t operands = 0;
  const OptionRow* waits = nullptr;  // for its value, which is the word under the cursor
  bool only_operands = false;        // after "--"
};

Taken taken(const Subcommand& command, const Words& words) {
  Taken result;
  for (size_t i = 0; i + 1 < words.size(); i++) {
    const auto& word = words[i];
    auto* option =
        result.only_operands ? nullptr : find_option(command, word.substr(0, word.find('=')));
    if (option) {
      result.options.push_back(option);
      bool apart = option->value && word.find('=') == word.npos;
      if (apart && ++i + 1 >= words.size()) result.waits = option;
    } else if (word == "--" && !result.only_operands) {
      result.only_operands = true;
    } else {
      result.operands++;
    }
  }
  return result;
}

Candidates unused_options(const Subcommand& command, const Taken& taken) {
  Candidates candidates;
  for (const auto& option : command.options)
    if (std::ranges::find(taken.options, &option) == taken.options.end())
      candidates.push_back({option.name, option.what});
  return candidates;
}

Candidates for_command(const Subcommand& command, const Words& words, const Lookup& lookup) {
  auto before = taken(command, words);
  if (before.waits) return of_kind(before.waits->kind, lookup);
  bool dashes = !before.only_operands && words.back().starts_with('-');
  if (!dashes && before.operands < command.operands.size())
    return of_kind(command.operands[before.operands], lookup);
  return before.only_operands ? Candidates{} : unused_options(command, before);
}

Candidates commands(const std::vector<Subcommand>& table) {
  Candidates candidates;
  for (const auto& command : table)
    if (!command.hidden) candidates.push_back({command.name, command.what});
  return candidates;
}

Candidates beginning_like(const std::string& typed, Candidates candidates) {
  std::erase_if(candidates, [&](const Candidate& candidate) {
    return !candidate.word.starts_with(':') && !candidate.word.starts_with(typed);
  });
  return candidates;
}

}  // namespace

Candidates complete(const Subcommand& command, const Words& words, const Lookup& lookup) {
  if (words.empty()) return {};
  return beginning_like(words.back(), for_command(command, words, lookup));
}

Candidates complete(const std::vector<Subcommand>& table, const Words& words,
                    const Lookup& lookup) {
  if (words.empty()) return {};
  if (words.size() == 1) return beginning_like(words[0], commands(table));
  auto command = std::ranges::find_if(table, [&](const auto& c) { return words[0] == c.name; });
  if (command == table.end()) return {};
  return complete(*command, {words.begin() + 1, words.end()}, lookup);
}

}  // namespace callgate
