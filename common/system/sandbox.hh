// SPDX-License-Identifier: GPL-2.0-or-later
// What a process can still ask of the kernel once it has begun: an allow-list of system calls
// (seccomp), and limits of resources. What it can reach in the file system: landlock.hh.
//
// The lists are written from what a program does, one line for each thing that it does; they stand
// beside the program (gre/sandbox.cc, callmgr/sandbox.cc).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace callgate {

// A condition on an argument of a system call: (argument & mask) == value. Numbers only: what a
// pointer points to can change between the check and the call.
struct Argument {
  unsigned index;
  uint64_t value;
  uint64_t mask = ~uint64_t{0};
};

struct SystemCall {
  SystemCall(const char* call, std::initializer_list<Argument> when = {})
      : name(call), arguments(when) {}
  const char* name;
  std::vector<Argument> arguments;  // all of them hold; none: any
};

struct Allowed {
  const char* what_for;
  std::vector<SystemCall> calls;
};
using AllowList = std::vector<Allowed>;

AllowList operator+(AllowList a, const AllowList& b);

// Allows these and what every process of ours needs (memory, time, log, end); for good. A second
// list can only take away, and the first must have kAnotherFilter for it. Throws OsError.
void restrict_system_calls(const AllowList& list);
extern const Allowed kAnotherFilter;

// No memory image is ever written, no file grows beyond the given size (0: none does), and no more
// descriptors or processes than given (0 processes: no fork). A log on a file by standard error is
// the one file that may still grow.
struct Limits {
  std::optional<uint64_t> descriptors, processes;
  uint64_t file_size = 0;  // bytes
};
void limit_resources(Limits limits);

}  // namespace callgate
