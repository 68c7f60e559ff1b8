// SPDX-License-Identifier: GPL-2.0-or-later
// How this process becomes another program: what that program inherits, and the exec itself.
#pragma once

#include <string>
#include <vector>

namespace callgate {

// Opens /dev/null on each of the descriptors 0, 1 and 2 that is closed. Otherwise the next file
// that is opened would become one of them.
void open_standard_descriptors();

// Returns a copy of `fd` with the lowest free number from `lowest` on. Throws OsError: `what` is
// what was attempted.
int copy_above(int fd, int lowest, const char* what);

// A successful exec closes the descriptors from `first` on. They stay open if it fails.
void close_on_exec_from(int first);

// Unblocks all signals and lets us wait for children, whatever we inherited. Signals that are
// ignored stay ignored, as nohup expects.
void unblock_signals();

// Blocks the signals that end a call. pptp-gre receives them as soon as it is ready, and then ends
// the call in order.
void block_signals();

// Does the same as unblock_signals(), and no signal stays ignored.
void reset_signals();

// Replaces this process by `program`; arguments[0] is its name. Returns only on failure, with
// errno.
int exec(const std::string& program, const std::vector<std::string>& arguments);
int exec(const std::string& program, const std::vector<std::string>& arguments,
         const std::vector<std::string>& environment);

}  // namespace callgate
