// SPDX-License-Identifier: GPL-2.0-or-later
// The options of a command line as a table. One row serves the parser, the help text and the error
// messages of pptp, pptp-callmgr and pptpctl. Pure.
//
// CLI11 could do this as well. pptp starts once for each tunnel, though, and has to start quickly
// (doc/data-path.md): it loads no library for its few options.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/channel/reason.hh"

namespace callgate {

using Words = std::vector<std::string>;

struct Option {
  // Which command lines an option is for.
  enum class Place : uint8_t {
    anywhere,
    here_only,  // pptp does not repeat it to the pptp that pppd starts
    alone,      // the words after it are not read: --help
  };

  const char* name;     // without its dashes
  const char* value;    // name of its value in the help text; nullptr = it takes none
  const char* expects;  // what the value must be, as in "takes a number from 0 to 3"
  const char* help;
  std::function<bool(const std::string&)> set = {};  // returns false if it is not such a value
  Place place = Place::anywhere;
  std::vector<std::string_view> abbreviations = {};  // valid although other options begin with them
};

struct Syntax {
  bool abbreviations = true;     // an unambiguous beginning stands for the whole name
  const char* single_dash = "";  // added to the error about a word that begins with one dash
};

struct GivenOption {
  const Option* option;
  std::string value;
};

struct CommandLine {
  std::vector<GivenOption> options;  // in the order in which they were given
  Words operands;
  size_t before_dashes = 0;  // this many of the operands stand before "--"
};

// Reads all words and calls `set` of each option. Options stand before, between and after operands;
// all words after "--" are operands. Stops at the first word that is wrong and returns why: the
// cause is bad_option for a value and wrong_usage for everything else.
std::variant<CommandLine, Reason> read_command_line(const std::vector<Option>& table,
                                                    const Words& words, const Syntax& syntax = {});

// The option that `word` names, such as "--name", "--name=value" or an abbreviation; or why not.
std::variant<const Option*, Reason> find_option(const std::vector<Option>& table,
                                                const std::string& word, const Syntax& syntax = {});

// One line for each option, for a help text.
std::string option_lines(const std::vector<Option>& table);

}  // namespace callgate
