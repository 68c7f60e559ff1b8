// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/pptpctl/help_text.hh"

namespace callgate {
namespace {

constexpr std::string_view kOption = "  --";  // how the line of an option begins

struct ValueName {
  std::string_view name;
  Kind kind;
};
constexpr ValueName kValueNames[] = {{"TUNNEL", Kind::tunnel},
                                     {"[TUNNEL]", Kind::tunnel},
                                     {"FILE", Kind::file},
                                     {"DIRECTORY", Kind::directory}};

Kind kind_of(std::string_view value) {
  for (const auto& row : kValueNames)
    if (row.name == value) return row.kind;
  return Kind::text;
}

// Up to the next blank, and what follows the blanks.
std::string_view cut_word(std::string_view& rest) {
  auto word = rest.substr(0, rest.find(' '));
  rest.remove_prefix(word.size());
  rest.remove_prefix(std::min(rest.find_first_not_of(' '), rest.size()));
  return word;
}

// The value's name is in capitals, and one blank behind the option.
bool is_value(std::string_view word) {
  return !word.empty() && word.find_first_of("abcdefghijklmnopqrstuvwxyz'") == word.npos;
}

}  // namespace

HelpText::HelpText(std::string_view text) {
  if (text.find(" HOST ") != text.npos) command_.operands = {Kind::server};
  while (!text.empty()) {
    auto line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.starts_with(kOption)) take_line(line.substr(2));
  }
}

const char* HelpText::keep(std::string_view text) {
  return texts_.emplace_back(text).c_str();
}

void HelpText::take_line(std::string_view line) {
  OptionRow row{.name = keep(cut_word(line)), .value = nullptr, .what = ""};
  auto rest = line;
  if (auto word = cut_word(rest); is_value(word)) {
    row.value = keep(word);
    row.kind = kind_of(word);
    line = rest;
  }
  row.what = keep(line);
  command_.options.push_back(row);
}

}  // namespace callgate
