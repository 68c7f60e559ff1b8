// SPDX-License-Identifier: GPL-2.0-or-later
// What might hang runs in a child, and a child that has not ended by its deadline is killed.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "common/wire/ids.hh"

namespace callgate::diagnose::live {

struct Output {
  static constexpr size_t kMax = 8 << 20;  // bytes; more is not read
  std::string text;                        // what it wrote
  int status = -1;                         // its exit status; -1: it did not end by itself
  bool timed_out = false;
};

// What `work` returns, from a child. Throws OsError where no child can be made.
Output ask_child(TimePoint deadline, const std::function<std::string()>& work);

enum class Errors : uint8_t { dropped, joined };

// A program of the system, looked for in PATH and in the sbin directories, which are often not in a
// user's PATH. Status 127: it is not installed.
Output run_program(TimePoint deadline, const std::vector<std::string>& words,
                   Errors errors = Errors::dropped);

// Where such a program is; empty = nowhere.
std::string find_program(const std::string& name);

// A file's text, as far as kMax; nothing is waited for, whatever kind of file it is.
struct FileText {
  std::string text;
  int error = 0;  // errno
};
FileText read_file(const std::string& path, size_t most = 1 << 20);

int milliseconds_until(TimePoint deadline);  // for poll(): 0 when it has come

}  // namespace callgate::diagnose::live
