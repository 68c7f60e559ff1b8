// SPDX-License-Identifier: GPL-2.0-or-later
#include "callmgr/manager/subordinate_uids.hh"

#include <algorithm>
#include <limits>

#include "common/command_line/values.hh"

namespace callgate {
namespace {

constexpr uid_t kMost = std::numeric_limits<uid_t>::max() - 1;  // the next one is no uid

// Takes the text before the separator, or all of it.
std::string_view take_until(std::string_view& text, char separator) {
  auto end = std::min(text.find(separator), text.size());
  auto taken = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return taken;
}

}  // namespace

SubordinateUids::SubordinateUids(std::string_view text) {
  while (!text.empty()) {
    auto line = take_until(text, '\n');
    if (line.starts_with('#')) continue;
    take_until(line, ':');
    auto first = whole_number(take_until(line, ':'), 1, kMost);
    auto count = whole_number(line, 1, kMost);
    if (!first || !count) continue;
    auto last = std::min<uint64_t>(*first + *count - 1, kMost);
    ranges_.push_back({static_cast<uid_t>(*first), static_cast<uid_t>(last)});
  }
}

bool SubordinateUids::contain(uid_t uid) const {
  return std::ranges::any_of(
      ranges_, [uid](const Range& range) { return range.first <= uid && uid <= range.last; });
}

}  // namespace callgate
