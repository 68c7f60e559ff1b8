// SPDX-License-Identifier: GPL-2.0-or-later
#include "common/system/process_stat.hh"

#include <fmt/format.h>

#include <charconv>
#include <fstream>
#include <iterator>
#include <sstream>

namespace callgate {
namespace {

std::string read_proc(pid_t process, const char* name) {
  std::ifstream file(fmt::format("/proc/{}/{}", process, name));
  return {std::istreambuf_iterator<char>(file), {}};
}

// Returns false unless the text begins with a number, which the character `end` follows.
template <typename T>
bool read_number(std::string_view text, char end, T& number) {
  auto read = std::from_chars(text.data(), text.data() + text.size(), number);
  return read.ec == std::errc() && read.ptr != text.data() + text.size() && *read.ptr == end;
}

// The number in the field of this position, from 0 on, of fields that begin with a blank.
template <typename T>
bool read_field(std::string_view fields, int position, T& number) {
  for (; position >= 0; position--) {
    size_t blank = fields.find(' ');
    if (blank == fields.npos) return false;
    fields.remove_prefix(blank + 1);
  }
  return read_number(fields, ' ', number);
}

}  // namespace

// The name stands in parentheses and may contain any byte, so its end is the last parenthesis.
std::optional<ProcessStat> parse_process_stat(std::string_view line) {
  constexpr int kFirst = 3, kParent = 4, kStarted = 22;  // proc(5) counts the fields
  size_t open = line.find('('), close = line.rfind(')');
  if (open == line.npos || close == line.npos || close < open) return std::nullopt;
  ProcessStat stat{.name = std::string(line.substr(open + 1, close - open - 1))};
  line.remove_prefix(close + 1);
  if (!read_field(line, kParent - kFirst, stat.parent) ||
      !read_field(line, kStarted - kFirst, stat.started))
    return std::nullopt;
  return stat;
}

// The name of the process comes before, and has its line ends escaped.
std::optional<uid_t> parse_real_user(std::string_view status) {
  constexpr std::string_view kLine = "\nUid:\t";
  size_t at = status.find(kLine);
  uid_t user = 0;
  if (at == status.npos || !read_number(status.substr(at + kLine.size()), '\t', user))
    return std::nullopt;
  return user;
}

std::optional<ProcessStat> process_stat(pid_t process) {
  return parse_process_stat(read_proc(process, "stat"));
}

std::optional<uid_t> real_user_of(pid_t process) {
  return parse_real_user(read_proc(process, "status"));
}

std::vector<std::string> command_line_of(pid_t process) {
  std::istringstream text(read_proc(process, "cmdline"));
  std::vector<std::string> words;
  for (std::string word; std::getline(text, word, '\0');) words.push_back(word);
  return words;
}

}  // namespace callgate
