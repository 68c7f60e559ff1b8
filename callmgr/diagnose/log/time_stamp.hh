// SPDX-License-Identifier: GPL-2.0-or-later
// Recognises time stamps in the forms that logs have.
#pragma once

#include <algorithm>

#include "callmgr/diagnose/log/scanner.hh"

namespace callgate::diagnose {

inline bool take_one_of(Scanner& in, const auto& words) {
  return std::any_of(words.begin(), words.end(), [&](auto word) { return in.take(word); });
}

bool take_clock(Scanner& in);  // "10:00:00.123"
bool take_iso(Scanner& in);    // "2026-11-22T10:00:00.123+01:00", or with a blank
// "[   12.345678]", as the kernel and journalctl -o short-monotonic print it.
bool take_uptime(Scanner& in);

enum class Stamp { none, with_host, perhaps_host, uptime };  // says what follows

// Also takes the priority before the time stamp, and the blanks after it.
Stamp take_stamp(Scanner& in);

}  // namespace callgate::diagnose
