// SPDX-License-Identifier: GPL-2.0-or-later
#include "gre/pptp/dialling_pppd.hh"

#include <fcntl.h>
#include <fmt/format.h>

#include <charconv>

#include "common/system/unique_fd.hh"

namespace callgate {
namespace {

constexpr int kMostBetween = 4;  // ancestors that are looked at

std::optional<ProcessStat> process_stat(pid_t process) {
  UniqueFd file(open(fmt::format("/proc/{}/stat", process).c_str(), O_RDONLY | O_CLOEXEC));
  char line[1024];
  ssize_t size = file ? read(file.get(), line, sizeof line) : -1;
  if (size <= 0) return std::nullopt;
  return parse_process_stat({line, static_cast<size_t>(size)});
}

// The number in the field of this position, from 0 on, of fields that begin with a blank.
template <typename T>
bool read_field(std::string_view fields, int position, T& number) {
  for (; position >= 0; position--) {
    size_t blank = fields.find(' ');
    if (blank == fields.npos) return false;
    fields.remove_prefix(blank + 1);
  }
  const char* end = fields.data() + fields.size();
  auto read = std::from_chars(fields.data(), end, number);
  return read.ec == std::errc() && read.ptr != end && *read.ptr == ' ';
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

PppdProcess dialling_pppd(pid_t process) {
  for (int i = 0; i < kMostBetween && process > 0; i++) {
    auto stat = process_stat(process);
    if (!stat) break;
    if (stat->name == "pppd") return {static_cast<uint32_t>(process), stat->started};
    process = stat->parent;
  }
  return {};
}

}  // namespace callgate
