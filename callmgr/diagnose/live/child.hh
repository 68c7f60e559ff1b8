// SPDX-License-Identifier: GPL-2.0-or-later
// Work that might hang runs in a child process. If it has not ended by the deadline, it is killed.
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

// Runs `work` in a child and returns its text. Throws OsError if no child can be made.
Output ask_child(TimePoint deadline, const std::function<std::string()>& work);

enum class Errors : uint8_t { dropped, joined };

// Runs a program of the system. It is looked for in PATH and in the sbin directories, which are
// often not in a user's PATH. Status 127: it is not installed.
Output run_program(TimePoint deadline, const std::vector<std::string>& words,
                   Errors errors = Errors::dropped);

// The path of such a program; empty if there is none.
std::string find_program(const std::string& name);

// Reads a file, `most` bytes of it at most. Never waits, whatever kind of file it is.
struct FileText {
  std::string text;
  int error = 0;  // errno
};
FileText read_file(const std::string& path, size_t most = 1 << 20);

int milliseconds_until(TimePoint deadline);  // for poll(); 0 after the deadline

}  // namespace callgate::diagnose::live
