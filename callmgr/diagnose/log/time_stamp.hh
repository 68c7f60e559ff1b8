// SPDX-License-Identifier: GPL-2.0-or-later
// Time stamps, in each form that some log has.
#pragma once

#include <algorithm>

#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {

inline bool take_one_of(Scanner& in, const auto& words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return in.take(word); });
}

bool take_clock(Scanner& in);  // 10:00:00.123
bool take_uptime(
    Scanner& in);  // "[   12.345678]", of the kernel and of journalctl -o short-monotonic

enum class Stamp { none, with_host, perhaps_host, uptime };  // what comes next

// With the priority before it, and the blanks behind it.
Stamp take_stamp(Scanner& in);

}  // namespace callgate::diagnose
