// SPDX-License-Identifier: GPL-2.0-or-later
// Which system calls a list allows on a processor, and which ones the C library makes there.
#pragma once

#include <seccomp.h>

#include <cstdio>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <vector>

#include "common/system/sandbox.hh"

namespace callgate::test {

struct Processor {
  const char* name;
  uint32_t architecture;
};
// Those of debian/control.
constexpr Processor kProcessors[] = {
    {"x86_64", SCMP_ARCH_X86_64}, {"aarch64", SCMP_ARCH_AARCH64}, {"riscv64", SCMP_ARCH_RISCV64}};

using Calls = std::set<std::string>;

// A call that the processor does not have is in the text too, with a number beyond all calls.
inline Calls allowed_calls(const AllowList& list, const Processor& processor) {
  std::istringstream text(filter_text(list, processor.architecture));
  Calls calls;
  for (std::string line; std::getline(text, line);) {
    char name[64];
    unsigned long number = 0;
    if (std::sscanf(line.c_str(), " # filter for syscall \"%63[^\"]\" (%lu)", name, &number) == 2 &&
        number < 0x8000'0000UL)
      calls.insert(name);
  }
  return calls;
}

// What the C library makes of the functions that `who` calls: tests/arm64/system_calls.cc finds
// out. riscv64 has the same calls, because both processors are newer than the calls that were
// replaced.
inline Calls calls_on_arm64(const std::string& who) {
  std::ifstream file(SYSTEM_CALLS_DIR "/" + who + ".txt");
  Calls calls;
  for (std::string name; file >> name;) calls.insert(name);
  return calls;
}

inline std::vector<std::string> missing(const Calls& wanted, const Calls& allowed) {
  std::vector<std::string> result;
  for (const auto& call : wanted)
    if (!allowed.contains(call)) result.push_back(call);
  return result;
}

}  // namespace callgate::test
