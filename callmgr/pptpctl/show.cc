// SPDX-License-Identifier: GPL-2.0-or-later
// pptpctl show: everything about one call. pptpctl stats: the statistics of one call, or of all
// calls.
#include <fmt/format.h>
#include <poll.h>

#include <cstdio>
#include <utility>

#include "callmgr/pptpctl/commands.hh"
#include "callmgr/pptpctl/print/render.hh"
#include "common/wire/bytes.hh"

namespace callgate {
namespace {

void print(const Lines& lines) {
  fmt::print("{}\n", fmt::join(lines, "\n"));
}

int no_call(const Snapshot& snapshot, const std::string& word) {
  if (!snapshot.running)
    say_not_running();
  else
    fmt::print(stderr, "pptpctl: there is no call '{}' that you may see: pptpctl lists them\n",
               printable(word));
  return kFailed;
}

int ambiguous(const std::vector<CallOnConnection>& found, const std::string& word) {
  std::vector<int> ids;
  for (const auto& one : found) ids.push_back(value(one.call->info.call_id));
  fmt::print(stderr, "pptpctl: {} calls have the name '{}': give the call id of one of them: {}\n",
             found.size(), printable(word), fmt::join(ids, ", "));
  return kFailed;
}

void print_stats(const std::vector<CallOnConnection>& found, const Snapshot& before) {
  for (size_t i = 0; i < found.size(); i++) {
    if (i > 0) fmt::print("\n");
    print(stats_lines(found[i], change_since(before, *found[i].call)));
  }
}

}  // namespace

int show_command(const Arguments& arguments) {
  if (arguments.operands().empty()) throw UsageError{"show: takes a call id or the name of a call"};
  const auto& word = arguments.operands()[0];
  auto snapshot = fetch_snapshot();
  auto found = find_calls(snapshot, word);
  if (found.empty()) return no_call(snapshot, word);
  if (found.size() > 1) return ambiguous(found, word);
  print(show_lines(found[0]));
  return 0;
}

int stats_command(const Arguments& arguments) {
  auto interval = arguments.interval("interval");
  Snapshot before, now = fetch_snapshot();
  if (interval) {
    poll(nullptr, 0, static_cast<int>(interval->count()));
    before = std::exchange(now, fetch_snapshot());
  }
  const auto& words = arguments.operands();
  auto found = words.empty() ? all_calls(now) : find_calls(now, words[0]);
  if (found.empty() && !words.empty()) return no_call(now, words[0]);
  if (!now.running) say_not_running();
  print_stats(found, before);
  return 0;
}

}  // namespace callgate
