// SPDX-License-Identifier: GPL-2.0-or-later
// Becoming another program with nothing left over: descriptors, signal mask.
#pragma once

#include <string>
#include <vector>

namespace callgate {

// Whoever starts us may have closed 0, 1 or 2; the next descriptor opened must not become one.
void open_standard_descriptors();

// Descriptors from `first` on are closed by a successful exec, and stay open if it fails.
void close_on_exec_from(int first);

// Whatever we inherited: no signal is blocked, and children can be waited for. What is ignored
// stays ignored (nohup).
void unblock_signals();

// From the request for a call on: a signal that comes before pptp-gre is ready for it waits, and
// the call ends in order.
void block_signals();

// As above, and no signal is ignored.
void reset_signals();

// Replaces this process by `program`; arguments[0] is its name. Returns errno, and only on failure.
int exec(const std::string& program, const std::vector<std::string>& arguments);
int exec(const std::string& program, const std::vector<std::string>& arguments,
         const std::vector<std::string>& environment);

}  // namespace callgate
