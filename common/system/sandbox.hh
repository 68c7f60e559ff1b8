// SPDX-License-Identifier: GPL-2.0-or-later
// Restricts what a process can ask of the kernel after its start: an allow-list of system calls
// (seccomp), and limits of resources. landlock.hh restricts what it can reach in the file system.
//
// The lists have one line for each thing that a program does. They are in the folder of the program
// (gre/sandbox.cc, callmgr/sandbox.cc).
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <vector>

namespace callgate {

// A condition on an argument of a system call: (argument & mask) == value. It can only check
// numbers, because the memory behind a pointer can change between the check and the call.
struct Argument {
  unsigned index;
  uint64_t value;
  uint64_t mask = ~uint64_t{0};
};

struct SystemCall {
  SystemCall(const char* call, std::initializer_list<Argument> when = {})
      : name(call), arguments(when) {}
  const char* name;
  std::vector<Argument> arguments;  // all of these must hold
};

struct Allowed {
  const char* what_for;
  std::vector<SystemCall> calls;
};
using AllowList = std::vector<Allowed>;

AllowList operator+(AllowList a, const AllowList& b);

// Allows, for good, only these calls and those that all our processes need (memory, time, log,
// end). A second list can only forbid more, and the first list must contain kAnotherFilter for it.
// Throws OsError.
void restrict_system_calls(const AllowList& list);
extern const Allowed kAnotherFilter;

// Forbids this process and its children to type into a terminal (ioctl TIOCSTI and TIOCLINUX),
// which whoever has started them may read. The process has CAP_SYS_ADMIN. Throws OsError.
void forbid_typing();

// The same filter for the given architecture (SCMP_ARCH_*), as libseccomp writes it for people.
// Tests read it, because a package for that architecture may be built where nobody runs it.
std::string filter_text(const AllowList& list, uint32_t architecture);

// The process never writes a memory image, lets no file grow beyond the given size, and has no more
// descriptors and processes than given; with 0 processes it cannot fork. If standard error is a
// file, that file may still grow.
struct Limits {
  std::optional<uint64_t> descriptors, processes;
  uint64_t file_size = 0;  // bytes
};
void limit_resources(Limits limits);

}  // namespace callgate
